"""Fieldwork for pages: names for codes, the choices of its forms, one row for each thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import queries
from gewu.fieldwork.queries import RHYTHMS, Entry, PlanLine, Rhythm, TaskLine
from gewu.infra.wording import said, translated
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor
from gewu.territory.queries import Place
from gewu.web import forms
from gewu.web.presenting.names import (
    Choice,
    called,
    either,
    grid_name,
    place_choices,
    places_named,
    unit_choices,
    whereabouts,
)

WEEKDAYS: Mapping[int, Text] = {
    1: say("周一"),
    2: say("周二"),
    3: say("周三"),
    4: say("周四"),
    5: say("周五"),
    6: say("周六"),
    7: say("周日"),
}
#: What may be done over so many days is shown on the last of them.
LONG = 7
#: How a state of a task looks.
TONES = {"done": "good", "signed_none": "good", "missed": "bad", "started": "info", "cancelled": "rest"}


@dataclass(frozen=True)
class TaskRow:
    """One task of a list."""

    id: str
    title: str
    kind: str
    line: str
    place: str
    grid: str
    who: str
    due_at: datetime
    opens_at: datetime
    state: str
    label: Text
    tone: str
    open: bool
    overdue: bool
    looked: str
    found: int


@dataclass(frozen=True)
class PlanRow:
    """One plan of a list."""

    id: str
    title: str
    kind: str
    line: str
    place: str
    rhythm: str
    days: str
    who: str
    stops: int
    label: Text
    state: str
    key_period: bool


@dataclass(frozen=True)
class EntryRow:
    """One thing on a day of a calendar; ``link`` leads to its task, else to its plan."""

    title: str
    kind: str
    line: str
    link: str
    label: Text | None
    tone: str
    goes_on: bool
    again: str


def task_rows(lines: Sequence[TaskLine]) -> tuple[TaskRow, ...]:
    """Tasks with names for their codes."""
    places = places_named({one.place for one in lines})
    return tuple(_task_row(one, places) for one in lines)


def _task_row(one: TaskLine, places: Mapping[str, Place]) -> TaskRow:
    who = one.who or (called(organisation.crew_model(one.team).name) if one.team else "")
    return TaskRow(
        str(one.id), said(one.title), called(one.kind.name), line_named(one.line),
        whereabouts(places, one.place),
        grid_name(places, one.place), who, one.due_at, one.opens_at, one.state, one.label,
        "bad" if one.overdue else TONES.get(one.state, ""), one.open, one.overdue,
        f"{one.looks_done}/{one.looks_due}" if one.looks_due else "", one.found,
    )  # fmt: skip


def plan_rows(lines: Sequence[PlanLine]) -> tuple[PlanRow, ...]:
    """Plans with names for their codes."""
    places = places_named({one.place for one in lines})
    return tuple(plan_row(one, places) for one in lines)


def plan_row(one: PlanLine, places: Mapping[str, Place]) -> PlanRow:
    where = grid_name(places, one.place) or whereabouts(places, one.place)
    return PlanRow(
        str(one.id), one.title, called(one.kind.name), line_named(one.line), where, rhythm_said(one.rhythm),
        days_said(one.since, one.until), called(queries.whom_named(one.who, one.whom)), one.stops,
        one.label, one.state, one.key_period,
    )  # fmt: skip


def line_named(code: str) -> str:
    """The department whose work it is; the territory's own work has no department."""
    found = catalogue.departments().get(code)
    return either(found.name_zh, found.name_en) if found else translated(say("属地"))


def rhythm_said(rhythm: Rhythm) -> str:
    """How often, in words."""
    parts = [translated(RHYTHMS[rhythm.name])]
    parts += [translated(WEEKDAYS[day]) for day in rhythm.weekdays]
    parts += [translated(say("{n} 日", n=day)) for day in rhythm.month_days]
    parts += [f"{day:%m-%d}" for day in rhythm.dates[:5]]
    if rhythm.workdays:
        parts.append(translated(say("逢休息日不做")))
    return " · ".join(parts)


