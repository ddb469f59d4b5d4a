"""Handing a case from one desk to another: dispatched, returned, recalled, ruled, passed up and down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gewu.cases.actions import applications, clocks, conflicts, duty_calls, filing
from gewu.cases.actions.effects import Effect, Given
from gewu.cases.models import Case, Deadline
from gewu.cases.rules import turns
from gewu.catalogue import actions as lists
from gewu.catalogue import queries as catalogue
from gewu.catalogue.queries import UnitFacts
from gewu.infra import rows
from gewu.kernel.places import parent_of
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor

#: Who receives at a level where the lead's own line has no unit above it.
CENTRE = "grid_centre"


def _dispatch(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    unit = organisation.known_unit(given["unit"])
    lists.check_may_be_given(case.matter, case.place, unit, actor=actor, now=now, about=case.number)
    _hand_to(case, unit, running, now)
    routing = catalogue.route(case.matter, case.place, on=catalogue.day_of(now))
    as_ruled = routing.unit is not None and routing.unit.id == unit.id
    if as_ruled:
        duty_calls.call(case, routing, now=now)
    if given.get("reason") or not as_ruled:
        case.route = ""  # no rule chose this office, and the page must not say that one did
    return {"unit": unit.id}


def _rule(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    unit = organisation.known_unit(given["unit"])
    conflicts.check(case, unit)
    ruling = lists.Ruling(case.number, case.matter, case.place, unit.id, given["reason"])
    row = lists.record_ruling(ruling, actor=actor, now=now)
    _hand_to(case, unit, running, now)
    case.ruled = True
    case.route, case.route_zh, case.route_en = row.pk.hex, row.reason_zh, row.reason_en
    return {"unit": unit.id, "route": row.pk.hex}


def _hand_to(case: Case, unit: UnitFacts, running: list[Deadline], now: datetime) -> None:
    """Put a case on a unit's desk; the unit that had it before resumes its own clock, another begins one."""
    conflicts.check(case, unit)
    conflicts.check_leads(case, unit)
    clocks.meet(running, "dispatch", now=now)
    own = [one for one in running if one.clock == "handle"]
    back = [one for one in own if one.unit_id == unit.id]
    clocks.drop([one for one in own if one.unit_id != unit.id], "handle", now=now)
    started = filing.send(case, unit, now=now)
    for one in back:
        clocks.resume(one, now=now)
    rows.insert([one for one in started if not (back and one.clock == "handle")])


def _return(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    proposed = None if given["proposed"] == turns.UNKNOWN else organisation.known_unit(given["proposed"])
    if proposed and proposed.id == case.lead_id:
        raise Refusal(say("不能建议由本单位承办"), field="proposed")
    case.returns += 1
    unit = _back_to_the_desk(case, running, actor, now)
    return {"unit": unit, "proposed": proposed.id if proposed else None}


def _recall(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    return {"unit": _back_to_the_desk(case, running, actor, now)}


def _back_to_the_desk(case: Case, running: list[Deadline], actor: Actor, now: datetime) -> object:
    """Hold the unit's clock and start that of the desk. Until another signs, the first receiver answers."""
    unit = case.lead_id
    applications.lapse(case, actor=actor, now=now)
    clocks.hold(running, "handle", now=now)
    clocks.drop(running, "sign_for", now=now)
    rows.insert([clocks.new(case, "dispatch", clocks.stage(case, "dispatch"), start=now)])
    case.lead_id, case.lead_path = None, ""
    case.answerable_id = case.first_receiver_id
    return unit


def _pass_up(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    own = organisation.known_unit(str(case.lead_id))
    unit = organisation.known_unit(given["unit"]) if given.get("unit") else _above(own)
    if not (own.place.startswith(unit.place) and len(unit.place) < len(own.place)):
        raise Refusal(say("只能上交给上一级的单位，“{unit}”不是", unit=unit.name), field="unit")
    return _pass(case, own, unit, actor, now, running)


def _pass_down(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    own, unit = organisation.known_unit(str(case.lead_id)), organisation.known_unit(given["unit"])
    if not (unit.place.startswith(own.place) and len(unit.place) > len(own.place)):
        raise Refusal(say("只能交给下级的单位，“{unit}”不是", unit=unit.name), field="unit")
    return _pass(case, own, unit, actor, now, running)


def _pass(
    case: Case, own: UnitFacts, unit: UnitFacts, actor: Actor, now: datetime, running: list[Deadline]
) -> Given:
    lists.check_may_be_given(
        case.matter, case.place, unit, actor=actor, now=now, asked_by=own.department, about=case.number
    )
    applications.lapse(case, actor=actor, now=now)
    _hand_to(case, unit, running, now)
    return {"unit": unit.id, "before": own.id}


def _above(own: UnitFacts) -> UnitFacts:
    """The unit above in the same line; without one the grid centre of the next level."""
    line = own.path.rstrip("/").split("/")
    place = parent_of(own.place)
    found = organisation.unit(line[-2]) if len(line) > 1 else None
    if found is None and place:
        found = organisation.unit_for(CENTRE, place)
    if found is None:
        raise Refusal(say("“{unit}”没有上级单位", unit=own.name), Kind.MISSING, field="unit")
    return found


def _sign_for(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    clocks.meet(running, "sign_for", now=now)
    case.answerable_id = case.lead_id
    return {"unit": case.lead_id}


#: What each of these steps writes beside the state.
EFFECTS: Mapping[str, Effect] = {
    "dispatch": _dispatch,
    "rule": _rule,
    "return": _return,
    "recall": _recall,
    "pass_up": _pass_up,
    "pass_down": _pass_down,
    "sign_for": _sign_for,
}
