"""Data whose time is over are deleted with a certificate; what is held stays, and the chain stays whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import TestCase

from gewu.infra import stream
from gewu.infra.models import Words
from gewu.intake import actions, jobs
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.security import actions as security
from gewu.security import queries
from gewu.security.models import Certificate, Identity
from tests.world import World


def _certified() -> list[tuple[str, int]]:
    return [(one.code, one.count) for one in Certificate.objects.order_by("id")]


def test_identity_goes_a_year_after_closing_and_leaves_a_certificate(world: World) -> None:
    world.case_at("closed")
    open_one = world.report("路灯不亮，已经三天了。")
    world.later(days=364)
    assert actions.erase_identities(world.now) == 0
    world.later(days=2)
    assert actions.erase_identities(world.now) == 1
    assert actions.erase_identities(world.now) == 0

    assert list(Identity.objects.values_list("token", flat=True)) == [open_one.identity]
    assert _certified() == [("reporter_identity", 1)]
    (told,) = [one for one in stream.after(0, limit=10_000) if one.type == "DataDeleted"]
    assert told.data["count"] == 1
    assert "张三" not in str(told.data)


def test_held_matter_keeps_its_data_until_the_hold_ends(world: World) -> None:
    case = world.case_at("closed")
    keeper = world.actor("fang.an")
    held = security.hold(f"case:{case.pk}", case.number, reason="行政复议", actor=keeper, now=world.now)
    world.later(days=400)
    assert actions.erase_identities(world.now) == 0
    security.end_hold(held, reason="复议结束", actor=keeper, now=world.now)
    assert actions.erase_identities(world.now) == 1


def test_photos_go_after_two_years_from_the_disk_too(world: World) -> None:
    world.case_at("closed")
    kept = [one for one in Path(settings.FILES).rglob("*") if one.is_file()]
    assert kept
    world.later(days=729)
    assert actions.erase_photos(world.now) == 0
    world.later(days=2)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert actions.erase_photos(world.now) == 2
    assert [one for one in kept if one.exists()] == []
    assert actions.erase_photos(world.now) == 0


def test_words_go_after_five_years_and_the_chain_stays_whole(world: World) -> None:
    world.case_at("confirmed")
    world.later(days=1828)
    jobs.sweep_retention(world.now)

    report = Report.objects.get()
    assert (report.text, report.address, report.identity) == ("（已按期限删除）", "", None)
    kept = Words.objects.filter(subject_id__in=[report.pk, report.case_id])
    assert set(kept.values_list("text", flat=True)) <= {""}
    assert list(stream.verify()) == []
    assert report.place.startswith("320111")
    assert {code for code, _ in _certified()} == {"reporter_identity", "evidence_photos", "matter_record"}
    again = len(_certified())
    jobs.sweep_retention(world.now)
    assert len(_certified()) == again


def test_open_matters_are_never_touched(world: World) -> None:
    world.case_at("handling")
    world.later(days=5000)
    assert jobs.sweep_retention(world.now) == 0


def test_batches_are_bounded(world: World) -> None:
    for _ in range(3):
        world.case_at("closed")
    world.later(days=400)
    assert [actions.erase_identities(world.now, batch=2) for _ in range(3)] == [2, 1, 0]
    assert _certified() == [("reporter_identity", 2), ("reporter_identity", 1)]


def test_term_is_set_by_the_security_administrator_above_the_floor_of_the_law(world: World) -> None:
    keeper = world.actor("fang.an")
    security.set_retention("reporter_identity", 90, basis="区政法委规定", actor=keeper, now=world.now)
    assert queries.kept_days("reporter_identity") == 90
    for deed in (
        lambda: security.set_retention("reporter_identity", 3, basis="x", actor=keeper, now=world.now),
        lambda: security.set_retention("reporter_identity", 90, basis=" ", actor=keeper, now=world.now),
        lambda: security.set_retention("other", 90, basis="x", actor=keeper, now=world.now),
        lambda: security.set_retention(
            "reporter_identity", 90, basis="x", actor=world.actor("qian.lei"), now=world.now
        ),
        lambda: security.hold("case:1", "1", reason="x", actor=world.actor("zhou.min"), now=world.now),
        lambda: security.hold("case:1", "1", reason=" ", actor=keeper, now=world.now),
    ):
        with pytest.raises(Refusal) as refused:
            deed()
        assert refused.value.kind in (Kind.INVALID, Kind.MISSING, Kind.FORBIDDEN)
