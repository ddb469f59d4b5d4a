"""Dated rules: proposed with a basis, approved by a second person, never for the past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from gewu.cases import actions as cases
from gewu.cases import queries as case_queries
from gewu.cases.actions.follow_ups import rule_for
from gewu.cases.actions.whistles import kinds_in_force
from gewu.cases.models import Case, Deadline
from gewu.catalogue import actions
from gewu.catalogue import queries as catalogue
from gewu.catalogue.actions import DatedKind
from gewu.catalogue.lifecycle import CHANGE
from gewu.catalogue.models import RuleChange
from gewu.catalogue.queries import terms
from gewu.infra import stream
from gewu.intake import actions as intake
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.worktime import Unit
from tests.world import COUNTY, GRID, RIVERSIDE, SOUTH_GATE, World

KINDS = {one.code: one for one in (*actions.DATED, *intake.DATED, *cases.DATED)}
#: A row of each kind that its door takes.
ROWS: dict[str, dict[str, str]] = {
    "stage_limit": {"stage": "check", "amount": "2", "unit": "work_hour"},
    "ladder": {"percent": "50", "tells": "cases.handle"},
    "intake_limit": {"kind": "accept", "channel": "hotline", "amount": "0.5", "unit": "work_hour"},
    "origin_limit": {"channel": "phone", "amount": "1", "unit": "urgent_hour"},
    "call_kind": {
        "code": "street", "name_zh": "街道吹哨", "name_en": "By the street", "caller": "street",
        "supporters": "1", "automatic": "False", "amount": "1", "unit": "work_hour",
    },
    "follow_up_rule": {"percent": "100", "amount": "2", "unit": "work_day"},
}  # fmt: skip


def day_after(world: World, days: int = 1) -> date:
    return world.now.date() + timedelta(days=days)


def proposed(world: World, kind: str, words: dict[str, str] | None = None, **more: Any) -> RuleChange:
    given = {"since": day_after(world), "basis": "区政府会议纪要", **more}
    return actions.propose(
        KINDS[kind], words or ROWS[kind], place=COUNTY, actor=world.actor("qian.lei"), now=world.now, **given
    )


def decided(
    world: World, row: RuleChange, event: str = "approve", by: str = "lu.fa", **given: Any
) -> RuleChange:
    return actions.take_change(KINDS, row.pk, event, actor=world.actor(by), now=world.now, **given)


def changed(world: World, kind: str, words: dict[str, str] | None = None, **more: Any) -> None:
    decided(world, proposed(world, kind, words, **more))


def in_force(kind: DatedKind, on: date) -> list[dict[str, str]]:
    rows = kind.stored.rows()
    return [dict(one.words) for one in rows if catalogue.phase_of(one, rows, on) == "in_force"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_change_holds_from_its_day_on_and_what_held_before_is_kept(world: World, kind: str) -> None:
    before = in_force(KINDS[kind], world.now.date())
    row = proposed(world, kind)
    assert in_force(KINDS[kind], day_after(world)) == before
    decided(world, row)
    words = KINDS[kind].read(ROWS[kind])
    assert words not in in_force(KINDS[kind], world.now.date())
    assert words in in_force(KINDS[kind], day_after(world))
    alike = [one for one in KINDS[kind].stored.rows() if one.key == KINDS[kind].stored.key_of(words)]
    assert alike[0].basis == "区政府会议纪要"
    assert [one.until for one in alike[1:]] == [day_after(world)] * len(alike[1:])
    assert [one.type for one in stream.timeline("rule_change", row.pk)] == [
        "RuleChangeProposed", "RuleChangeApproved",
    ]  # fmt: skip


def test_whoever_proposes_does_not_approve_and_whoever_keeps_may_withdraw(world: World) -> None:
    row = proposed(world, "ladder")
    with pytest.raises(Refusal) as refused:
        decided(world, row, by="qian.lei")
    assert refused.value.kind is Kind.FORBIDDEN
    RuleChange.objects.update(proposed_by=world.actor("lu.fa").ref)
    with pytest.raises(Refusal, match="由另一人批准"):
        decided(world, row)
    with pytest.raises(Refusal, match="还缺少：理由"):
        decided(world, row, "withdraw", by="qian.lei")
    decided(world, row, "withdraw", by="qian.lei", reason="写错了")
    assert [one.percent for one in terms.ladder(day_after(world))] == [80, 100, 150, 200]


def test_nothing_holds_for_the_past(world: World) -> None:
    with pytest.raises(Refusal, match="最早自明天起"):
        proposed(world, "ladder", since=world.now.date())
    with pytest.raises(Refusal, match="理由或依据"):
        proposed(world, "ladder", basis=" ")
    row = proposed(world, "ladder")
    world.later(days=1)
    with pytest.raises(Refusal, match="不能追溯施行"):
        decided(world, row)
    decided(world, row, "refuse", reason="已过期")


def test_second_change_for_an_earlier_day_is_refused(world: World) -> None:
    changed(world, "stage_limit", since=day_after(world, 5))
    with pytest.raises(Refusal, match="已有自"):
        proposed(world, "stage_limit", since=day_after(world, 5))
    with pytest.raises(Refusal, match="已有自"):
        proposed(world, "stage_limit", since=day_after(world, 3))
    proposed(world, "stage_limit", since=day_after(world, 6))


def test_two_changes_for_one_day_cannot_both_be_approved(world: World) -> None:
    first, second = proposed(world, "stage_limit"), proposed(world, "stage_limit")
    decided(world, first)
    with pytest.raises(Refusal, match="已有自"):
        decided(world, second)


def test_row_ends_on_a_day_and_one_that_never_began_never_does(world: World) -> None:
    kind = KINDS["ladder"]
    row = next(one for one in kind.stored.rows() if one.words["percent"] == "80")
    given = {"basis": "不再提醒", "place": COUNTY, "actor": world.actor("qian.lei"), "now": world.now}
    decided(world, actions.propose_end(kind, row.id, since=day_after(world), **given))
    assert [one.percent for one in terms.ladder(world.now.date())] == [80, 100, 150, 200]
    assert [one.percent for one in terms.ladder(day_after(world))] == [100, 150, 200]
    with pytest.raises(Refusal, match="不能停用"):
        actions.propose_end(kind, row.id, since=day_after(world), **given)
    changed(world, "ladder", since=day_after(world, 9))
    coming = next(one for one in kind.stored.rows() if one.words["percent"] == "50")
    decided(world, actions.propose_end(kind, coming.id, since=day_after(world), **given))
    assert 50 not in [one.percent for one in terms.ladder(day_after(world, 20))]
    changed(world, "ladder", since=day_after(world, 9))
    assert 50 in [one.percent for one in terms.ladder(day_after(world, 9))]
    stage = KINDS["stage_limit"]
    with pytest.raises(Refusal, match="不能停用"):
        actions.propose_end(stage, stage.stored.rows()[0].id, since=day_after(world), **given)


def wrong_words() -> Iterator[tuple[str, dict[str, str], str]]:
    for amount in ("0", "-1", "x", "nan", "inf", "1e9", ""):
        yield "stage_limit", {"amount": amount}, "amount"
    yield "stage_limit", {"amount": "0.5", "unit": "work_day"}, "amount"
    yield "stage_limit", {"unit": "moon"}, "amount"
    yield "stage_limit", {"stage": "sleeping"}, "stage"
    yield "ladder", {"percent": "5"}, "percent"
    yield "ladder", {"percent": "x"}, "percent"
    yield "ladder", {"tells": "everyone"}, "tells"
    yield "intake_limit", {"channel": "pigeon"}, "channel"
    yield "intake_limit", {"matter": "Z9"}, "matter"
    yield "intake_limit", {"place": "12"[:1]}, "place"
    yield "origin_limit", {"channel": ""}, "channel"
    yield "call_kind", {"code": "Street!"}, "code"
    yield "call_kind", {"name_en": ""}, "name_en"
    yield "call_kind", {"supporters": "0"}, "supporters"
    yield "follow_up_rule", {"percent": "101"}, "percent"


@pytest.mark.parametrize(("kind", "wrong", "field"), list(wrong_words()))
def test_words_that_are_none_are_refused_with_their_field(
    world: World, kind: str, wrong: dict[str, str], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        proposed(world, kind, {**ROWS[kind], **wrong})
    assert refused.value.field == field


def test_only_whoever_keeps_the_rules_proposes(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        actions.propose(
            KINDS["ladder"], ROWS["ladder"], since=day_after(world), basis="依据", place=COUNTY,
            actor=world.actor("zheng.jun"), now=world.now,
        )  # fmt: skip
    assert refused.value.kind is Kind.FORBIDDEN
    proposed(world, "ladder")
    today = world.now.date()
    assert len(catalogue.changes(world.actor("qian.lei"), today=today)) == 1
    assert catalogue.changes(world.actor("zheng.jun"), today=today) == ()


def test_steps_outside_the_table_of_changes_are_refused() -> None:
    for state in CHANGE.states:
        allowed = {one.event for one in CHANGE.steps_from(state.name)}
        for event in {one.event for one in CHANGE.steps} - allowed:
            with pytest.raises(Refusal) as refused:
                CHANGE.row(event, state.name)
            assert refused.value.kind is Kind.CONFLICT


def clock(case: Case, name: str) -> Deadline:
    return Deadline.objects.filter(case=case, clock=name).latest("started_at")


def test_case_keeps_the_stage_limit_that_it_began_with(world: World) -> None:
    before = world.accepted(matter="C0101")
    changed(world, "stage_limit", {"stage": "sign_for", "amount": "5", "unit": "urgent_hour"})
    world.later(days=1)
    after = world.accepted(matter="C0101")
    assert (clock(after, "sign_for").amount, clock(after, "sign_for").time_unit) == (5, "urgent_hour")
    before = world.step(before, "return", "chen.guoping", reason="不归本单位", proposed="unknown")
    before = world.step(before, "dispatch", "zhou.min", unit=f"{COUNTY}-drainage")
    assert (clock(before, "sign_for").amount, clock(before, "sign_for").time_unit) == (1, "work_hour")


def test_limit_of_an_origin_only_shortens_unless_it_names_the_class(world: World) -> None:
    now = datetime.combine(day_after(world), world.now.timetz())
    day = day_after(world)
    short = next(one for one in catalogue.all_matters(day) if one.handle.unit is Unit.URGENT_HOUR)
    long = next(one for one in catalogue.all_matters(day) if one.handle.unit is Unit.WORK_DAY)
    changed(world, "origin_limit", {"channel": "hotline", "amount": "1", "unit": "work_day"})
    assert terms.handling_limit(short, "hotline", GRID, now) == short.handle
    assert str(terms.handling_limit(long, "hotline", GRID, now).words) == "1 个工作日"
    assert terms.handling_limit(long, "web", GRID, now) == long.handle
    assert terms.handling_limit(long, "hotline", GRID, world.now) == long.handle
    named = {
        "channel": "hotline",
        "matter": short.code,
        "place": SOUTH_GATE,
        "amount": "9",
        "unit": "work_day",
    }
    changed(world, "origin_limit", named)
    assert terms.handling_limit(short, "hotline", GRID, now).amount == 9
    assert terms.handling_limit(short, "hotline", RIVERSIDE + "001", now) == short.handle


def test_order_from_an_origin_runs_by_its_own_limit_and_keeps_it(world: World) -> None:
    older = world.accepted(matter="C0101")
    words = {"channel": older.origin, "matter": "C0101", "amount": "7", "unit": "work_day"}
    changed(world, "origin_limit", words)
    world.later(days=1)
    case = world.accepted(matter="C0101")
    for name in ("handle", "promise"):
        assert (clock(case, name).amount, clock(case, name).time_unit) == (7, "work_day")
    case = world.step(case, "return", "chen.guoping", reason="不归本单位", proposed="unknown")
    case = world.step(case, "dispatch", "zhou.min", unit=f"{COUNTY}-drainage")
    assert clock(case, "handle").amount == 7
    older = world.step(older, "return", "chen.guoping", reason="不归本单位", proposed="unknown")
    older = world.step(older, "dispatch", "zhou.min", unit=f"{COUNTY}-drainage")
    assert clock(older, "handle").time_unit != "work_day"


def test_calls_and_follow_ups_go_by_the_rows_in_force(world: World) -> None:
    changed(world, "call_kind")
    changed(world, "follow_up_rule")
    today, then = world.now.date(), day_after(world)
    assert [kinds_in_force(on)["street"].amount for on in (today, then)] == [2, 1]
    percents = [found.percent for on in (today, then) if (found := rule_for("C0101", GRID, on=on))]
    assert percents == [20, 100]


def test_report_is_accepted_within_the_limit_of_the_day_it_came(world: World) -> None:
    changed(world, "intake_limit", {**ROWS["intake_limit"], "channel": "", "amount": "1"})
    before = world.report(matter="C0103")
    world.later(days=1)
    after = world.report(matter="C0103")
    assert after.due_at - after.received_at < before.due_at - before.received_at


def test_rehearsal_names_what_would_have_been_late(world: World) -> None:
    case = world.case_at("handled")
    keeper = world.actor("qian.lei")

    def rehearsed(kind: str, **words: str) -> Any:
        given = KINDS[kind].read({**ROWS[kind], **words})
        return case_queries.rehearse_rule(kind, given, place=COUNTY, actor=keeper, now=world.now)

    strict = {"amount": "0.01", "unit": "urgent_hour"}
    found = rehearsed("stage_limit", stage="sign_for", **strict)
    assert (found.seen, found.late, found.would_be_late) == (1, 0, 1)
    assert [one.number for one in found.changed] == [case.number]
    assert rehearsed("stage_limit", stage="reopening") is None
    found = rehearsed("origin_limit", channel=case.origin, **strict)
    assert (found.seen, found.would_be_late) == (1, 1)
    assert rehearsed("origin_limit", channel="hotline", **strict).seen == 0
    found = rehearsed("ladder", percent="10")
    assert (found.seen, found.before, found.after) == (1, 0, 1)
    assert rehearsed("call_kind").seen == 0
    with pytest.raises(Refusal):
        case_queries.rehearse_rule(
            "ladder", ROWS["ladder"], place=COUNTY, actor=world.actor("zheng.jun"), now=world.now
        )


def test_rehearsal_of_follow_ups_counts_who_would_be_asked(world: World) -> None:
    for _ in range(3):
        world.case_at("closed")
    words = KINDS["follow_up_rule"].read(ROWS["follow_up_rule"])
    found: Any = case_queries.rehearse_rule(
        "follow_up_rule", words, place=COUNTY, actor=world.actor("qian.lei"), now=world.now
    )
    assert (found.seen, found.after) == (3, 3)
    assert found.before <= 3


@pytest.mark.parametrize("amount", [0, -1, 1e9])
def test_rehearsal_refuses_the_limits_that_the_door_refuses(world: World, amount: float) -> None:
    limit = catalogue.Limit(amount, Unit.WORK_HOUR)
    given: dict[str, Any] = {"place": COUNTY, "actor": world.actor("qian.lei"), "now": world.now}
    with pytest.raises(Refusal, match="时限要大于零"):
        case_queries.rehearse_limit("C0101", limit, **given)
    with pytest.raises(Refusal, match="时限要大于零"):
        actions.revise_limit("C0101", limit, since=day_after(world), reason="压缩", **given)
