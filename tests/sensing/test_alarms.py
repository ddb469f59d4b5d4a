"""From a reading to an alarm, to one case, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from gewu.cases.models import Case
from gewu.infra import stream
from gewu.intake import actions as intake
from gewu.intake.models import Report
from gewu.kernel.lifecycle import Step
from gewu.kernel.refusals import Kind, Refusal
from gewu.sensing import actions, jobs, permissions, queries
from gewu.sensing.actions import opening
from gewu.sensing.lifecycle import ALARM
from gewu.sensing.models import Alarm, AlarmRule
from tests.sensing.devices import hears, levels, registered, said
from tests.world import GRID, RIVERSIDE, World

BOX = "box-1"


def opened(world: World, code: str = BOX) -> Alarm:
    """A street box that lets water in, and what follows."""
    world.later(seconds=10)
    hears(world, said(world, code, water=1))
    world.settle()
    return Alarm.objects.select_related("case").latest("raised_at", "pk")


def wet_box(world: World) -> Alarm:
    registered(world, BOX, "street_box", name="文德路通信箱")
    return opened(world)


def case_of(alarm: Alarm) -> Case:
    assert alarm.case_id is not None
    return Case.objects.get(pk=alarm.case_id)


def closed(world: World, case: Case) -> Case:
    """The case of a wet box handled, checked and closed by the people whose turn it is."""
    world.step(case, "sign_for", "wu.kai")
    done = {"result": "已抽干并更换密封圈", "evidence": (world.photo("photo_after"),)}
    world.step(case, "report_done", "wu.kai", **done)
    world.step(case, "begin_check", "he.jie")
    world.step(case, "close", "he.jie", answer="已修复")
    world.settle()
    case.refresh_from_db()
    return case


def test_alarm_opens_one_case_with_a_response_limit_and_the_response_is_measured(world: World) -> None:
    """R248: the case is opened, the limit stands, the time until the office signs is measured."""
    alarm = wet_box(world)
    case = case_of(alarm)
    assert (case.origin, case.matter, case.place) == ("device", "E0704", GRID)
    assert alarm.respond_by == alarm.raised_at + timedelta(minutes=60)
    assert "设施箱进水" in case.text
    world.later(minutes=12)
    world.step(case, "sign_for", "wu.kai")
    world.settle()
    answers = queries.responses(world.actor("zhou.min"), since=alarm.raised_at, now=world.now)
    assert (answers.alarms, answers.answered, answers.in_time, answers.overdue) == (1, 1, 1, 0)
    assert answers.middle == world.now - alarm.raised_at
    assert "AlarmResponded" in [one.type for one in stream.timeline("alarm", alarm.pk)]


def test_alarm_that_nobody_answers_in_time_is_told_once_to_those_who_supervise(world: World) -> None:
    alarm = wet_box(world)
    world.later(minutes=61)
    assert jobs.sweep_alarms(world.now) == 1
    assert jobs.sweep_alarms(world.now) == 0
    told = [one.type for one in stream.timeline("alarm", alarm.pk)]
    assert told.count("AlarmUnanswered") == 1
    answers = queries.responses(world.actor("zheng.jun"), since=alarm.raised_at, now=world.now)
    assert (answers.overdue, answers.middle) == (1, None)


def test_water_that_trembles_at_the_line_raises_one_alarm(world: World) -> None:
    registered(world)
    trembling = levels(world, "gauge-1", 8.9, 9.1, 9.2, 8.95, 9.05, 8.8, 9.3, 8.75, 9.1)
    assert (trembling.raised, trembling.cleared) == (1, 0)
    assert levels(world, "gauge-1", 8.7, 8.9, 8.95).cleared == 1
    assert Alarm.objects.count() == 1


def test_value_furthest_beyond_the_line_is_kept(world: World) -> None:
    registered(world)
    levels(world, "gauge-1", 9.1, 9.2, 11.4, 10.0)
    assert Alarm.objects.get().worst == 11.4


@pytest.mark.both_databases
def test_one_live_alarm_of_a_kind_at_a_device(world: World) -> None:
    alarm = wet_box(world)
    alarm.pk, alarm.case = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        alarm.save(force_insert=True)


@pytest.mark.both_databases
def test_alarm_opens_its_case_once_however_often_it_is_told(world: World) -> None:
    alarm = wet_box(world)
    opening.open_case(alarm.pk, now=world.now)
    assert (Case.objects.count(), Report.objects.count()) == (1, 1)


def test_acknowledged_and_cleared_are_two_bits(world: World) -> None:
    alarm = wet_box(world)
    world.later(minutes=5)
    hears(world, said(world, BOX, water=0))
    alarm.refresh_from_db()
    assert (alarm.state, alarm.acknowledged_at, alarm.cleared_at) == ("cleared", None, world.now)
    actions.take(alarm.pk, "acknowledge", actor=world.actor("zhou.min"), now=world.now)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.responded_at) == ("settled", world.now)
    assert "CaseAlarmCleared" in [one.type for one in stream.timeline("case", case_of(alarm).pk)]


def test_closed_case_is_written_back_and_opens_no_second_one(world: World) -> None:
    alarm = wet_box(world)
    closed(world, case_of(alarm))
    alarm.refresh_from_db()
    assert (alarm.state, alarm.case_ended_at is not None, alarm.acknowledged_by) == (
        "acknowledged", True, f"rule:alarm:{alarm.rule_id}",
    )  # fmt: skip
    opened(world)
    (line,) = queries.alarms(world.actor("zhou.min")).rows
    assert line.contradicts
    assert Case.objects.count() == 1
    hears(world, said(world, BOX, seq=1, water=0))
    alarm.refresh_from_db()
    assert alarm.state == "settled"
    assert opened(world).case_id != alarm.case_id


def test_reopened_case_is_written_back_too(world: World) -> None:
    alarm = wet_box(world)
    case = closed(world, case_of(alarm))
    world.step(case, "reopen", "zheng.jun", reason="箱内又见积水")
    world.settle()
    alarm.refresh_from_db()
    assert alarm.case_ended_at is None


@pytest.mark.both_databases
def test_alarms_of_one_storm_become_one_case(world: World) -> None:
    codes = [registered(world, f"box-{n}", "street_box") for n in range(1, 6)]
    far = registered(world, "box-far", "street_box", place=RIVERSIDE + "001")
    for code in (*codes, far):
        opened(world, code)
    cases = [alarm.case_id for alarm in Alarm.objects.order_by("raised_at", "pk")]
    # The rule says three: two open their own, the others join the first; another community is no storm.
    assert cases[2:5] == [cases[0]] * 3
    assert len(set(cases)) == 3
    first = Alarm.objects.order_by("raised_at", "pk")[0]
    assert queries.alarm(world.actor("zhou.min"), first.pk).line.joined == 3
    assert [one.device for one in queries.of_case(case_of(first).pk)] == ["box-1", "box-3", "box-4", "box-5"]


def test_alarm_whose_class_is_no_more_waits_on_the_desk_and_finds_its_case(world: World) -> None:
    registered(world, BOX, "street_box")
    AlarmRule.objects.filter(alarm="water").update(matter="E0799")
    alarm = opened(world)
    report = Report.objects.get()
    assert (alarm.case_id, report.state, report.matter) == (None, "received", "")
    intake.take(report.pk, "accept", actor=world.actor("li.wen"), now=world.now, matter="E0704")
    assert jobs.sweep_alarms(world.now) == 1
    alarm.refresh_from_db()
    assert alarm.case_id == Case.objects.get().pk


def test_alarm_stood_down_by_hand_is_raised_again_only_after_the_value_was_back(world: World) -> None:
    alarm = wet_box(world)
    actions.take(
        alarm.pk, "stand_down", actor=world.actor("zhou.min"), now=world.now, reason="现场看过，探头受潮"
    )
    opened(world)
    assert Alarm.objects.count() == 1
    hears(world, said(world, BOX, seq=1, water=0))
    opened(world)
    assert Alarm.objects.count() == 2


def test_device_being_worked_on_raises_nothing_and_its_readings_are_kept(world: World) -> None:
    registered(world, BOX, "street_box")
    window = actions.set_maintenance(
        BOX, since=world.now, until=world.now + timedelta(hours=2), reason="更换门锁",
        actor=world.actor("zhou.min"), now=world.now,
    )  # fmt: skip
    world.later(minutes=10)
    taken = hears(world, said(world, BOX, water=1))
    assert (taken.stored, taken.raised) == (1, 0)
    world.later(minutes=10)
    actions.end_maintenance(window.pk, actor=world.actor("zhou.min"), now=world.now)
    world.later(minutes=1)
    assert hears(world, said(world, BOX, water=1)).raised == 1


def outside() -> Iterator[tuple[str, str]]:
    for state in ALARM.states:
        allowed = {step.event for step in ALARM.steps_from(state.name)}
        for event in dict.fromkeys(step.event for step in ALARM.steps):
            if event not in allowed:
                yield state.name, event


@pytest.mark.parametrize(("state", "event"), list(outside()))
def test_step_outside_the_table_is_refused(state: str, event: str) -> None:
    with pytest.raises(Refusal) as refused:
        ALARM.row(event, state)
    assert refused.value.kind is Kind.CONFLICT


@pytest.mark.parametrize("step", ALARM.steps, ids=lambda one: f"{one.event}-{one.source[0]}")
def test_step_belongs_to_someone(step: Step) -> None:
    assert step.by in permissions.WHO
    assert str(permissions.WORDS[step.by])


@pytest.mark.parametrize("who", ["wu.kai", "ma.jianguo", "qian.lei"])
def test_whoever_does_not_answer_alarms_takes_no_step(world: World, who: str) -> None:
    alarm = wet_box(world)
    with pytest.raises(Refusal) as refused:
        actions.take(alarm.pk, "acknowledge", actor=world.actor(who), now=world.now)
    assert refused.value.kind is Kind.FORBIDDEN


def test_alarm_is_seen_in_ones_own_places_only(world: World) -> None:
    alarm = wet_box(world)
    assert queries.alarm(world.actor("zhao.qiang"), alarm.pk).line.device == BOX
    for stranger in ("sun.li", "wu.kai"):
        assert queries.alarms(world.actor(stranger)).rows == ()
        with pytest.raises(Refusal) as refused:
            queries.alarm(world.actor(stranger), alarm.pk)
        assert refused.value.kind is Kind.MISSING


def test_step_on_what_has_changed_meanwhile_is_refused(world: World) -> None:
    alarm = wet_box(world)
    seen = alarm.version
    actions.take(alarm.pk, "acknowledge", actor=world.actor("zhou.min"), now=world.now, version=seen)
    with pytest.raises(Refusal) as refused:
        actions.take(
            alarm.pk, "stand_down", actor=world.actor("zhou.min"), now=world.now, version=seen, reason="误报"
        )
    assert refused.value.kind is Kind.CONFLICT
