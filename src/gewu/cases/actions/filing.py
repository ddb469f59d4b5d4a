"""Filing a case, and sending it on where the published rules name its office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.cases import events, rules
from gewu.cases.actions import clocks, conflicts
from gewu.cases.models import Case, Deadline, Evidence
from gewu.catalogue import queries as catalogue
from gewu.infra import counters, files, rows, store, stream
from gewu.kernel.identifiers import case_number, new_id
from gewu.kernel.places import county_of
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actors
from gewu.security.actors import Actor


@dataclass(frozen=True)
class NewCase:
    """What a case is made from. ``place`` is at least a county; ``photos`` are ids of kept files."""

    matter: str
    place: str
    text: str
    origin: str
    received_at: datetime
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    photos: tuple[str, ...] = ()
    #: The unit that the matter is about, by its code.
    about: str = ""


def file(new: NewCase, *, actor: Actor, now: datetime) -> Case:
    """File a case and, where a rule names one office, dispatch it to that office at once.

    Whoever files must be allowed to screen reports at that place. Without an office it waits on the
    dispatchers' desk with the reason. A class not in force is refused.
    """
    if not actor.holds_at("reports.screen", new.place):
        raise Refusal(say("您没有在此地立案的权限"), Kind.FORBIDDEN)
    matter = catalogue.matter(new.matter, on=catalogue.day_of(now))
    with store.writing():
        case, promise = begun(new, matter, now)
        started, routing = [promise], _routed(case, new.about, now)
        filed = events.CaseFiled(id=case.pk, place=case.place, matter=case.matter, origin=case.origin)
        stream.tell(filed, actor=actor, now=now)
        if routing.unit:
            started += send(case, routing.unit, matter, now=now)
            sent = events.CaseDispatched(
                id=case.pk, place=case.place, unit=routing.unit.id, route=routing.row
            )
            stream.tell(sent, actor=actors.rule(f"route:{routing.row}"), now=now)
        else:
            started.append(clocks.new(case, "dispatch", clocks.stage(case, "dispatch"), start=now))
        rows.insert([case])
        rows.insert(started)
        _keep_photos(case, new, actor, now)
    return case


def send(case: Case, unit: catalogue.UnitFacts, matter: catalogue.Matter, *, now: datetime) -> list[Deadline]:
    """Put a case on a unit's desk and start that unit's clocks."""
    case.state, case.lead_id, case.lead_path = "dispatched", unit.id, unit.path
    if case.first_receiver_id is None:
        case.first_receiver_id = case.answerable_id = unit.id
    return [
        clocks.new(case, "sign_for", clocks.stage(case, "sign_for"), start=now, unit=unit.id),
        clocks.new(case, "handle", matter.handle, start=now, unit=unit.id),
    ]


def _case(new: NewCase, matter: catalogue.Matter, now: datetime) -> Case:
    county = county_of(new.place)
    local = catalogue.day_of(now)
    return Case(
        id=new_id(),
        number=case_number(county, local, counters.next_value(f"case:{county}:{local:%Y%m%d}")),
        state="filed",
        kind=matter.kind,
        matter=matter.code,
        priority=matter.priority,
        origin=new.origin,
        place=new.place,
        address=new.address,
        lon=new.lon,
        lat=new.lat,
        title=rules.title_of(new.text),
        text=new.text,
        received_at=new.received_at,
        filed_at=now,
        due_at=now,
    )


def begun(new: NewCase, matter: catalogue.Matter, now: datetime) -> tuple[Case, Deadline]:
    """A case with its number and its promise, not yet written.

    The promise gives the time for acceptance first, so that it does not depend on who is quick.
    """
    case = _case(new, matter, now)
    promise = clocks.new(case, "promise", matter.handle, start=clocks.due(new.received_at, matter.accept))
    case.due_at = promise.due_at
    return case, promise


def _routed(case: Case, about: str, now: datetime) -> catalogue.Routing:
    """What the rules say, with the process in force; never the unit that the matter is about."""
    today = catalogue.day_of(now)
    process = catalogue.process_of(case.matter, case.place, on=today)
    case.process = process.id if process else ""
    conflicts.name(case, about)
    routing = conflicts.kept_out(catalogue.route(case.matter, case.place, on=today), case)
    case.route, case.route_zh, case.route_en = routing.row, routing.reason_zh, routing.reason_en
    return routing


def _keep_photos(case: Case, new: NewCase, actor: Actor, now: datetime) -> None:
    if not new.photos:
        return
    kept = [UUID(one) for one in new.photos]
    files.hand_over(kept, owner_kind="case", owner_id=case.pk)
    Evidence.objects.bulk_create(
        Evidence(case=case, token="photo_before", file_id=one, added_by=actor.ref, added_at=now)  # noqa: S106 -- the name of a kind of evidence
        for one in kept
    )