def days_said(since: date, until: date | None) -> str:
    """From when until when."""
    return f"{since.isoformat()} – {until.isoformat() if until else ''}"


def entry_rows(entries: Iterable[Entry], day: date) -> tuple[EntryRow, ...]:
    """What lies on a day; what may be done over more than a week stands on its last day alone."""
    return tuple(_entry_row(one, day) for one in entries if _stands_on(one, day))


def _stands_on(one: Entry, day: date) -> bool:
    return day == one.last_day or (one.last_day - one.day).days < LONG


def _entry_row(one: Entry, day: date) -> EntryRow:
    link = ""
    if one.task:
        link = reverse("field_task", kwargs={"id": one.task})
    elif one.plan:
        link = reverse("field_plan", kwargs={"id": one.plan})
    again = "；".join(
        translated(
            say(
                "{line} {weekday}（{day}）也查这里",
                line=line_named(line),
                weekday=WEEKDAYS[on.isoweekday()],
                day=f"{on:%m-%d}",
            )
        )
        for line, on in one.again
    )
    tone = (
        "bad"
        if one.overdue or one.state == "missed"
        else TONES.get(one.state, "info" if one.task else "rest")
    )
    return EntryRow(
        said(one.title),
        called(one.kind.name),
        line_named(one.line),
        link,
        one.label,
        tone,
        day < one.last_day,
        again,
    )


def kind_choices() -> tuple[Choice, ...]:
    """The kinds of plan."""
    return tuple(Choice(one.code, called(one.name)) for one in queries.kinds())


def line_choices() -> tuple[Choice, ...]:
    """The departments."""
    return tuple(
        Choice(code, either(one.name_zh, one.name_en), code) for code, one in catalogue.departments().items()
    )


def whom_choices(inside: str) -> tuple[Choice, ...]:
    """Whoever may be asked to do it: posts, crews, units; a person is typed in by name."""
    posts = (
        Choice(f"post:{one.code}", called(one.name), translated(say("岗位")))
        for one in organisation.post_kinds().values()
        if one.role in ("grid_worker", "patrol_member")
    )
    crews = (
        Choice(f"crew:{code}", called(one.name), translated(say("队伍")))
        for code, one in organisation.crew_models().items()
    )
    units = (Choice(f"unit:{one.value}", one.label, translated(say("单位"))) for one in unit_choices(inside))
    return (*posts, *crews, *units)


def where_choices(actor: Actor, right: str) -> tuple[Choice, ...]:
    """Streets, communities and grids in the places where a right is held."""
    inside = home_by(actor, right)
    return place_choices(inside, Level.STREET, Level.COMMUNITY, Level.GRID)


def home_by(actor: Actor, *rights: str) -> str:
    """The widest place in which one of these rights is held; that of the first unit for rights of units."""
    held = [one for right in rights for one in actor.scopes(right)]
    places = [one.place for one in held if one.place]
    if not places:
        paths = [one.unit_path for one in held if one.unit_path]
        units = [organisation.unit(path.rstrip("/").rpartition("/")[2]) for path in paths]
        places = [one.place for one in units if one]
    return min(places, key=len, default="")


def span_of(request: HttpRequest, today: date, days: int) -> tuple[date, date, Refusal | None]:
    """The days that an address asks for; the last so many where it asks for none or for what cannot be."""
    usual = usual_span(today, days)
    try:
        since = forms.day_or_none(request.GET.get("since", ""), "since") or usual[0]
        until = forms.day_or_none(request.GET.get("until", ""), "until") or usual[1]
    except Refusal as refusal:
        return (*usual, refusal)
    return since, until, None


def usual_span(today: date, days: int) -> tuple[date, date]:
    """The last so many days, today among them."""
    return today - timedelta(days=days - 1), today


def as_query(**values: object) -> str:
    """An address's question, without what is empty."""
    return urlencode({name: str(value) for name, value in values.items() if value not in ("", None, False)})


def uuid_or_none(text: str) -> UUID | None:
    """An id as typed into an address; nothing for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
