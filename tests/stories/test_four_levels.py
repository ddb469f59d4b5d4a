"""One case worked on by district, sub-district, community and grid, each within its own scope."""

from __future__ import annotations

from typing import Any

import pytest

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.kernel.refusals import Refusal
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.world import COUNTY, GRID, PASSWORD, RIVERSIDE, SOUTH_GATE, STREET, World

pytestmark = pytest.mark.flow

SETUP = operator(COUNTY)


def take_post(world: World, name: str, shown: str, post: str, seat: str, **given: Any) -> None:
    account = security.open_account(name, shown, PASSWORD, actor=SETUP, now=world.now)
    organisation.appoint(post, seat, account, actor=SETUP, now=world.now, **given)
    world.accounts[name] = account


def sees(world: World, name: str, number: str) -> bool:
    return queries.visible_to(world.actor(name)).filter(number=number).exists()


def test_users_of_four_levels_work_on_one_case_each_within_the_own_scope(world: World) -> None:
    take_post(world, "community", "社区", "handler", f"{SOUTH_GATE}-community_committee")
    take_post(world, "other", "邻社区", "handler", f"{RIVERSIDE}-community_committee")
    case = world.accepted(world.report("健身器材松动"), matter="C0146")
    case = world.step(case, "return", "community", reason="要更换器材", proposed="unknown")

    case = world.step(case, "dispatch", "zhou.min", unit=f"{STREET}-street_office")
    case = world.step(case, "sign_for", "liu.yang")
    task = cases.call_assist(
        case.number, f"{SOUTH_GATE}-community_committee", actor=world.actor("zhou.min"), now=world.now
    )
    for step, given in (("sign_for", {}), ("finish", {"result": "已上门劝说清理"})):
        cases.take_assist(task.pk, step, actor=world.actor("community"), now=world.now, **given)
    evidence = (world.photo("photo_before"), world.photo("photo_after"))
    case = world.step(
        case, "report_done", "liu.yang", result="已清理", answer="楼道已清理。", evidence=evidence
    )
    case = world.step(case, "begin_check", "zhao.qiang")
    case = world.step(case, "close", "zhao.qiang", answer="楼道已清理。")

    assert case.state == "closed"
    for name in ("zhou.min", "liu.yang", "community", "zhao.qiang"):
        assert sees(world, name, case.number), name
    for name in ("other", "sun.li", "wang.fang"):
        assert not sees(world, name, case.number), name


def test_no_level_takes_the_step_of_another(world: World) -> None:
    case = world.step(world.accepted(), "return", "chen.guoping", reason="不属供水设施", proposed="unknown")
    for name in ("liu.yang", "zhao.qiang", "sun.li"):
        with pytest.raises(Refusal):
            world.step(case, "dispatch", name, unit=f"{STREET}-street_office")


def test_task_given_to_an_officer_of_the_law_at_a_grid_comes_back_with_its_result(world: World) -> None:
    court = f"{COUNTY}-court"
    organisation.appoint(
        "judge", GRID, actor=SETUP, now=world.now, holder_unit=court, name="周法官", hours="周三下午"
    )
    take_post(world, "judge", "周法官", "handler", court)
    case = world.accepted(world.report("邻居漏水，协商不成"))
    (judge,) = [one for one in units.posts_at(GRID, now=world.now) if one.kind == "judge"]
    assert judge.holder_unit is not None

    task = cases.call_assist(
        case.number, str(judge.holder_unit), actor=world.actor("zhou.min"), now=world.now, task="到网格释法"
    )
    actor = world.actor("judge")
    assert sees(world, "judge", case.number)
    cases.take_assist(task.pk, "sign_for", actor=actor, now=world.now)
    cases.take_assist(task.pk, "finish", actor=actor, now=world.now, result="已释法，双方同意修缮")

    page = queries.page(world.actor("zhou.min"), case.number, now=world.now)
    assert [(one.state, one.result) for one in page.tasks] == [("done", "已释法，双方同意修缮")]
