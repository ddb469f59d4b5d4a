"""An old screen, a step that is refused, and a write that fails half way."""

from __future__ import annotations

import pytest

from gewu.cases.models import Deadline, Evidence
from gewu.infra import deliveries
from gewu.infra.models import EventRow, File
from gewu.kernel.refusals import Kind, Refusal
from tests.world import World


def test_screen_that_is_out_of_date_is_refused_with_who_and_what(world: World) -> None:
    case = world.accepted()
    world.step(case, "sign_for", "chen.guoping", version=1)
    with pytest.raises(Refusal) as refused:
        world.step(case, "void", "zheng.jun", version=1, reason="误立")
    assert refused.value.kind is Kind.CONFLICT
    assert str(refused.value) == "您打开此单之后，陈国平已将其变为“处置中”"


def test_write_that_fails_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = world.case_at("handling")
    before = (EventRow.objects.count(), Evidence.objects.count(), Deadline.objects.count())
    monkeypatch.setattr(deliveries, "owe", _broken)  # the last write of all
    evidence = (world.photo("photo_before"), world.photo("photo_after"))

    with pytest.raises(OSError, match="disk full"):
        world.step(case, "report_done", "chen.guoping", result="已更换", evidence=evidence)

    case.refresh_from_db()
    assert (case.state, case.version, case.result) == ("handling", 2, "")
    assert (EventRow.objects.count(), Evidence.objects.count(), Deadline.objects.count()) == before
    assert not File.objects.filter(owner_id=case.pk).exists()


def _broken(rows: object) -> None:
    raise OSError("disk full")


def test_refused_step_changes_nothing(world: World) -> None:
    case = world.case_at("handling")
    before = EventRow.objects.count()
    with pytest.raises(Refusal, match="还缺少办理凭证：处置前照片、处置后照片"):
        world.step(case, "report_done", "chen.guoping", result="已更换")
    case.refresh_from_db()
    assert (case.state, case.version, EventRow.objects.count()) == ("handling", 2, before)
