"""One past report with its history: by the ordinary actions, at its own times, in honest words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from gewu.cases.models import Case, Deadline
from gewu.infra import store, stream
from gewu.infra.models import EventRow
from gewu.intake import actions as intake
from gewu.intake.actions.history import ANSWERED, DONE, derived_end
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from tests.world import COUNTY, SOUTH_GATE, World

#: A class with pictures as evidence, and one that asks for nothing that is not held.
WITH_PICTURES, WITHOUT = "C0101", "PAST01"


@pytest.fixture
def past_class(world: World) -> World:
    """A class brought along by a table: no evidence, five working days."""
    from decimal import Decimal  # noqa: PLC0415 -- the world is founded first

    from gewu.catalogue import actions as catalogue  # noqa: PLC0415 -- as above
    from gewu.kernel.worktime import Unit  # noqa: PLC0415 -- as above
    from gewu.security.actors import operator  # noqa: PLC0415 -- as above

    limits = {"accept": (Decimal(2), Unit.WORK_HOUR), "handle": (Decimal(5), Unit.WORK_DAY)}
    specs = [
        catalogue.ClassSpec("PAST", "往年", "tests"),
        catalogue.ClassSpec(WITHOUT, "占道经营", "tests", parent="PAST", department="sanitation", **limits),
    ]
    catalogue.add_classes(specs, place=COUNTY, actor=operator(COUNTY), now=world.now)
    return world


def past(world: World, outcome: str, **more: Any) -> intake.PastReport:
    draft = intake.ReportDraft(
        channel="import",
        text="投诉：市容环卫／占道经营",
        place=more.pop("place", SOUTH_GATE),
        matter=more.pop("matter", WITHOUT),
        outside_id=more.pop("outside_id", "72687"),
        received_at=more.pop("received_at", world.now),
    )
    unit = more.pop("unit", f"{COUNTY}-sanitation")
    return intake.PastReport(draft, unit, intake.Outcome(outcome), **more)


def take_in(world: World, one: intake.PastReport, *, after: float = 60) -> intake.Taken:
    return intake.take_in(one, name="tests", county=COUNTY, now=world.now + timedelta(days=after))


@pytest.mark.parametrize(("outcome", "overdue"), [("in_time", False), ("overdue", True)])
def test_a_past_case_is_closed_at_its_times_and_judged_as_recorded(
    past_class: World, outcome: str, overdue: bool
) -> None:
    taken = take_in(past_class, past(past_class, outcome))
    case = Case.objects.get(number=taken.number)
    assert taken.overdue is overdue
    assert (case.state, case.received_at, case.filed_at) == ("closed", past_class.now, past_class.now)
    assert case.closed_at == derived_end(past_class.now, case.due_at, intake.Outcome(outcome))
    assert case.closed_at is not None
    assert (case.closed_at > case.due_at) is overdue
    assert (case.result, case.answer) == (DONE, ANSWERED)


def test_the_timeline_has_every_step_in_order_at_two_moments(past_class: World) -> None:
    case = Case.objects.get(number=take_in(past_class, past(past_class, "in_time")).number)
    told = stream.timeline("case", case.pk)
    assert [one.type for one in told] == [
        "CaseFiled", "CaseDispatched", "CaseSignedFor", "CaseHandled", "CheckBegun", "CaseClosed",
    ]  # fmt: skip
    assert [one.at for one in told] == [past_class.now] * 3 + [case.closed_at] * 3
    assert list(stream.verify()) == []


def test_someone_else_checks_than_handles_and_both_are_the_import(past_class: World) -> None:
    case = Case.objects.get(number=take_in(past_class, past(past_class, "in_time")).number)
    assert (case.handled_by, case.checked_by) == ("import:tests:office", "import:tests:check")


def test_every_clock_of_a_closed_case_is_met(past_class: World) -> None:
    case = Case.objects.get(number=take_in(past_class, past(past_class, "overdue")).number)
    clocks = Deadline.objects.filter(case=case)
    assert {one.clock: one.met_at is not None for one in clocks} == dict.fromkeys(
        ["promise", "dispatch", "sign_for", "handle", "check"], True
    )
    assert clocks.get(clock="promise").met_at == case.closed_at


def test_the_recorded_unit_wins_over_the_route_with_a_reason(past_class: World) -> None:
    """The published rule sends this class to the water supply; the source says who had it."""
    other = past(past_class, "open", matter=WITH_PICTURES, unit=f"{COUNTY}-sanitation")
    case = Case.objects.get(number=take_in(past_class, other).number)
    assert (case.state, case.lead.code if case.lead else "") == ("handling", f"{COUNTY}-sanitation")
    assert [one.type for one in stream.timeline("case", case.pk)] == [
        "CaseFiled", "CaseDispatched", "CaseReturned", "CaseDispatched", "CaseSignedFor",
    ]  # fmt: skip


def test_an_open_one_stays_with_its_unit_and_its_clock_runs(past_class: World) -> None:
    taken = take_in(past_class, past(past_class, "open"))
    case = Case.objects.get(number=taken.number)
    assert (case.state, taken.overdue) == ("handling", None)
    assert Deadline.objects.get(case=case, clock="promise").met_at is None


def test_without_a_class_it_waits_in_the_queue_of_reports(world: World) -> None:
    taken = take_in(world, past(world, "open", matter="", unit=""))
    assert (taken.report.state, taken.number) == ("received", "")


def test_a_recorded_end_is_used_as_it_is(past_class: World) -> None:
    end = past_class.now + timedelta(days=30)
    taken = take_in(past_class, past(past_class, "closed", closed_at=end))
    assert Case.objects.get(number=taken.number).closed_at == end
    assert taken.overdue is True


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"matter": WITH_PICTURES, "outcome": "in_time", "unit": f"{COUNTY}-water_supply"}, "还缺少办理凭证"),
        ({"outcome": "closed", "closed_at": "before"}, "办结时间早于接收时间"),
        ({"outcome": "overdue", "after": 3}, "办结时间在将来"),
        ({"outcome": "in_time", "unit": ""}, "没有事项或承办单位"),
        ({"outcome": "in_time", "matter": "", "unit": ""}, "没有事项或承办单位"),
        ({"outcome": "in_time", "unit": "nobody"}, "没有这个单位"),
        ({"outcome": "open", "matter": "Z999"}, "目录中没有事项"),
        ({"outcome": "open", "place": "320111999"}, "没有代码为 320111999 的区划"),
        ({"outcome": "open", "place": "320102002"}, "320102002"),
        ({"outcome": "open", "received_at": "ahead"}, "接收时间在将来"),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_and_leaves_nothing(
    past_class: World, change: dict[str, Any], said: str
) -> None:
    after = change.pop("after", 60)
    moments: dict[str, datetime] = {
        "before": past_class.now - timedelta(days=1),
        "ahead": past_class.now + timedelta(days=90),
    }
    given = {
        name: moments.get(value, value) if isinstance(value, str) else value for name, value in change.items()
    }
    events = EventRow.objects.count()
    with store.writing(), pytest.raises(Refusal, match=said), store.attempt():
        take_in(past_class, past(past_class, **given), after=after)
    assert (Report.objects.count(), Case.objects.count()) == (0, 0)
    assert EventRow.objects.count() == events


def test_the_same_number_is_taken_once(past_class: World) -> None:
    take_in(past_class, past(past_class, "in_time"))
    with pytest.raises(Refusal) as refused:
        take_in(past_class, past(past_class, "overdue"))
    assert (refused.value.kind, refused.value.field) == (Kind.CONFLICT, "outside_id")
    assert Report.objects.count() == 1


def test_the_import_acts_only_in_its_county(past_class: World) -> None:
    with pytest.raises(Refusal) as refused:
        intake.take_in(
            past(past_class, "open"), name="tests", county="440310", now=past_class.now + timedelta(days=60)
        )
    assert refused.value.kind is Kind.FORBIDDEN
