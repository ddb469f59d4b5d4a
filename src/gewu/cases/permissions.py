"""Who may: each word of the tables' ``by`` column as a predicate. None of them looks at the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gewu.cases.models import Assignment, Case, Referral
from gewu.kernel.places import Level, is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import CLOCK, Actor, Relation

May = Callable[[Actor, Case, Assignment | None], bool]


def concerned(actor: Actor, case: Case) -> bool:
    """Whether the matter is about the unit where this actor sits, or about one above it."""
    return actor.sits_in(case.about_path)


def dispatcher(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    return actor.holds_at("cases.dispatch", case.place)


def responsible(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    """Whoever has to settle it: the office that leads, or the enterprise whose hazard it is."""
    return bool(case.lead_path) and actor.holds_for("cases.handle", (case.lead_path,))


def lead(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    """The office that leads. An enterprise neither returns its hazards nor passes them on or calls others."""
    return responsible(actor, case) and not actor.outside


def assistant(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    """The called unit, or the called official; an official without an account is spoken for by the caller."""
    if task is None:
        return False
    if task.unit_path:
        return actor.holds_for("cases.handle", (task.unit_path,))
    if task.account_id:
        return task.account_id == actor.account_id
    return dispatcher(actor, case) or lead(actor, case) or caller(actor, case, task)


def caller(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    """Whoever blew the whistle that called this party, or answers for it where the platform blew it."""
    return (
        task is not None
        and task.whistle is not None
        and actor.ref in (task.whistle.caller, task.whistle.responsible)
    )


def street(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    """An office of the street or the community in which the case lies."""
    return any(
        standing.relation is Relation.UNIT
        and Level.STREET.digits <= len(standing.place) <= Level.COMMUNITY.digits
        and is_within(case.place, standing.place)
        for standing in actor.scopes("cases.whistle")
    )


def on_the_ground(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    """Whoever works in the grid or the places above it."""
    return actor.holds_at("cases.whistle", case.place)


def follow_up_officer(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    return actor.holds_at("cases.follow_up", case.place)


def checker(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    if case.checker_path:
        return actor.holds_for("cases.handle", (case.checker_path,)) and not actor.outside
    return actor.holds_at("cases.check", case.place)


def supervisor(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    return actor.holds_at("cases.supervise", case.place)


def arbiter(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    return actor.holds_at("cases.arbitrate", case.place)


def acceptor(actor: Actor, case: Case, task: Assignment | None = None) -> bool:
    return actor.holds_at("reports.screen", case.place)


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
    "responsible": responsible,
    "assistant": assistant,
    "checker": checker,
    "supervisor": supervisor,
    "reporter": reporter,
    "clock": clock,
    "reporter, follow-up officer or supervisor": either(reporter, follow_up_officer, supervisor),
    "dispatcher or lead": either(dispatcher, lead),
    "assistant or caller": either(assistant, caller),
    "dispatcher, lead or caller": either(dispatcher, lead, caller),
    "caller": caller,
    "caller or dispatcher": either(caller, dispatcher),
    "street": street,
    "grid": on_the_ground,
    "residents": either(street, on_the_ground),
    "follow-up officer": follow_up_officer,
    "dispatcher or supervisor": either(dispatcher, supervisor),
    "dispatcher, lead or clock": either(dispatcher, lead, clock),
    "acceptor or dispatcher": either(acceptor, dispatcher),
    "arbiter": arbiter,
}

WORDS: Mapping[str, Text] = {
    "dispatcher": say("派遣员"),
    "lead": say("主办单位"),
    "responsible": say("主办单位"),
    "assistant": say("协办单位"),
    "checker": say("核查员"),
    "supervisor": say("督查员"),
    "reporter": say("反映人"),
    "clock": say("系统时钟"),
    "reporter, follow-up officer or supervisor": say("反映人、回访员或督查员"),
    "dispatcher or lead": say("派遣员或主办单位"),
    "assistant or caller": say("被召集方或吹哨人"),
    "dispatcher, lead or caller": say("派遣员、主办单位或吹哨人"),
    "caller": say("吹哨人"),
    "caller or dispatcher": say("吹哨人或派遣员"),
    "street": say("所在街道或社区的单位"),
    "grid": say("所在网格的工作人员"),
    "residents": say("所在街道、社区或网格的工作人员"),
    "follow-up officer": say("回访员"),
    "dispatcher or supervisor": say("派遣员或督查员"),
    "dispatcher, lead or clock": say("派遣员或主办单位"),
    "acceptor or dispatcher": say("受理员或派遣员"),
    "arbiter": say("裁决员"),
}


def _handed_over_here(actor: Actor, row: Referral) -> bool:
    """The desk from which it went out, which also writes down what the other side said by telephone."""
    return row.kind.direction == "out" and actor.holds_at("cases.dispatch", row.place)


def _itself(actor: Actor, row: Referral) -> bool:
    """The outside system with which it is exchanged."""
    return bool(row.system) and actor.ref == f"connector:{row.system}"


#: Who takes a step of what is handed over. What came in is taken or sent back with its report, never here.
HANDING: Mapping[str, Callable[[Actor, Referral], bool]] = {
    "sender": lambda actor, row: (
        _handed_over_here(actor, row) or (row.kind.direction == "in" and _itself(actor, row))
    ),
    "receiver": lambda actor, row: (
        row.kind.direction == "out" and (_handed_over_here(actor, row) or _itself(actor, row))
    ),
    "clock": lambda actor, row: actor == CLOCK,
}
HANDING_WORDS: Mapping[str, Text] = {
    "sender": say("转出方"),
    "receiver": say("接收方"),
    "clock": say("系统时钟"),
}


def require_handing(actor: Actor, by: str, row: Referral) -> None:
    """Refuse whoever is not the one this step belongs to."""
    if not HANDING[by](actor, row):
        raise Refusal(
            say("这一步由{who}办理，您没有此权限", who=HANDING_WORDS[by]),
            Kind.FORBIDDEN,
            advice=say("转来的事项在反映页面受理或不予受理") if row.kind.direction == "in" else None,
        )


def require(actor: Actor, by: str, case: Case, task: Assignment | None = None) -> None:
    """Refuse whoever is not the one this step belongs to, and everyone of the unit the matter is about."""
    if concerned(actor, case):
        raise Refusal(
            say("此单反映的是您所在的单位，您不能办理"),
            Kind.FORBIDDEN,
            advice=say("由其上级或其他单位办理"),
        )
    if not WHO[by](actor, case, task):
        raise Refusal(say("这一步由{who}办理，您没有此权限", who=WORDS[by]), Kind.FORBIDDEN)
