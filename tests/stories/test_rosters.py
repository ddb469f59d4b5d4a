"""A town's forces on duty: planned, booked, there or missing, with gaps shown and notes handed over."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.organisation.models import Booking, Shift
from gewu.organisation.rules import Pattern
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.founded import statements
from tests.world import COUNTY, PASSWORD, STREET, World

OFFICE, CENTRE = f"{STREET}-street_office", f"{STREET}-grid_centre"


@pytest.fixture
def town(world: World) -> World:
    """The street with a keeper of the roster, three who stand on it, and one leave."""
    setup = operator(COUNTY)
    for name, shown, post, seat in (
        ("ban.zhang", "班长", "roster_keeper", OFFICE),
        ("qin.gang", "秦刚", "handler", OFFICE),
        ("bai.ling", "白玲", "handler", OFFICE),
        ("tong.xin", "童心", "handler", OFFICE),
    ):
        account = security.open_account(
            name, shown, PASSWORD, actor=setup, now=world.now, work_phone="025-5888"
        )
        organisation.appoint(post, seat, account, actor=setup, now=world.now)
        world.accounts[name] = account
    return world


def planned(world: World, kind: str = "window", need: int = 1, **more: Any) -> list[Shift]:
    """Shifts of today from nine to five, unless said otherwise."""
    day = timezone.localdate(world.now)
    usual: dict[str, Any] = {
        "first": day, "last": day, "weekdays": (1, 2, 3, 4, 5, 6, 7), "begins": time(9), "ends": time(17),
    }  # fmt: skip
    pattern = Pattern(need=need, **{**usual, **more})
    organisation.plan_shifts(kind, OFFICE, pattern, actor=world.actor("ban.zhang"), now=world.now)
    return list(Shift.objects.filter(kind=kind).order_by("begins_at"))


def book(world: World, shift: Shift, name: str, by: str = "ban.zhang") -> Booking:
    return organisation.book(shift.pk, world.accounts[name].pk, actor=world.actor(by), now=world.now)


def on_duty(world: World, who: str = "zhou.min", place: str = STREET) -> dict[str, units.OnDuty]:
    return {one.force: one for one in units.on_duty(world.actor(who), place, now=world.now)}


def test_dispatcher_sees_who_is_on_duty_now_by_kind_and_place(town: World) -> None:
    (window,) = planned(town, "window")
    (patrol,) = planned(town, "street_enforcement", need=2)
    (watch,) = planned(town, "community_watch", begins=time(20), ends=time(6))
    for shift, name in ((window, "qin.gang"), (patrol, "bai.ling"), (watch, "tong.xin")):
        book(town, shift, name)

    now = on_duty(town)
    assert list(now) == ["approval", "enforcement", "service", "governance"]
    assert {force: one.people for force, one in now.items()} == {
        "approval": 1, "enforcement": 1, "service": 0, "governance": 0,
    }  # fmt: skip
    line = now["approval"].shifts[0]
    assert (line.kind.zh, line.place, line.unit.code) == ("便民服务窗口", STREET, OFFICE)
    assert [(one.name, one.phone) for one in line.people] == [("秦刚", "025-5888")]
    assert now["enforcement"].gap == 1, "two are needed and one stands there"

    town.now = town.now.replace(hour=21)
    later = on_duty(town)
    assert {force: one.people for force, one in later.items() if one.people} == {"governance": 1}
    town.later(hours=9)
    assert not any(one.shifts for one in on_duty(town).values()), "the night shift ended at six"


def test_who_is_on_duty_stays_within_the_scope_of_the_reader(town: World) -> None:
    book(town, planned(town)[0], "qin.gang")
    assert on_duty(town)["approval"].people == 1
    assert on_duty(town, place="320111001")["approval"].shifts == ()
    for stranger in ("chen.guoping", "zhao.qiang", "qian.lei"):
        assert not any(one.shifts for one in on_duty(town, stranger).values())


def test_list_of_those_on_duty_costs_the_same_for_one_and_for_many(town: World) -> None:
    book(town, planned(town)[0], "qin.gang")
    with statements() as few:
        on_duty(town)
    for kind in ("street_enforcement", "repair", "command"):
        book(
            town, planned(town, kind, begins=time(8), ends=time(9, 30))[0], "bai.ling"
        ) if kind == "repair" else planned(town, kind)
    with statements() as many:
        on_duty(town)
    assert len(many) <= len(few) <= 5


def test_gap_is_shown_until_it_is_filled(town: World) -> None:
    shift = planned(town, need=2)[0]
    until = town.now + timedelta(days=7)

    def gaps() -> list[int]:
        found = units.gaps_ahead(town.actor("zhou.min"), STREET, now=town.now, until=until)
        return [one.gap for one in found]

    assert gaps() == [2]
    first = book(town, shift, "qin.gang")
    assert gaps() == [1]
    book(town, shift, "bai.ling")
    assert gaps() == []
    organisation.take_booking(first.pk, "withdraw", actor=town.actor("ban.zhang"), now=town.now)
    assert gaps() == [1]


def refused(world: World, shift: Shift, name: str, by: str = "ban.zhang") -> Refusal:
    with pytest.raises(Refusal) as found:
        book(world, shift, name, by)
    return found.value


def test_overlap_is_refused_and_a_shift_that_follows_is_not(town: World) -> None:
    (day,) = planned(town)
    (late,) = planned(town, "command", begins=time(16), ends=time(22))
    (after,) = planned(town, "repair", begins=time(17), ends=time(20))
    book(town, day, "qin.gang")
    assert "时间重叠" in str(refused(town, late, "qin.gang").text)
    assert book(town, after, "qin.gang").state == "booked"


def test_shift_over_night_from_the_week_before_still_overlaps(town: World) -> None:
    sunday = timezone.localdate(town.now) + timedelta(days=6)
    night = planned(town, "community_watch", first=sunday, last=sunday, begins=time(22), ends=time(6))[0]
    monday = sunday + timedelta(days=1)
    early = planned(town, "window", first=monday, last=monday, begins=time(5), ends=time(9))[0]
    book(town, night, "qin.gang")
    assert "时间重叠" in str(refused(town, early, "qin.gang").text)


def test_hours_of_a_week_are_summed_against_their_limit(town: World) -> None:
    monday = timezone.localdate(town.now)
    shifts = planned(town, first=monday, last=monday + timedelta(days=7), begins=time(9), ends=time(20))
    for shift in shifts[:4]:
        book(town, shift, "qin.gang")  # four times eleven hours: the 44 that a window allows
    said = refused(town, shifts[4], "qin.gang")
    assert "44" in str(said.text)
    assert book(town, shifts[7], "qin.gang").state == "booked", "the next week begins anew"


def test_full_shift_stranger_and_someone_away_are_refused(town: World) -> None:
    (shift,) = planned(town)
    assert "任职" in str(refused(town, shift, "chen.guoping").text)
    assert refused(town, shift, "qin.gang", by="bai.ling").kind is Kind.FORBIDDEN
    keeper = security.open_account("ren.shi", "人事", PASSWORD, actor=operator(), now=town.now)
    organisation.appoint("personnel_officer", OFFICE, keeper, actor=operator(), now=town.now)
    town.accounts["ren.shi"] = keeper
    organisation.note_staff(
        town.accounts["tong.xin"].pk, "leave", since=timezone.localdate(town.now),
        until=timezone.localdate(town.now), actor=town.actor("ren.shi"), now=town.now,
    )  # fmt: skip
    said = refused(town, shift, "tong.xin")
    assert "不在岗" in str(said.text) and "休假" not in str(said.text), "why someone is away is not told"
    book(town, shift, "qin.gang")
    assert "排满" in str(refused(town, shift, "bai.ling").text)


def test_one_says_oneself_to_be_there_and_only_the_keeper_says_who_is_missing(town: World) -> None:
    (shift,) = planned(town, need=2)
    mine, other = book(town, shift, "qin.gang"), book(town, shift, "bai.ling")
    town.now = shift.begins_at + timedelta(minutes=5)
    with pytest.raises(Refusal):
        organisation.take_booking(other.pk, "attend", actor=town.actor("qin.gang"), now=town.now)
    with pytest.raises(Refusal):
        organisation.take_booking(mine.pk, "miss", actor=town.actor("qin.gang"), now=town.now)
    organisation.take_booking(mine.pk, "attend", actor=town.actor("qin.gang"), now=town.now)
    organisation.take_booking(other.pk, "miss", actor=town.actor("ban.zhang"), now=town.now)
    line = on_duty(town)["approval"].shifts[0]
    assert [(one.name, one.state) for one in line.people] == [("秦刚", "attended"), ("白玲", "missed")]
    assert line.gap == 1, "someone missing leaves a gap"


def test_nobody_is_there_before_the_shift(town: World) -> None:
    tomorrow = timezone.localdate(town.now) + timedelta(days=1)
    booked = book(town, planned(town, first=tomorrow, last=tomorrow)[0], "qin.gang")
    with pytest.raises(Refusal, match="还没有开始"):
        organisation.take_booking(booked.pk, "attend", actor=town.actor("qin.gang"), now=town.now)


def test_note_is_handed_over_and_read_once_by_somebody_else(town: World) -> None:
    (shift,) = planned(town)
    book(town, shift, "qin.gang")
    note = organisation.hand_over(
        shift.pk, "中圣街路灯待修，电力明早到场", actor=town.actor("qin.gang"), now=town.now
    )
    with pytest.raises(Refusal, match="接班的人"):
        organisation.take_over(note.pk, actor=town.actor("qin.gang"), now=town.now)
    with pytest.raises(Refusal) as refused_:
        organisation.take_over(note.pk, actor=town.actor("chen.guoping"), now=town.now)
    assert refused_.value.kind is Kind.FORBIDDEN
    organisation.take_over(note.pk, actor=town.actor("bai.ling"), now=town.later(hours=8))
    with pytest.raises(Refusal, match="一次"):
        organisation.take_over(note.pk, actor=town.actor("tong.xin"), now=town.now)
    span = {"since": shift.begins_at - timedelta(days=1), "until": shift.begins_at + timedelta(days=1)}
    (line,) = units.roster(town.actor("ban.zhang"), OFFICE, **span)
    assert [(one.text, one.by, one.taken_by) for one in line.notes] == [
        ("中圣街路灯待修，电力明早到场", "秦刚", "白玲")
    ]


def test_whoever_did_not_stand_on_the_shift_leaves_no_note(town: World) -> None:
    (shift,) = planned(town)
    with pytest.raises(Refusal) as found:
        organisation.hand_over(shift.pk, "我不在这个班上", actor=town.actor("bai.ling"), now=town.now)
    assert found.value.kind is Kind.FORBIDDEN


def test_planning_again_adds_nothing_and_a_week_has_its_days(town: World) -> None:
    monday = timezone.localdate(town.now)
    pattern = Pattern(monday, monday + timedelta(days=13), (1, 3, 5), time(22), time(6), 2)
    actor = town.actor("ban.zhang")
    assert organisation.plan_shifts("night_enforcement", OFFICE, pattern, actor=actor, now=town.now) == 6
    assert organisation.plan_shifts("night_enforcement", OFFICE, pattern, actor=actor, now=town.now) == 0
    first = Shift.objects.order_by("begins_at").first()
    assert first is not None and first.ends_at - first.begins_at == timedelta(hours=8)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"weekdays": ()}, "星期几"),
        ({"last": date(2026, 3, 1)}, "早于"),
        ({"last": date(2027, 3, 1)}, "最多排"),
        ({"need": 0}, "需要 1"),
        ({"first": date(2026, 2, 1)}, "已过的日子"),
    ],
)
def test_roster_that_cannot_be_is_refused(town: World, more: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        planned(town, **more)


def test_own_shifts_are_ones_own(town: World) -> None:
    (shift,) = planned(town)
    book(town, shift, "qin.gang")
    me = town.accounts["qin.gang"].pk
    span: dict[str, datetime] = {"since": town.now, "until": town.now + timedelta(days=7)}

    def mine(account: UUID, who: str) -> list[UUID]:
        return [one.id for one in units.shifts_of(account, town.actor(who), **span)]

    assert mine(me, "qin.gang") == [shift.pk]
    with pytest.raises(Refusal):
        mine(me, "bai.ling")
