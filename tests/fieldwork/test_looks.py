"""Someone near and free is sent to look, and never the one whose work is looked at."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gewu.cases import actions as cases
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import queries, rules
from gewu.fieldwork.models import Task
from gewu.fieldwork.rules import Candidate
from gewu.intake import actions as intake
from gewu.kernel.refusals import Refusal
from gewu.organisation import actions as organisation
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.fieldwork.setting import first_task, running, step
from tests.world import COUNTY, GRID, World

A, B, C = (UUID(int=n) for n in (1, 2, 3))


def test_nearest_of_the_free_goes_and_an_unknown_distance_comes_last() -> None:
    assert rules.whom_to_send([Candidate(A, 900, 0), Candidate(B, 300, 0), Candidate(C, 10, 1)]) == B
    assert rules.whom_to_send([Candidate(A, None, 0), Candidate(B, 9000, 0)]) == B
    assert rules.whom_to_send([Candidate(A, 5, 2), Candidate(B, 900, 1)]) == B
    assert rules.whom_to_send([]) is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=1, max_size=6))
def test_nobody_busy_is_sent_while_somebody_is_free(people: list[tuple[int, int]]) -> None:
    some = [Candidate(uuid4(), metres, waiting) for waiting, metres in people]
    chosen = next(one for one in some if one.account == rules.whom_to_send(some))
    assert chosen.waiting == 0 or all(one.waiting for one in some)


def second_worker(world: World, name: str = "lin.hai") -> None:
    """Another grid worker of the first grid."""
    by = operator(COUNTY)
    account = security.open_account(name, "林海", "a-long-enough-password", actor=by, now=world.now)
    organisation.appoint("grid_worker", GRID, account, actor=by, now=world.now)
    world.accounts[name] = account


def sent(world: World, about: str) -> Task:
    return Task.objects.select_related("account").get(about=about)


def test_verification_goes_to_the_grid_worker_who_checked_in_nearest_and_ends_with_the_finding(
    world: World,
) -> None:
    second_worker(world)
    near = first_task(running(world, who="account", whom="lin.hai"))
    step(world, near, "start", "lin.hai")
    step(world, near, "check_in", "lin.hai", at=fieldwork.CheckInDraft(lon=118.6025, lat=32.0575))
    step(world, near, "finish", "lin.hai", reason="转去核实")
    report = world.report()
    intake.take(report.pk, "ask_verification", actor=world.actor("li.wen"), now=world.now)
    world.settle()
    task = sent(world, f"report:{report.pk.hex}")
    assert task.account_id == world.accounts["lin.hai"].pk
    assert task.due_at - world.now == timedelta(minutes=30)
    (page,) = [one for one in queries.my_day(world.actor("lin.hai"), now=world.now) if one.line.about]
    assert (page.stops[0].lon, page.line.kind.code) == (118.6025, "onsite_check")
    step(world, task, "start", "lin.hai")
    with pytest.raises(Refusal, match="在原件上填写"):
        step(world, task, "finish", "lin.hai", answers={"result": "属实", "note": "井盖确实不见了"})
    intake.take(
        report.pk, "record_finding", actor=world.actor("lin.hai"), now=world.now, finding="属实，井盖不见了"
    )
    world.settle()
    task.refresh_from_db()
    assert task.state == "done"


def test_mocked_position_does_not_count_and_whoever_is_on_leave_is_not_sent(world: World) -> None:
    second_worker(world)
    here = first_task(running(world, who="account", whom="lin.hai"))
    step(world, here, "start", "lin.hai")
    step(world, here, "check_in", "lin.hai", at=fieldwork.CheckInDraft(lon=118.6025, lat=32.0575, mock=True))
    report = world.report()
    intake.take(report.pk, "ask_verification", actor=world.actor("li.wen"), now=world.now)
    world.settle()
    # Both stand in the same grid, and the one is in the middle of a patrol.
    assert sent(world, f"report:{report.pk.hex}").account_id == world.accounts["zhao.qiang"].pk


def test_check_never_goes_to_whoever_did_the_work_nor_into_their_office(world: World) -> None:
    second_worker(world)
    case = world.case_at("handled")
    world.settle()
    task = sent(world, f"case:{case.number}")
    assert task.account_id in {world.accounts[name].pk for name in ("zhao.qiang", "lin.hai")}
    checker = next(name for name, one in world.accounts.items() if one.pk == task.account_id)
    world.step(case, "begin_check", checker)
    world.step(case, "close", checker, answer="已更换。")
    world.settle()
    task.refresh_from_db()
    assert task.state == "done"


def test_self_handled_case_is_checked_by_another_grid_worker_or_by_nobody(world: World) -> None:
    new = cases.NewCase(
        matter="E0201",
        place=GRID,
        text="墙上小广告",
        origin=cases.SPOT_ORIGIN,
        received_at=world.now,
        address="文德路",
    )
    evidence = (world.photo("photo_before"), world.photo("photo_after"))
    case = cases.self_handle(
        new, result="已当场铲除", evidence=evidence, actor=world.actor("zhao.qiang"), now=world.now
    )
    world.settle()
    assert not Task.objects.filter(about=f"case:{case.number}").exists()
    second_worker(world)
    other = cases.self_handle(
        new, result="已当场铲除", evidence=(world.photo("photo_before"), world.photo("photo_after")),
        actor=world.actor("zhao.qiang"), now=world.now,
    )  # fmt: skip
    world.settle()
    assert sent(world, f"case:{other.number}").account_id == world.accounts["lin.hai"].pk


def test_task_is_dropped_when_another_person_did_the_check(world: World) -> None:
    case = world.case_at("handled")
    world.settle()
    task = sent(world, f"case:{case.number}")
    world.step(case, "begin_check", "he.jie")
    world.step(case, "close", "he.jie", answer="已更换。")
    world.settle()
    task.refresh_from_db()
    assert task.state == "cancelled"
