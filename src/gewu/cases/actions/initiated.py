"""Cases that a unit opens of its own accord, within its listed powers, and leads itself."""

from __future__ import annotations

from datetime import datetime

from gewu.cases import events
from gewu.cases.actions import conflicts, filing
from gewu.cases.actions.filing import NewCase
from gewu.cases.models import Case
from gewu.catalogue import queries as catalogue
from gewu.infra import rows, store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor

#: The right to open cases for a unit, and where such cases come from.
INITIATE = "cases.initiate"
ORIGIN = "enforcement"


def initiate(new: NewCase, unit: str, *, actor: Actor, now: datetime) -> Case:
    """Open a case for an enforcement team, which leads it and has signed for it by opening it.

    Refused are whoever does not work in that team, a class that is not in its list of powers, with the list
    cited, and a matter about the team itself.
    """
    team = organisation.open_unit(unit)
    if not actor.holds_for(INITIATE, (team.path,)):
        raise Refusal(say("您不在“{unit}”办案，不能替它立案", unit=team.name), Kind.FORBIDDEN)
    today = catalogue.day_of(now)
    matter = catalogue.matter(new.matter, on=today)
    named = Name(matter.name_zh, matter.name_en)
    power = organisation.require_power(team, matter.code, named, new.place, today=today)
    case, clocks = filing.led_by(new, team, matter, now=now)
    conflicts.check(case, team)
    case.route = power.id.hex
    case.route_zh = f"依《{power.title}》自行立案（{power.basis}）"[:300]
    case.route_en = f"Opened by the team's own power: {power.title} ({power.basis})"[:300]
    with store.writing():
        filing.number([case])
        rows.insert([case])
        rows.insert(clocks)
        filed = events.CaseFiled(id=case.pk, place=case.place, matter=case.matter, origin=case.origin)
        stream.tell(filed, actor=actor, now=now, known=("dispatched",))
        sent = events.CaseDispatched(id=case.pk, place=case.place, unit=team.id, route=case.route)
        stream.tell(sent, actor=actor, now=now)
        filing.keep_photos(case, new, actor, now)
    return case
