"""Filing a case, and sending it on where the published rules name its office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gewu.cases import events, rules
from gewu.cases.actions import clocks, conflicts, duty_calls
from gewu.cases.models import Case, Deadline, Evidence
from gewu.catalogue import actions as lists
from gewu.catalogue import queries as catalogue
from gewu.infra import counters, files, rows, store, stream
from gewu.kernel.identifiers import case_number
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
    with store.writing():
        filing = prepared(new, actor=actor, now=now)
        file_all([filing], actor=actor)
    return filing.case


@dataclass(frozen=True)
class Filing:
    """A case that nothing stands against, not yet written: with its clocks and its routing."""

    new: NewCase
    now: datetime
    case: Case
    clocks: list[Deadline]
    routing: catalogue.Routing
    known: tuple[str, ...]


def prepared(new: NewCase, *, actor: Actor, now: datetime, known: tuple[str, ...] = ()) -> Filing:
    """All that `file` decides and refuses; nothing is written yet. ``known`` is as in `stream.tell`."""
    if not actor.holds_at("reports.screen", new.place):
        raise Refusal(say("您没有在此地立案的权限"), Kind.FORBIDDEN)
    matter = catalogue.matter(new.matter, on=catalogue.day_of(now))
    case, promise = begun(new, matter, now)
    routing = _routed(case, new.about, now)
    if routing.unit:
        started = send(case, routing.unit, now=now)
    else:
        started = [clocks.new(case, "dispatch", clocks.stage(case, "dispatch"), start=now)]
    return Filing(new, now, case, [promise, *started], routing, known)


def file_all(filings: Sequence[Filing], *, actor: Actor) -> None:
    """Write and tell what was prepared, in the open write transaction; each case gets its number."""
    number([one.case for one in filings])
    rows.insert([one.case for one in filings])
    rows.insert([clock for one in filings for clock in one.clocks])
    for one in filings:
        _tell(one, actor)
        _by_the_lists(one, actor)
        keep_photos(one.case, one.new, actor, one.now)


def _tell(one: Filing, actor: Actor) -> None:
    case, unit = one.case, one.routing.unit
    filed = events.CaseFiled(id=case.pk, place=case.place, matter=case.matter, origin=case.origin)
    stream.tell(filed, actor=actor, now=one.now, known=("dispatched",) if unit else ())
    if unit:
        sent = events.CaseDispatched(id=case.pk, place=case.place, unit=unit.id, route=one.routing.row)
        stream.tell(sent, actor=actors.rule(f"route:{one.routing.row}"), now=one.now, known=one.known)


def _by_the_lists(one: Filing, actor: Actor) -> None:
    """Ask those whom the duty names beside the lead; count what the lists send nowhere."""
    case, routing = one.case, one.routing
    if routing.unit:
        duty_calls.call(case, routing, now=one.now)
    else:
        lists.count_unrouted(routing, case.matter, case.place, about=case.number, actor=actor, now=one.now)


def number(filed: Sequence[Case]) -> None:
    """Give new cases their numbers: those of one county and day count on, in their order."""
    alike: dict[tuple[str, date], list[Case]] = {}
    for case in filed:
        alike.setdefault((county_of(case.place), catalogue.day_of(case.filed_at)), []).append(case)
    for (county, day), of_day in alike.items():
        last = counters.advance(f"case:{county}:{day:%Y%m%d}", len(of_day))
        for n, case in enumerate(of_day, start=last - len(of_day) + 1):
            case.number = case_number(county, day, n)


def send(case: Case, unit: catalogue.UnitFacts, *, now: datetime) -> list[Deadline]:
    """Put a case on a unit's desk and start that unit's clocks."""
    case.state, case.lead_id, case.lead_path = "dispatched", unit.id, unit.path
    if case.first_receiver_id is None:
        case.first_receiver_id = case.answerable_id = unit.id
    return [
        clocks.new(case, "sign_for", clocks.stage(case, "sign_for"), start=now, unit=unit.id),
        clocks.new(case, "handle", clocks.handling(case), start=now, unit=unit.id),
    ]


def led_by(
    new: NewCase, unit: catalogue.UnitFacts, matter: catalogue.Matter, *, now: datetime
) -> tuple[Case, list[Deadline]]:
    """A case that its unit is known for from the beginning, without any rule; not yet written."""
    case, promise = begun(new, matter, now)
    process = catalogue.process_of(case.matter, case.place, on=catalogue.day_of(now))
    case.process = process.id if process else ""
    conflicts.name(case, new.about)
    return case, [promise, *send(case, unit, now=now)]


def _case(new: NewCase, matter: catalogue.Matter, now: datetime) -> Case:
    return rows.new(
        Case,
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
    """A case with its promise, not yet written; it gets its `number` when it is.

    The promise gives the time for acceptance first, so that it does not depend on who is quick.
    """
    case = _case(new, matter, now)
    accepted = clocks.due(new.received_at, matter.accept)
    promise = clocks.new(case, "promise", clocks.handling(case), start=accepted)
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


def keep_photos(case: Case, new: NewCase, actor: Actor, now: datetime) -> None:
    """Keep the photos that a case is filed with, as its own."""
    if not new.photos:
        return
    kept = [UUID(one) for one in new.photos]
    files.hand_over(kept, owner_kind="case", owner_id=case.pk)
    Evidence.objects.bulk_create(
        Evidence(case=case, token="photo_before", file_id=one, added_by=actor.ref, added_at=now)  # noqa: S106 -- the name of a kind of evidence
        for one in kept
    )
