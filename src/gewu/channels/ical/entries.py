"""What stands in a person's calendar: times and places of work, and nothing that anyone said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.fieldwork import queries as fieldwork
from gewu.infra import moments
from gewu.infra.wording import translated
from gewu.intake import queries as intake
from gewu.kernel.events import all_types
from gewu.kernel.texts import Text, say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor
from gewu.territory import queries as territory

#: What ended longer ago is dropped, what lies further ahead is not yet known well enough.
PAST, AHEAD = timedelta(days=14), timedelta(days=120)
MOST = 200
#: How long before its end a deadline is called to mind.
REMIND = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """One line of a calendar. ``key`` stays for the same thing, ``changed_at`` moves when it changes."""

    key: str
    begins_at: datetime
    ends_at: datetime | None
    title: str
    place: str
    page: str
    changed_at: datetime
    remind: bool = False


def entries_of(actor: Actor, *, now: datetime) -> tuple[Entry, ...]:
    """The deadlines, looks, tasks and shifts of one person, by statements whose number does not grow."""
    found = [*_deadlines(actor, now), *_looks(actor, now), *_tasks(actor, now), *_shifts(actor, now)]
    return tuple(sorted(found, key=lambda one: (one.begins_at, one.key)))


def _deadlines(actor: Actor, now: datetime) -> list[Entry]:
    lines = cases.agenda(actor, since=now - PAST, most=MOST)
    places = territory.paths_of({one.place for one in lines})
    return [
        Entry(
            f"deadline-{one.id.hex}",
            one.due_at,
            None,
            _said(
                say("{clock}：{matter} {number}", clock=cases.CLOCK_WORDS[one.clock],
                    matter=catalogue.name_of(one.matter), number=one.number)
            ),
            places[one.place].path if one.place in places else "",
            reverse("desk_case", kwargs={"number": one.number}),
            one.changed_at,
            remind=True,
        )
        for one in lines
    ]  # fmt: skip


def _looks(actor: Actor, now: datetime) -> list[Entry]:
    if not actor.holds("reports.verify"):
        return []
    lines = intake.visits(actor, size=MOST, now=now).rows
    places = territory.paths_of({one.place for one in lines})
    return [
        Entry(
            f"look-{one.id.hex}",
            one.due_at,
            None,
            _said(say("现场核实")),
            places[one.place].path if one.place in places else "",
            reverse("desk_report", kwargs={"id": one.report}),
            one.asked_at,
            remind=True,
        )
        for one in lines
    ]


def _tasks(actor: Actor, now: datetime) -> list[Entry]:
    filters = fieldwork.TaskFilters(mine=True, until=(now + AHEAD).date())
    lines = fieldwork.tasks(actor, filters, size=MOST, now=now).rows
    places = territory.paths_of({one.place for one in lines})
    types = {one.__name__: one.subject for one in all_types() if one.subject == "task"}
    last = moments.last_told("task", [one.id for one in lines], tuple(types)) if lines else {}
    return [
        Entry(
            f"task-{one.id.hex}",
            one.opens_at,
            one.due_at,
            translated(one.kind.name),
            places[one.place].path if one.place in places else "",
            "",
            last.get(one.id, one.opens_at),
        )
        for one in lines
    ]


def _shifts(actor: Actor, now: datetime) -> list[Entry]:
    if actor.account_id is None:
        return []
    lines = organisation.shifts_of(actor.account_id, actor, since=now - PAST, until=now + AHEAD)
    return [
        Entry(
            f"shift-{one.id.hex}",
            one.begins_at,
            one.ends_at,
            _said(say("值班：{duty}", duty=one.kind)),
            " ".join(filter(None, (translated(one.unit.name), one.spot))),
            "",
            one.begins_at,
        )
        for one in lines[:MOST]
    ]


def _said(text: Text) -> str:
    return translated(text)
