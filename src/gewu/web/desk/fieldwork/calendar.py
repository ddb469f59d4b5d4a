"""One calendar for a grid over all lines, by month or by week; and the duties of a post month by month."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.fieldwork import queries
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text
from gewu.security.actors import Actor
from gewu.territory import queries as territory
from gewu.web import errors, forms
from gewu.web.accounts import signed_in
from gewu.web.desk.fieldwork.tasks import opened
from gewu.web.pages import show
from gewu.web.presenting import fieldwork as named
from gewu.web.presenting.names import Choice, called, place_choices

#: So many entries of a day are shown; the list of the day has the others.
MOST_SHOWN = 6


@dataclass(frozen=True)
class DayBox:
    """One day of a calendar."""

    day: date
    weekday: Text
    entries: tuple[named.EntryRow, ...]
    more: int
    load: int
    limit: int | None
    too_much: bool
    outside: bool
    today: bool


@require_GET
@signed_in
def calendar(request: HttpRequest) -> HttpResponse:
    """The calendar of a grid: a month in weeks, or one week; every line of work in it."""
    actor, now = opened(request), timezone.localtime()
    grid, refusal = grid_of(request, actor), None
    try:
        day = forms.day_or_none(request.GET.get("day", ""), "day") or now.date()
    except Refusal as said:
        day, refusal = now.date(), said
    weekly = request.GET.get("by") == "week"
    since, until = _span(day, weekly=weekly)
    days = queries.calendar(actor, grid, since, until, now=now)
    step = timedelta(days=7) if weekly else timedelta(days=monthrange(day.year, day.month)[1])
    before = since - timedelta(days=1) if weekly else day.replace(day=1) - timedelta(days=1)
    return show(
        request,
        "desk/field_calendar.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        grid=grid,
        name=territory.place(grid).path,
        grids=grid_choices(actor),
        weekly=weekly,
        day=day,
        boxes=[_box(one, day, now.date(), weekly=weekly) for one in days],
        weekdays=list(named.WEEKDAYS.values()),
        before=before,
        after=(since if weekly else day.replace(day=1)) + step,
        full=sum(one.too_much for one in days),
        again=sum(bool(entry.again) for one in days for entry in one.entries),
    )


def _span(day: date, *, weekly: bool) -> tuple[date, date]:
    """The week of a day, or the whole weeks in which its month lies."""
    first = day if weekly else day.replace(day=1)
    last = day if weekly else day.replace(day=monthrange(day.year, day.month)[1])
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _box(one: queries.CalendarDay, day: date, today: date, *, weekly: bool) -> DayBox:
    rows = named.entry_rows(one.entries, one.day)
    shown = rows if weekly else rows[:MOST_SHOWN]
    return DayBox(
        one.day, named.WEEKDAYS[one.day.isoweekday()], shown, len(rows) - len(shown), one.load, one.limit,
        one.too_much, not weekly and one.day.month != day.month, one.day == today,
    )  # fmt: skip


def grid_choices(actor: Actor) -> tuple[Choice, ...]:
    """The grids in which one reads fieldwork."""
    return place_choices(named.home_by(actor, "fieldwork.read", "fieldwork.do"), Level.GRID)


def grid_of(request: HttpRequest, actor: Actor) -> str:
    """The grid that an address asks for, else the first of the actor's own."""
    asked = request.GET.get("grid", "").strip()
    if asked:
        return territory.place(asked).code
    known = grid_choices(actor)
    return known[0].value if known else named.home_by(actor, "fieldwork.read")


@require_GET
@signed_in
def duties(request: HttpRequest) -> HttpResponse:
    """The duties of a post in a grid over a month: what was done and what is missing, with what shows it."""
    actor, now = opened(request), timezone.localtime()
    grid, refusal = grid_of(request, actor), None
    try:
        month = forms.day_or_none(request.GET.get("month", "") and request.GET["month"][:7] + "-01", "month")
    except Refusal as said:
        month, refusal = None, said
    post = request.GET.get("post", "") or "grid_head"
    report = queries.month_report(actor, grid, month or now.date(), post=post, now=now)
    last = report.month - timedelta(days=1)
    return show(
        request,
        "desk/field_duties.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        report=report,
        grid=grid,
        name=territory.place(grid).path,
        grids=grid_choices(actor),
        post=post,
        posts=[
            (one.value.partition(":")[2], one.label)
            for one in named.whom_choices(grid)
            if one.value.startswith("post:")
        ],
        duties=[
            (one, called(one.kind.name), named.task_rows([task.line for task in one.tasks]))
            for one in report.duties
        ],
        unplanned=[called(one) for one in report.unplanned],
        before=f"{last:%Y-%m}",
        after=f"{report.month + timedelta(days=32):%Y-%m}",
    )
