"""A place with all that stands there, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.insight import queries as insight
from gewu.kernel.places import Level, ancestors
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say
from gewu.organisation import queries as organisation
from gewu.organisation.queries import PlaceSheet, Structured
from gewu.security.actors import Actor
from gewu.territory import queries as territory
from gewu.web import forms
from gewu.web.presenting.parts import MapView, map_of
from gewu.web.presenting.people import Contact, CrewTable, Kindred, contacts, crew_tables, others


@dataclass(frozen=True)
class Spot:
    """A place by its code and name."""

    code: str
    name: str


@dataclass(frozen=True)
class Span:
    """The days for which figures are asked, both counted."""

    since: date
    until: date

    @property
    def begins(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.since, time.min))

    @property
    def ends(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.until + timedelta(days=1), time.min))


@dataclass(frozen=True)
class PlacePage:
    """One place of the net."""

    code: str
    name: str
    level: Text
    schematic: bool
    path: tuple[Spot, ...]
    parts: tuple[Spot, ...]
    grids: int
    open: int | None
    open_url: str
    sheet: PlaceSheet
    crews: tuple[CrewTable, ...]
    others: tuple[Kindred, ...]
    contacts: tuple[Contact, ...]
    structures: tuple[Structured, ...]
    old_codes: tuple[territory.OldCode, ...]
    duties: catalogue.GridList | None
    period: insight.Period | None
    map: MapView


def span_asked(since: str, until: str, today: date) -> Span:
    """The days asked for, this month so far without any; what is no day is refused."""
    first = forms.day(since, "since") if since else today.replace(day=1)
    last = forms.day(until, "until") if until else today
    if last < first:
        raise Refusal(say("结束日期早于开始日期"), field="until")
    return Span(first, last)


def place_page(actor: Actor, code: str, span: Span, *, now: datetime) -> PlacePage:
    """A place with its crews, units, contacts, figures and old codes; strangers are refused."""
    sheet = organisation.place_sheet(actor, code, now=now)
    here = territory.place(code)
    period = _period(here, actor, span)
    parts = period.parts if period else territory.children_of(code)
    return PlacePage(
        code=code,
        name=here.name,
        level=here.level.label,
        schematic=here.schematic,
        path=tuple(map(Spot, ancestors(code), here.above)),
        parts=tuple(Spot(one.code, one.name) for one in parts),
        grids=len(territory.grids_in(code)),
        open=_open(actor, code),
        open_url=f"{reverse('desk_inbox')}?{urlencode({'tab': 'open', 'place': code})}",
        sheet=sheet,
        crews=crew_tables(sheet.crews, now),
        others=others(sheet, now),
        contacts=contacts(sheet.counterparts, now),
        structures=sheet.structures,
        old_codes=territory.old_codes_of(code),
        duties=catalogue.grid_list(code, now.date()) if here.level is Level.GRID else None,
        period=period,
        map=map_of(code),
    )


def _period(here: territory.Place, actor: Actor, span: Span) -> insight.Period | None:
    """The figures of the days asked for, for those who may read figures here."""
    if not actor.holds_at("figures.read", here.code):
        return None
    return insight.period(here, actor, since=span.begins, until=span.ends)


def _open(actor: Actor, code: str) -> int | None:
    """How many cases are open here, for those who read cases; the inbox behind it shows the same."""
    if not actor.holds("cases.read"):
        return None
    return cases.open_in(actor, code)
