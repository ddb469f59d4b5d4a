"""The clock jumps back and forward while people work: order by number, no time below nothing, none twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pyotp
import pytest

from gewu.cases import queries as cases
from gewu.cases.actions import clocks
from gewu.cases.jobs import climb_ladder, resume_shelved, sweep_deadlines
from gewu.cases.models import Case, Deadline
from gewu.catalogue import queries as catalogue
from gewu.infra import anchors, stream
from gewu.infra.models import Delivery, EventRow
from gewu.intake import actions as intake
from gewu.intake.models import Report
from gewu.kernel import worktime
from gewu.kernel.refusals import Kind, Refusal
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.web import wording
from tests.cases.test_ledgers import laid_again, stored
from tests.world import PASSWORD, World

#: Hour, day and month back and forth, before each step of a case in turn.
JUMPS = ((-1, 1), (-24, 24), (24 * 30, -24 * 30), (-1, -24))


@pytest.fixture(autouse=True)
def _in_the_middle_of_things(world: World) -> None:
    """Everyone has had their post for four months."""
    world.later(days=120)


def sweep(world: World) -> None:
    """Everything that comes due by itself."""
    for one in (sweep_deadlines, climb_ladder, resume_shelved, anchors.sweep):
        while one(world.now):
            pass
    world.settle()


#: A case with every step that holds a clock or lets it go, to its end and once more.
WAY: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("return", "chen.guoping", {"reason": "不属本单位管辖", "proposed": "unknown"}),
    ("dispatch", "zhou.min", {"unit": "320111-water_supply", "reason": "仍由你单位办理"}),
    ("sign_for", "chen.guoping", {}),
    ("recall", "zhou.min", {"reason": "派错单位，收回重派"}),
    ("dispatch", "zhou.min", {"unit": "320111-water_supply", "reason": "仍由你单位办理"}),
    ("sign_for", "chen.guoping", {}),
    ("report_done", "chen.guoping", {"result": "已更换防沉降井盖"}),
    ("begin_check", "zhao.qiang", {}),
    ("fail_check", "zhao.qiang", {"reason": "井盖仍有响动"}),
    ("report_done", "chen.guoping", {"result": "已加垫胶圈固定"}),
    ("begin_check", "zhao.qiang", {}),
    ("close", "zhao.qiang", {"answer": "井盖已更换，并加装防坠网。"}),
)


@pytest.mark.parametrize("back, forth", JUMPS)
def test_case_goes_its_whole_way_while_the_clock_jumps(world: World, back: int, forth: int) -> None:
    case = world.accepted()
    for n, (event, by, given) in enumerate(WAY):
        world.later(minutes=7)
        world.later(hours=back if n % 2 else forth)
        if event == "report_done":
            given = given | {"evidence": (world.photo("photo_before"), world.photo("photo_after"))}
        case = world.step(case, event, by, **given)
        sweep(world)
        assert_sound(world, case)
    assert case.state == "closed"
    assert [one.seq for one in stream.timeline("case", case.pk)] == list(
        range(1, len(stream.timeline("case", case.pk)) + 1)
    )
    assert list(stream.verify()) == []
    assert list(anchors.verify()) == []


def assert_sound(world: World, case: Case) -> None:
    """Nothing that is shown or counted of a case lies below zero or is counted twice."""
    shown = cases.page(world.actor("zhou.min"), case.number, now=world.now)
    custody = shown.history.custody
    assert all(one.span >= timedelta() for one in custody.holdings)
    assert sum((one.span for one in custody.holdings), timedelta()) == custody.age
    for one in Deadline.objects.filter(case=case):
        pauses = clocks.pauses_of(one)
        assert all(until is None or until >= since for since, until in pauses)
        assert one.held == bool(pauses and pauses[-1][1] is None)
        wording.due(one.due_at, world.now, started_at=one.started_at, met_at=one.met_at)
    running = Counter(one.clock for one in Deadline.objects.filter(case=case, met_at=None, dropped_at=None))
    assert set(running.values()) <= {1}
    assert stored(case) == laid_again(case)
    told = Counter(
        (one.type, one.data.get("clock"), one.data.get("unit"), one.data.get("percent"))
        for one in stream.timeline("case", case.pk)
        if one.type in ("DeadlinePassed", "RungReached")
    )
    begun = Counter(one.clock for one in Deadline.objects.filter(case=case))
    assert all(n <= begun[str(key[1])] for key, n in told.items() if key[0] == "DeadlinePassed")
    assert not Delivery.objects.filter(due_at=None, done_at=None).exists()


@pytest.mark.parametrize("hours", [1, 24, 24 * 40])
def test_shelved_case_goes_on_once_although_the_clock_went_back(world: World, hours: int) -> None:
    case = world.case_at("handling")
    until = world.now + timedelta(days=3)
    case = world.step(case, "shelve", "zhou.min", reason="等市里统一施工", until=until)
    world.later(days=4)
    assert resume_shelved(world.now) == 1
    world.later(hours=-hours)
    assert resume_shelved(world.now) == 0
    case.refresh_from_db()
    assert case.state == "handling"
    assert_sound(world, case)
    world.step(case, "shelve", "zhou.min", reason="再等一次统一施工", until=world.now + timedelta(days=2))
    world.later(hours=-hours)
    case = world.step(case, "resume", "zhou.min")
    assert_sound(world, case)
    assert case.due_at >= case.filed_at


def test_sweep_tells_of_a_late_clock_once_however_often_the_clock_passes_it(world: World) -> None:
    world.accepted()
    for days in (60, -60, 61, -1, 1):
        world.later(days=days)
        sweep(world)
    told = Counter(
        (one.data["clock"], one.subject_id)
        for one in stream.after(0, limit=10_000)
        if one.type == "DeadlinePassed"
    )
    assert told
    assert set(told.values()) == {1}
    rungs = [one.data["percent"] for one in stream.after(0, limit=10_000) if one.type == "RungReached"]
    assert len(rungs) == len(set(rungs))


def test_promise_stays_the_moment_that_was_told(world: World) -> None:
    case = world.accepted()
    promised = case.due_at
    for hours in (-24, 48, -24):
        world.later(hours=hours)
        sweep(world)
        case.refresh_from_db()
        assert case.due_at == promised


def test_reports_keep_coming_with_numbers_of_their_own(world: World) -> None:
    filed = []
    for hours in (0, -24, 24, -1, 1):
        world.later(hours=hours)
        filed.append(world.accepted())
        sweep(world)
    numbers = [one.number for one in filed]
    assert len(set(numbers)) == len(numbers)
    assert Report.objects.count() == len(filed)
    told = EventRow.objects.filter(type="CaseFiled").order_by("position")
    assert list(told.values_list("subject_id", flat=True)) == [one.pk for one in filed]
    assert list(stream.verify()) == []


def test_report_joined_and_parted_while_the_clock_went_back(world: World) -> None:
    case = world.accepted()
    other = world.report("同一个井盖，又有人摔了。")
    li = world.actor("li.wen")
    intake.take(other.pk, "join", actor=li, now=world.now, case=case.number)
    world.later(hours=-24)
    parted = intake.take(other.pk, "split", actor=li, now=world.now, reason="不是同一个井盖")
    assert parted.due_at >= parted.received_at
    assert parted.state == "received"


def test_sign_in_with_a_second_factor_after_the_clock_was_ahead(world: World) -> None:
    account = world.accounts["qian.lei"]
    secret = security.begin_second_factor(account.pk, now=world.now).secret
    app = pyotp.TOTP(secret)
    security.confirm_second_factor(account.pk, app.at(world.now), now=world.now)
    world.later(days=1)
    security.pass_second_factor(account.pk, app.at(world.now), now=world.now)
    world.later(days=-1, minutes=5)
    code = app.at(world.now)
    security.pass_second_factor(account.pk, code, now=world.now)
    with pytest.raises(Refusal):  # and still only once
        security.pass_second_factor(account.pk, code, now=world.now)


def test_lock_of_a_clock_that_was_ahead_does_not_last_for_a_day(world: World) -> None:
    world.later(days=1)
    for _ in range(5):
        with pytest.raises(Refusal):
            security.sign_in("chen.guoping", "wrong", now=world.now)
    with pytest.raises(Refusal) as locked:
        security.sign_in("chen.guoping", PASSWORD, now=world.now)
    assert (locked.value.kind, str(locked.value.advice)) == (Kind.TOO_MANY, "请 15 分钟后再试，或联系管理员")
    world.later(days=-1)
    assert security.sign_in("chen.guoping", PASSWORD, now=world.now)


def test_token_of_a_clock_that_was_ahead_is_nobodys_and_an_ordinary_one_ends_in_time(world: World) -> None:
    ahead = security.issue_token(world.accounts["zhou.min"], now=world.now + timedelta(days=30))
    now = security.issue_token(world.accounts["zhou.min"], now=world.now)
    assert accounts.actor_by_token(ahead, now=world.now) is None
    assert accounts.actor_by_token(now, now=world.now) is not None
    assert accounts.actor_by_token(now, now=world.now - timedelta(minutes=2)) is not None
    assert accounts.actor_by_token(now, now=world.now + timedelta(hours=12)) is None


def test_working_time_is_never_counted_below_nothing(world: World) -> None:
    case = world.case_at("handling")
    clock = Deadline.objects.get(case=case, clock="handle")
    early = clock.started_at - timedelta(days=9)
    unit = worktime.Unit(clock.time_unit)
    assert worktime.elapsed(clock.started_at, early, unit, catalogue.calendar()) == 0
