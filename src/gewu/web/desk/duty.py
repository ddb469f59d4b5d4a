"""Who is on duty now, the roster of a unit, and what one's own posts and shifts are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.kernel.places import checked
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.organisation import actions as organising
from gewu.organisation import queries as organisation
from gewu.organisation.actions import Pattern
from gewu.organisation.queries import ShiftLine
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.pages import show
from gewu.web.presenting.names import Choice, either, places_named
from gewu.web.presenting.shell import actor_of
from gewu.web.setup import find

#: How far ahead gaps and own shifts are shown.
AHEAD = timedelta(days=14)
BEHIND = timedelta(hours=12)
WEEKDAYS: tuple[Text, ...] = (
    say("周一"), say("周二"), say("周三"), say("周四"), say("周五"), say("周六"), say("周日"),
)  # fmt: skip


@require_GET
@signed_in
def duty(request: HttpRequest) -> HttpResponse:
    """My posts with their duties and dates, my shifts, and who is on duty now for whoever may see it."""
    return _page(request)


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor, now = actor_of(request), timezone.localtime()
    reads = actor.holds("rosters.read")
    place = _place(request)
    forces = organisation.on_duty(actor, place, now=now) if reads else ()
    gaps = organisation.gaps_ahead(actor, place, now=now, until=now + AHEAD, most=12) if reads else ()
    mine = _own_shifts(request, now)
    shown = [one for force in forces for one in force.shifts]
    return show(
        request,
        "desk/duty.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        reads=reads,
        forces=forces,
        gaps=gaps,
        mine=mine,
        posts=organisation.own_posts(actor, now=now, today=now.date()),
        units=organisation.units_with_rosters(actor, place) if reads else (),
        places={code: one.name for code, one in places_named({one.place for one in (*shown, *gaps)}).items()},
        at=place,
        place_name=find.names("places", place),
        weekdays=WEEKDAYS,
    )


def _place(request: HttpRequest) -> str:
    asked = request.GET.get("at", "").strip()
    return checked(asked) if asked else settings.COUNTY


def _own_shifts(request: HttpRequest, now: datetime) -> tuple[ShiftLine, ...]:
    actor = actor_of(request)
    if actor.account_id is None:
        return ()
    return organisation.shifts_of(actor.account_id, actor, since=now - BEHIND, until=now + AHEAD)


@dataclass(frozen=True)
class Day:
    """One day of a roster with its shifts."""

    day: date
    label: Text
    shifts: tuple[ShiftLine, ...]


@require_GET
@signed_in
def roster(request: HttpRequest, code: str) -> HttpResponse:
    """The week of one unit, with the forms to plan, book and hand over."""
    return _roster(request, code)


def _roster(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    actor, now = actor_of(request), timezone.localtime()
    unit = organisation.known_unit(code)
    keeps = organisation.keeps_roster(actor, unit)
    if not keeps and not actor.holds("rosters.read"):
        raise Refusal(say("您没有查看值班表的权限"), Kind.FORBIDDEN)
    monday = _monday(request, now)
    zone = timezone.get_default_timezone()
    since = datetime.combine(monday, time.min, zone)
    until = datetime.combine(monday + timedelta(days=7), time.min, zone)
    shifts = organisation.roster(actor, code, since=since, until=until)
    return show(
        request,
        "desk/roster.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        unit=unit,
        keeps=keeps,
        days=tuple(_day(monday + timedelta(days=n), shifts) for n in range(7)),
        monday=monday,
        before=monday - timedelta(days=7),
        after=monday + timedelta(days=7),
        kinds=_kinds() if keeps else (),
        members=_members(unit, now) if keeps else (),
        typed=forms.typed(request) if refusal else {},
        weekdays=WEEKDAYS,
        chosen=request.POST.getlist("weekdays") if refusal else [str(n) for n in range(1, 6)],
    )


def _monday(request: HttpRequest, now: datetime) -> date:
    asked = request.GET.get("week", "") or request.POST.get("week", "")
    day = forms.day(asked, "week") if asked else now.date()
    return day - timedelta(days=day.weekday())


def _day(day: date, shifts: tuple[ShiftLine, ...]) -> Day:
    here = tuple(one for one in shifts if timezone.localdate(one.begins_at) == day)
    return Day(day, WEEKDAYS[day.weekday()], here)


def _kinds() -> tuple[Choice, ...]:
    return tuple(Choice(one.code, either(one.name_zh, one.name_en)) for one in organisation.duty_kinds())


def _members(unit: organisation.UnitFacts, now: datetime) -> tuple[Choice, ...]:
    return tuple(Choice(str(key), name) for key, name in organisation.members_of(unit, now=now))


def _done(request: HttpRequest, code: str, deed: Callable[[], object]) -> HttpResponse:
    """Carry out a form of the roster; what is refused is said on the same page."""
    try:
        deed()
    except Refusal as refusal:
        return _roster(request, code, refusal)
    week = request.POST.get("week", "")
    return See(reverse("desk_roster", kwargs={"code": code}) + (f"?week={week}" if week else ""))


@require_POST
@signed_in
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Plan shifts that come again on some days of the week."""

    def deed() -> object:
        given = request.POST
        pattern = Pattern(
            forms.day(given.get("first", ""), "first"),
            forms.day(given.get("last", ""), "last"),
            tuple(int(one) for one in given.getlist("weekdays") if one.isdigit()),
            _hour(given.get("begins", ""), "begins"),
            _hour(given.get("ends", ""), "ends"),
            int(given["need"]) if given.get("need", "").isdigit() else 0,
        )
        return organising.plan_shifts(
            given.get("kind", ""),
            code,
            pattern,
            actor=actor_of(request),
            now=timezone.now(),
            spot=given.get("spot", ""),
        )

    return _done(request, code, deed)


