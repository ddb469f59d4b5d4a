"""Who may plan, approve and do fieldwork. None of them looks at the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gewu.fieldwork.models import Plan, Task
from gewu.kernel.places import is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import CLOCK, Actor

READ, DO, MAKE, APPROVE = "fieldwork.read", "fieldwork.do", "fieldwork.plan", "fieldwork.approve"
#: The joint office of police and grids: to allow work that is not on the list of a post.
ALLOW = "fieldwork.allow"
#: To raise clues from data; to draw samples of statements and findings; to see others' tracks.
RAISE, SAMPLE, TRACKS = "clues.raise", "fieldwork.sample", "tracks.read"
#: Whoever keeps the catalogue keeps kinds and checklists too.
MANAGE = "catalogue.manage"


def may_plan(actor: Actor, place: str, unit_path: str, unit_place: str) -> bool:
    """By territory where one plans, or by unit for the own unit within the unit's places."""
    if actor.holds_at(MAKE, place):
        return True
    return bool(unit_path) and actor.holds_for(MAKE, (unit_path,)) and is_within(place, unit_place)


def plan_keeper(actor: Actor, plan: Plan) -> bool:
    own = bool(plan.unit_path) and actor.holds_for(MAKE, (plan.unit_path,))
    return own or actor.holds_at(MAKE, plan.place)


def approver(actor: Actor, plan: Plan) -> bool:
    return actor.holds_at(APPROVE, plan.place)


def joint_office(actor: Actor, plan: Plan) -> bool:
    return actor.holds_at(ALLOW, plan.place)


def _approver_or_joint_office(actor: Actor, plan: Plan) -> bool:
    return approver(actor, plan) or joint_office(actor, plan)


def clock(actor: Actor, row: object) -> bool:
    return actor == CLOCK


def _planner_approver_or_clock(actor: Actor, plan: Plan) -> bool:
    return plan_keeper(actor, plan) or approver(actor, plan) or clock(actor, plan)


def worker(actor: Actor, task: Task) -> bool:
    """The person it names; else a member of its unit; else whoever does fieldwork there."""
    if task.account_id is not None:
        return task.account_id == actor.account_id
    if task.unit_path:
        return actor.sits_in(task.unit_path)
    return actor.holds_at(DO, task.place)


def rule(actor: Actor, row: object) -> bool:
    return actor.ref.startswith("rule:")


def starter(actor: Actor, task: Task) -> bool:
    return bool(task.started_by) and task.started_by == actor.ref


def task_keeper(actor: Actor, task: Task) -> bool:
    """Whoever plans there, or keeps the plan that it belongs to."""
    if actor.holds_at(MAKE, task.place):
        return True
    return task.plan is not None and plan_keeper(actor, task.plan)


OF_PLANS: Mapping[str, Callable[[Actor, Plan], bool]] = {
    "planner": plan_keeper,
    "approver": approver,
    "joint office": joint_office,
    "approver or joint office": _approver_or_joint_office,
    "planner, approver or clock": _planner_approver_or_clock,
}
OF_TASKS: Mapping[str, Callable[[Actor, Task], bool]] = {
    "worker": worker,
    "whoever started it": starter,
    "planner": task_keeper,
    "clock": clock,
    "rule": rule,
}

WORDS: Mapping[str, Text] = {
    "planner": say("计划员"),
    "approver": say("计划审批人"),
    "joint office": say("联席办"),
    "approver or joint office": say("计划审批人或联席办"),
    "planner, approver or clock": say("计划员或审批人"),
    "worker": say("执行人"),
    "whoever started it": say("开始执行的人"),
    "clock": say("系统时钟"),
    "looker": say("到现场核查的人"),
    "rule": say("系统规则"),
}


def require_plan(actor: Actor, by: str, plan: Plan) -> None:
    """Refuse whoever is not the one this step of a plan belongs to."""
    _require(OF_PLANS[by](actor, plan), by)


def require_task(actor: Actor, by: str, task: Task) -> None:
    """Refuse whoever is not the one this step of a task belongs to."""
    _require(OF_TASKS[by](actor, task), by)


def _require(may: bool, by: str) -> None:
    if not may:
        raise Refusal(say("这一步由{who}办理，您没有此权限", who=WORDS[by]), Kind.FORBIDDEN)


def require_at(actor: Actor, right: str, place: str) -> None:
    """Refuse whoever does not hold this right at the place."""
    if not actor.holds_at(right, place):
        raise Refusal(say("您没有在此地办理这件事的权限"), Kind.FORBIDDEN)
