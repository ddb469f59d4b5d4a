"""Who may: each word of the tables' ``by`` column as a predicate. None of them looks at the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gewu.cases.models import Assignment, Case
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import CLOCK, Actor

May = Callable[[Actor, Case, Assignment | None], bool]


def dispatcher(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    return actor.holds_at("cases.dispatch", case.place)


def lead(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    return bool(case.lead_path) and actor.holds_for("cases.handle", (case.lead_path,))


def assistant(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    return task is not None and actor.holds_for("cases.handle", (task.unit_path,))


def checker(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    return actor.holds_at("cases.check", case.place)


def supervisor(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    return actor.holds_at("cases.supervise", case.place)


def reporter(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    """Only intake makes such an actor, and only for someone who showed the progress code."""
    return actor.ref.startswith("reporter:")


def clock(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    return actor == CLOCK


def either(*some: May) -> May:
    """One of several."""
    return lambda actor, case, task: any(one(actor, case, task) for one in some)


WHO: Mapping[str, May] = {
    "dispatcher": dispatcher,
    "lead": lead,
    "assistant": assistant,
    "checker": checker,
    "supervisor": supervisor,
    "reporter": reporter,
    "clock": clock,
    "reporter or supervisor": either(reporter, supervisor),
    "dispatcher or lead": either(dispatcher, lead),
}

WORDS: Mapping[str, Text] = {
    "dispatcher": say("派遣员"),
    "lead": say("主办单位"),
    "assistant": say("协办单位"),
    "checker": say("核查员"),
    "supervisor": say("督查员"),
    "reporter": say("反映人"),
    "clock": say("系统时钟"),
    "reporter or supervisor": say("反映人或督查员"),
    "dispatcher or lead": say("派遣员或主办单位"),
}


def require(actor: Actor, by: str, case: Case, task: Assignment | None = None) -> None:
    """Refuse whoever is not the one this step belongs to."""
    if not WHO[by](actor, case, task):
        raise Refusal(say("这一步由{who}办理，您没有此权限", who=WORDS[by]), Kind.FORBIDDEN)