def _hour(text: str, name: str) -> time:
    try:
        return time.fromisoformat(text[:5])
    except ValueError:
        raise Refusal(say("时刻写得不对，例如 08:30"), field=name) from None


@require_POST
@signed_in
def book(request: HttpRequest, code: str, shift: UUID) -> HttpResponse:
    """Put a member of the unit on a shift."""

    def deed() -> object:
        try:
            account = UUID(request.POST.get("account", ""))
        except ValueError:
            raise Refusal(say("请选值班人员"), field="account") from None
        return organising.book(shift, account, actor=actor_of(request), now=timezone.now())

    return _done(request, code, deed)


@require_POST
@signed_in
def cancel(request: HttpRequest, code: str, shift: UUID) -> HttpResponse:
    """Cancel a shift that has not begun."""
    return _done(
        request, code, lambda: organising.cancel_shift(shift, actor=actor_of(request), now=timezone.now())
    )


@require_POST
@signed_in
def step(request: HttpRequest, code: str, booking: UUID, event: str) -> HttpResponse:
    """There, missing, taken off."""
    return _done(
        request,
        code,
        lambda: organising.take_booking(booking, event, actor=actor_of(request), now=timezone.now()),
    )


@require_POST
@signed_in
def note(request: HttpRequest, code: str, shift: UUID) -> HttpResponse:
    """Leave a note to the next shift."""
    text = request.POST.get("text", "")
    return _done(
        request, code, lambda: organising.hand_over(shift, text, actor=actor_of(request), now=timezone.now())
    )


@require_POST
@signed_in
def take_over(request: HttpRequest, code: str, note: UUID) -> HttpResponse:
    """Sign that a note was read."""
    return _done(
        request, code, lambda: organising.take_over(note, actor=actor_of(request), now=timezone.now())
    )


@require_POST
@signed_in
def arrive(request: HttpRequest, booking: UUID) -> HttpResponse:
    """Say that one is there, from the list of one's own shifts."""
    try:
        organising.take_booking(booking, "attend", actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse("desk_duty"))


@require_POST
@signed_in
def leave_note(request: HttpRequest, shift: UUID) -> HttpResponse:
    """Leave a note to the next shift, from the list of one's own shifts."""
    try:
        organising.hand_over(shift, request.POST.get("text", ""), actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse("desk_duty"))
