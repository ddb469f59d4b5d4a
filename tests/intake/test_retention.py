"""Data whose time is over are deleted with a certificate; what is held stays, and the chain stays whole."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.test import TestCase

from gewu.cases import actions as case_actions
from gewu.cases import queries as cases
from gewu.cases.models import Case
from gewu.infra import stream
from gewu.infra.models import Words
from gewu.intake import actions, jobs
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.security import actions as security
from gewu.security import queries
from gewu.security.models import Certificate, Identity
from tests.world import GRID, World


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
    case = Case.objects.get()
    assert (case.title, case.text) == ("（已按期限删除）",) * 2
    assert (case.address, case.result, case.answer, case.lon, case.lat) == ("", "", "", None, None)
    assert still_known(world) == f"{case.number} {case.place} C0101"
    kept = Words.objects.filter(subject_id__in=[report.pk, report.case_id])
    assert set(kept.values_list("text", flat=True)) <= {""}
    assert list(stream.verify()) == []
    assert report.place.startswith("320111")
    assert {code for code, _ in _certified()} == {"reporter_identity", "evidence_photos", "matter_record"}
    again = len(_certified())
    jobs.sweep_retention(world.now)
    assert len(_certified()) == again


def still_known(world: World) -> str:
    """What a reader of the closed case still finds: that it was, where, of what class and how it ended."""
    found = cases.page(world.actor("zhou.min"), Case.objects.get().number, now=world.now)
    return f"{found.line.number} {found.line.place} {found.line.matter}"


def test_words_of_everyone_called_to_a_case_go_with_its_own(world: World) -> None:
    case = world.case_at("handling")
    zhou, wang = world.actor("zhou.min"), world.actor("wang.fang")
    task = case_actions.call_assist(
        case.number, "320111-sanitation", actor=zhou, now=world.now, task="请清理张三门前的积泥"
    )
    case_actions.take_assist(task.pk, "sign_for", actor=wang, now=world.now)
    case_actions.take_assist(task.pk, "finish", actor=wang, now=world.now, result="已清理张三门前积泥")
    world.settle()
    evidence = (world.photo("photo_before"), world.photo("photo_after"))
    for event, by, given in (
        ("report_done", "chen.guoping", {"result": "已更换张三门前的井盖", "evidence": evidence}),
        ("begin_check", "zhao.qiang", {}),
        ("close", "zhao.qiang", {"answer": "张三门前的井盖已更换。"}),
    ):
        world.step(case, event, by, **given)
    world.settle()
    world.later(days=1828)
    jobs.sweep_retention(world.now)

    assert _left_of("张三") == []
    assert list(stream.verify()) == []
    before = len(_certified())
    jobs.sweep_retention(world.now)
    assert len(_certified()) == before


def _left_of(name: str) -> list[str]:
    """Where in the database these words still stand."""
    found = []
    for model in apps.get_models():
        texts = [one for one in model._meta.fields if one.get_internal_type() in ("CharField", "TextField")]
        for one in texts:
            if model._default_manager.filter(**{f"{one.name}__contains": name}).exists():
                found.append(f"{model.__name__}.{one.name}")
    return found


def test_voided_case_and_its_report_reach_their_time_too(world: World) -> None:
    case = world.step(world.accepted(), "void", "zheng.jun", reason="重复立案")
    world.settle()
    assert case.closed_at is None  # nobody counts it among the settled ones
    world.later(days=364)
    assert actions.erase_identities(world.now) == 0
    world.later(days=2)
    assert actions.erase_identities(world.now) == 1
    world.later(days=1500)
    jobs.sweep_retention(world.now)
    assert (Report.objects.get().text, Case.objects.get().text) == ("（已按期限删除）",) * 2


def test_cases_that_had_ended_before_are_given_the_time_of_their_end(world: World) -> None:
    closed, voided, running = world.case_at("closed"), world.accepted(), world.accepted()
    voided = world.step(voided, "void", "zheng.jun", reason="重复立案")
    Case.objects.update(ended_at=None)
    import_module("gewu.cases.migrations.0008_d_when_a_case_ended").fill(apps, None)
    ends = dict(Case.objects.values_list("number", "ended_at"))
    assert ends == {
        closed.number: closed.closed_at, voided.number: voided.ended_at, running.number: None,
    }  # fmt: skip


def test_reopened_case_keeps_its_words_until_it_ends_again(world: World) -> None:
    case = world.case_at("closed")
    intake_reports = Report.objects.get(case=case)
    actions.give_verdict(intake_reports.progress_code, solved=False, words="还在晃动", now=world.now)
    world.later(days=5000)
    assert jobs.sweep_retention(world.now) == 0


def test_held_case_keeps_its_own_words(world: World) -> None:
    case = world.case_at("closed")
    keeper = world.actor("fang.an")
    held = security.hold(f"case:{case.pk}", case.number, reason="行政复议", actor=keeper, now=world.now)
    world.later(days=1828)
    assert jobs.sweep_retention(world.now) == 0
    security.end_hold(held, reason="复议结束", actor=keeper, now=world.now)
    jobs.sweep_retention(world.now)
    assert Case.objects.get().text == "（已按期限删除）"


def test_case_settled_on_the_spot_without_a_report_reaches_its_time(world: World) -> None:
    new = case_actions.NewCase(
        matter="C0101", place=GRID, text="井盖松动，已当场复位", origin="spot", received_at=world.now
    )
    case = case_actions.self_handle(
        new,
        result="当场复位并垫胶圈",
        evidence=(world.photo("photo_before"), world.photo("photo_after")),
        actor=world.actor("zhao.qiang"),
        now=world.now,
    )
    world.step(case, "begin_check", "he.jie")
    world.step(case, "close", "he.jie", answer="已当场复位。")
    world.later(days=731)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert actions.erase_photos(world.now) == 2
    world.later(days=1100)
    assert jobs.sweep_retention(world.now) == 1
    assert Case.objects.get().text == "（已按期限删除）"


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
