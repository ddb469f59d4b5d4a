"""Who sees a case or a report, and who must not: by every list, page and figure."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from gewu.cases import actions as case_actions
from gewu.cases import queries as cases
from gewu.cases.models import Case
from gewu.infra import files, versions
from gewu.insight import queries as insight
from gewu.intake import queries as intake
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications import queries as notices
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actions import HELD
from gewu.security.actors import ANONYMOUS, CLOCK, Actor, operator, reporter, rule
from gewu.security.models import StandingRow
from tests.world import COUNTY, GRID, RIVERSIDE, SOUTH_GATE, STREET, World

ALL = cases.Filters(state="all")
ALL_REPORTS = intake.Filters(state="all")

#: Everyone of the world who reads cases of the first grid; the case lies with the water office.
READERS = {"li.wen", "zhou.min", "chen.guoping", "zhao.qiang", "he.jie", "zheng.jun", "ma.jianguo"}
REPORT_READERS = {"li.wen", "zhou.min", "zhao.qiang", "zheng.jun"}


def newcomer(world: World, role: str, *, place: str = COUNTY, unit_path: str = "", **more: object) -> Actor:
    """Someone with one role and nothing else."""
    name = f"{role}.{uuid4().hex[:6]}"
    account = security.open_account(name, name, "a-long-enough-password", actor=operator(), now=world.now)
    security.give_role(
        account, role, actor=operator(), now=world.now, place=place, unit_path=unit_path, **more
    )
    world.accounts[name] = account
    return world.actor(name)


def sees_case(actor: Actor, case: Case, world: World) -> bool:
    """Whether anything at all shows this case to an actor; all doors must give the same answer."""
    listed = [one.number for one in cases.inbox(actor, ALL, now=world.now).rows]
    counted = sum(one.count for one in cases.counters(actor, ALL, now=world.now))
    figures = sum(one.open for one in cases.by_place(actor, COUNTY, 6, now=world.now, today=world.now))
    try:
        opened = cases.page(actor, case.number, now=world.now).line.number == case.number
    except Refusal as refused:
        assert refused.kind is Kind.MISSING  # as if it did not exist
        opened = False
    answers = {case.number in listed, counted > 0, figures > 0, opened}
    assert len(answers) == 1
    return opened


def sees_report(actor: Actor, report: Report, world: World) -> bool:
    """The same for a report."""
    listed = [one.id for one in intake.queue(actor, ALL_REPORTS, now=world.now).rows]
    counted = sum(one.count for one in intake.counters(actor, ALL_REPORTS, now=world.now))
    try:
        opened = intake.page(actor, report.pk, now=world.now).line.id == report.pk
    except Refusal as refused:
        assert refused.kind is Kind.MISSING
        opened = False
    answers = {report.pk in listed, counted > 0, opened}
    assert len(answers) == 1
    return opened


def test_case_is_seen_by_its_places_and_its_unit_alone(world: World) -> None:
    case = world.accepted()
    assert {name for name in world.accounts if sees_case(world.actor(name), case, world)} == READERS


def test_report_is_seen_by_those_who_screen_or_verify_there(world: World) -> None:
    report = world.report()
    found = {name for name in world.accounts if sees_report(world.actor(name), report, world)}
    assert found == REPORT_READERS


@pytest.mark.parametrize("role", ["administrator", "security_administrator", "auditor"])
def test_who_runs_the_platform_reads_no_case_and_no_report(world: World, role: str) -> None:
    case = world.accepted()
    someone = newcomer(world, role)
    assert not sees_case(someone, case, world)
    assert not sees_report(someone, Report.objects.get(), world)
    with pytest.raises(Refusal, match="您没有查看统计的权限"):
        insight.home_of(someone)


@pytest.mark.parametrize(
    "nobody",
    [ANONYMOUS, CLOCK, operator(), rule("route:1"), reporter(uuid4())],
    ids=lambda actor: actor.ref.partition(":")[0],
)
def test_whoever_holds_no_standing_reads_nothing(world: World, nobody: Actor) -> None:
    case = world.accepted()
    assert not sees_case(nobody, case, world)
    assert not sees_report(nobody, Report.objects.get(), world)
    assert notices.inbox(nobody).rows == ()


def test_one_community_neither_lists_nor_opens_the_other_and_the_district_sees_both(world: World) -> None:
    here = world.accepted()
    there = world.accepted(world.report(lon=118.6225, lat=32.0375))
    assert (here.place[:12], there.place[:12]) == (SOUTH_GATE, RIVERSIDE)
    seen = {
        place: {
            one.number for one in cases.inbox(newcomer(world, "leader", place=place), ALL, now=world.now).rows
        }
        for place in (GRID, SOUTH_GATE, RIVERSIDE, STREET, COUNTY)
    }
    both = {here.number, there.number}
    assert seen == {
        GRID: {here.number},
        SOUTH_GATE: {here.number},
        RIVERSIDE: {there.number},
        STREET: both,
        COUNTY: both,
    }
    with pytest.raises(Refusal):
        cases.page(newcomer(world, "leader", place=RIVERSIDE), here.number, now=world.now)


def test_figures_stop_at_the_border_of_a_scope(world: World) -> None:
    world.accepted()
    community = newcomer(world, "leader", place=RIVERSIDE)
    assert insight.home_of(community) == RIVERSIDE
    assert insight.board(community, RIVERSIDE, now=world.now).whole.open == 0
    for outside in (SOUTH_GATE, STREET, COUNTY):
        with pytest.raises(Refusal, match="您没有查看此地统计的权限"):
            insight.board(community, outside, now=world.now)


def test_unit_that_returns_a_case_loses_sight_of_it(world: World) -> None:
    case = world.case_at("handling")
    assert sees_case(world.actor("chen.guoping"), case, world)
    world.step(case, "return", "chen.guoping", reason="不属于我单位职责", proposed="unknown")
    assert not sees_case(world.actor("chen.guoping"), case, world)
    with pytest.raises(Refusal) as refused:
        world.step(case, "dispatch", "chen.guoping", unit="320111-water_supply")
    assert refused.value.kind is Kind.FORBIDDEN


def test_called_unit_sees_the_case_at_once_and_only_this_case(world: World) -> None:
    case, other = world.case_at("handling"), world.accepted()
    wu = world.actor("wu.kai")
    assert not sees_case(wu, case, world)

    task = case_actions.call_assist(
        case.number, "320111-municipal_works", actor=world.actor("chen.guoping"), now=world.now, task="请围挡"
    )

    page = cases.page(wu, case.number, now=world.now)
    assert (page.line.place, page.lon, page.text) == (case.place, case.lon, case.text)
    assert [one.number for one in cases.inbox(wu, ALL, now=world.now).rows] == [case.number]
    assert [one.event for one in page.tasks[0].steps] == ["sign_for", "return"]
    assert page.steps == ()
    with pytest.raises(Refusal):
        cases.page(wu, other.number, now=world.now)

    case_actions.take_assist(task.pk, "return", actor=wu, now=world.now, reason="非市政道路")
    assert not sees_case(wu, case, world)


def test_called_unit_sees_the_photos_of_the_case(world: World) -> None:
    case = world.case_at("handled")
    world.step(case, "begin_check", "zhao.qiang")
    world.step(case, "fail_check", "zhao.qiang", reason="井盖松动")
    (photo, *_) = [one.file for one in cases.page(world.actor("li.wen"), case.number, now=world.now).evidence]
    facts = files.facts(photo)
    assert facts is not None
    wu = world.actor("wu.kai")
    assert not cases.may_see_file(wu, facts)
    case_actions.call_assist(
        case.number, "320111-municipal_works", actor=world.actor("chen.guoping"), now=world.now
    )
    assert cases.may_see_file(wu, facts)
    assert not cases.may_see_file(ANONYMOUS, facts)
    assert not intake.may_see_file(world.actor("li.wen"), facts)


def test_called_unit_takes_no_step_of_the_lead(world: World) -> None:
    case = world.case_at("handling")
    case_actions.call_assist(
        case.number, "320111-municipal_works", actor=world.actor("chen.guoping"), now=world.now
    )
    with pytest.raises(Refusal) as refused:
        world.step(case, "report_done", "wu.kai", result="已办")
    assert refused.value.kind is Kind.FORBIDDEN


def test_stranger_takes_no_step_of_an_assignment(world: World) -> None:
    case = world.case_at("handling")
    task = case_actions.call_assist(
        case.number, "320111-municipal_works", actor=world.actor("chen.guoping"), now=world.now
    )
    for name in ("wang.fang", "chen.guoping", "zhao.qiang"):
        with pytest.raises(Refusal) as refused:
            case_actions.take_assist(task.pk, "sign_for", actor=world.actor(name), now=world.now)
        assert refused.value.kind is Kind.FORBIDDEN


def test_access_ends_with_the_term_of_the_post(world: World) -> None:
    case = world.accepted()
    until = world.now + timedelta(days=30)
    guest = newcomer(world, "leader", until=until)
    name = next(name for name, account in world.accounts.items() if account.pk == guest.account_id)
    assert sees_case(guest, case, world)
    world.now = until
    assert world.actor(name).standings == ()
    assert not sees_case(world.actor(name), case, world)


def test_role_that_has_not_begun_gives_nothing(world: World) -> None:
    guest = newcomer(world, "leader")
    StandingRow.objects.filter(account_id=guest.account_id).update(since=world.now + timedelta(days=1))
    versions.changed(HELD)
    assert accounts.actor_of(guest.account_id, now=world.now).standings == ()


def test_closed_account_and_old_session_are_nobody(world: World) -> None:
    account = world.accounts["li.wen"]
    assert accounts.actor_of(account.pk, epoch=account.epoch, now=world.now) is not None
    assert accounts.actor_of(account.pk, epoch=account.epoch - 1, now=world.now) is None
    account.active = False
    account.save()
    versions.changed(HELD)
    assert accounts.actor_of(account.pk, now=world.now) is None


def test_cut_off_place_code_never_widens_a_right(world: World) -> None:
    case = world.accepted()
    odd = newcomer(world, "dispatcher", place=COUNTY[:5])
    assert not odd.holds_at("cases.dispatch", case.place)


def test_handler_of_a_unit_sees_the_desks_below_it(world: World) -> None:
    case = world.case_at("handling")
    lead = case.lead_path
    above = lead.rstrip("/").rpartition("/")[0]
    assert sees_case(newcomer(world, "handler", unit_path=lead), case, world)
    assert above == "" or sees_case(newcomer(world, "handler", unit_path=above + "/"), case, world)
    assert not sees_case(newcomer(world, "handler", unit_path=lead + "x/"), case, world)
    assert not sees_case(newcomer(world, "handler", unit_path=lead[:-1] + "x/"), case, world)


def test_filters_never_widen_a_scope(world: World) -> None:
    case = world.accepted()
    sun = world.actor("sun.li")
    for wide in (
        cases.Filters(state="all", place=GRID),
        cases.Filters(state="all", place=""),
        cases.Filters(state="all", unit="320111-water_supply"),
        cases.Filters(state="all", text=case.number),
        cases.Filters(state="all", mine=True),
    ):
        assert cases.inbox(sun, wide, now=world.now).rows == ()


def test_message_is_read_by_its_receiver_alone(world: World) -> None:
    world.accepted()
    world.settle()
    found = {name: len(notices.inbox(world.actor(name)).rows) for name in ("chen.guoping", "wu.kai")}
    assert found == {"chen.guoping": 1, "wu.kai": 0}
