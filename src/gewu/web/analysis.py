"""The analysis of the leaders: counts over a time cut two ways, each the door to its list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.infra.wording import translated
from gewu.insight import queries as insight
from gewu.insight.queries import CUTS, digits_below
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor
from gewu.web import errors
from gewu.web.accounts import signed_in
from gewu.web.desk.filters import Filters
from gewu.web.pages import show
from gewu.web.presenting.names import (
    Choice,
    called,
    either,
    matter_choices,
    matters_named,
    origin_choices,
    origin_named,
    places_named,
    unit_choices,
)
from gewu.web.presenting.parts import Words
from gewu.web.presenting.shell import actor_of

#: How old a table may be, in seconds, before it is marked.
GOOD_FOR_S = 600


@dataclass(frozen=True)
class Head:
    """A row or a column: its name, and what it adds to the filters of the list."""

    key: Any
    label: Words
    adds: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Count:
    """A number and the list behind it."""

    n: int
    link: str


@dataclass(frozen=True)
class Row:
    """One row of the table, with its sum."""

    label: Words
    counts: tuple[Count | None, ...]
    total: Count


@dataclass(frozen=True)
class Pivot:
    """The table as it is shown."""

    as_of: datetime
    columns: tuple[Words, ...]
    rows: tuple[Row, ...]
    sums: tuple[Count, ...]
    total: Count


@dataclass(frozen=True)
class Asked:
    """What the reader of the analysis asked for."""

    rows: str = "place"
    columns: str = "group"
    of: str = "filed"
    since: str = ""
    until: str = ""
    state: str = "all"
    matter: str = ""
    unit: str = ""
    origin: str = ""

    @staticmethod
    def of_request(request: HttpRequest) -> Asked:
        """The address's words; without days the last thirty."""
        given = {name: request.GET.get(name, "").strip()[:60] for name in Asked.__dataclass_fields__}
        today = timezone.localdate()
        given["since"] = given["since"] or f"{today - timedelta(days=29)}"
        given["until"] = given["until"] or f"{today}"
        return Asked(**{name: value for name, value in given.items() if value})

    @property
    def closed(self) -> bool:
        return self.of == "closed"

    def filters(self, place: str) -> Filters:
        """The same as filters of the inbox."""
        days = f"{self.since}..{self.until}"
        span = {"closed": days} if self.closed else {"filed": days}
        return Filters(place=place, matter=self.matter, unit=self.unit, origin=self.origin, **span)


@require_GET
@signed_in
def analysis(request: HttpRequest, place: str) -> HttpResponse:
    """Counts over a time by place, class, office, state, channel or time."""
    actor, now = actor_of(request), timezone.localtime()
    asked, refusal, pivot = Asked.of_request(request), None, None
    try:
        pivot = pivot_of(actor, place, asked, now)
    except Refusal as said:
        if said.field is None:
            raise
        refusal = said
    return show(
        request,
        "board/analysis.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        place=place,
        name=places_named([place])[place].name,
        path=insight.path_of(actor, place),
        asked=asked,
        pivot=pivot,
        good_for_s=GOOD_FOR_S,
        cuts=tuple(Choice(name, translated(label)) for name, label in CUTS.items()),
        choices=_choices(place, now.date()),
    )


def _choices(place: str, on: date) -> dict[str, tuple[Choice, ...]]:
    return {
        "matter": matter_choices(on, headers=True),
        "unit": unit_choices(settings.COUNTY),
        "origin": origin_choices(),
    }


def pivot_of(actor: Actor, place: str, asked: Asked, now: datetime) -> Pivot:
    """The table with the names of its heads and a link for each count."""
    filters = asked.filters(place)
    found = insight.analysis(
        actor, asked.rows, asked.columns, filters.of_cases(asked.state, now), closed=asked.closed, now=now
    )
    rows, columns = (_heads(found, side, asked, place, now.date()) for side in (0, 1))

    def link(*heads: Head) -> str:
        adds = [pair for head in heads for pair in head.adds]
        only = ",".join(value for name, value in adds if name == "only")
        changed = {**dict(adds), "only": only, "sort": "new"}
        return filters.address(changed.pop("tab", asked.state), **changed)

    def cell(row: Head, column: Head) -> Count | None:
        n = found.counts.get((row.key, column.key))
        return Count(n, link(row, column)) if n else None

    along = [found.along(side) for side in (0, 1)]
    return Pivot(
        found.as_of,
        tuple(one.label for one in columns),
        tuple(
            Row(row.label, tuple(cell(row, one) for one in columns), Count(along[0][row.key], link(row)))
            for row in rows
        ),
        tuple(Count(along[1][one.key], link(one)) for one in columns),
        Count(found.total, link()),
    )


def _heads(found: insight.Table, side: int, asked: Asked, place: str, on: date) -> tuple[Head, ...]:
    cut, sums = (asked.rows, asked.columns)[side], found.along(side)
    if cut == "time":
        return tuple(_span(found.spans, key, asked) for key in sorted(sums))
    name = _NAMED[cut]
    keys = sorted(sums) if cut in ("place", "state") else sorted(sums, key=lambda key: (-sums[key], key))
    return tuple(name(key, place, on) for key in keys)


def _span(spans: tuple[datetime, ...], key: int, asked: Asked) -> Head:
    """A span of days; the last one ends where the table ends."""
    first = timezone.localtime(spans[key]).date()
    last = timezone.localtime(spans[key + 1]).date() - timedelta(days=1) if key + 1 < len(spans) else None
    until = f"{last}" if last else asked.until
    label = f"{first:%m-%d}" if f"{first}" == until else f"{first:%m-%d} – {until[5:]}"
    return Head(key, label, (("closed" if asked.closed else "filed", f"{first}..{until}"),))


def _place(key: str, place: str, on: date) -> Head:
    named = places_named([key]).get(key)
    if len(key) < digits_below(place):
        return Head(key, say("未定到下一级"), (("place", key), ("only", "place")))
    return Head(key, named.name if named else key, (("place", key),))


def _unit(key: str, place: str, on: date) -> Head:
    if not key:
        return Head(key, say("待指定"), (("unit", cases.NOBODY),))
    code = key.rstrip("/").rpartition("/")[2]
    return Head(key, called(organisation.known_unit(code).name), (("unit", code), ("only", "unit")))


def _group(key: str, place: str, on: date) -> Head:
    names = {one.code: either(one.name_zh, one.name_en) for one in catalogue.matters(on)}
    return Head(key, names.get(key, key), (("matter", key),))


def _matter(key: str, place: str, on: date) -> Head:
    return Head(key, matters_named(on).get(key, key), (("matter", key),))


def _state(key: str, place: str, on: date) -> Head:
    return Head(key, cases.state_label(key), (("tab", key),))


def _origin(key: str, place: str, on: date) -> Head:
    return Head(key, origin_named(key), (("origin", key),))


_NAMED = {
    "place": _place,
    "unit": _unit,
    "group": _group,
    "matter": _matter,
    "state": _state,
    "origin": _origin,
}
