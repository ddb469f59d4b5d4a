"""Powers in setup: given, evaluated and ended by the legal reviewer; handed over with staff and money."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.organisation import actions as organising
from gewu.organisation import queries as organisation
from gewu.organisation.actions import PowerDraft, TransferDraft
from gewu.organisation.queries import VERDICTS
from gewu.territory import queries as territory
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import Choice, matter_choices
from gewu.web.presenting.shell import actor_of
from gewu.web.setup import find
from gewu.web.setup.home import opened, shown
from gewu.web.setup.units import place_asked

SECTION = "setup_powers"


@require_GET
@signed_in
def powers(request: HttpRequest) -> HttpResponse:
    """The powers of the units in a place, those to be evaluated first, with the forms."""
    opened(request, SECTION)
    return _page(request, place_asked(request))


def _page(request: HttpRequest, code: str, refusal: Refusal | None = None, deed: str = "") -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    lines = organisation.powers(actor, code, today=today)
    matters = {one.value: one.label for one in matter_choices(today, headers=True)}
    return shown(
        request,
        "setup/powers.html",
        SECTION,
        refusal=refusal,
        place=territory.place(code),
        below=territory.children_of(code),
        lines=lines,
        due=sum(one.due for one in lines),
        matters=matters,
        verdicts=tuple(Choice(code_, label) for code_, label in VERDICTS.items()),  # type: ignore[arg-type]  # the template translates labels
        gives=actor.holds("powers.keep"),
        transfers=actor.holds("organisation.manage"),
        staff=_staff(request) if actor.holds("organisation.manage") else (),
        from_unit=request.GET.get("from_unit", "") or request.POST.get("from_unit", ""),
        chosen=request.POST.getlist("posts"),
        typed=request.POST if refusal else {},
        deed=deed,
        names=find.names,
    )


def _staff(request: HttpRequest) -> tuple[Choice, ...]:
    """Who could move out of the unit that gives, once one was named."""
    unit = organisation.unit(request.GET.get("from_unit", "") or request.POST.get("from_unit", ""))
    held = organisation.posts_in([unit.id], now=timezone.now()) if unit else ()
    return tuple(Choice(str(one.post), f"{one.name} {one.kind_zh}") for one in held)


def _draft(given: Any) -> PowerDraft:
    until, every = given.get("until", ""), given.get("evaluate_every_days", "").strip()
    return PowerDraft(
        unit=given.get("unit", "").strip(),
        title=given.get("title", "").strip(),
        matters=tuple(given.get("matters", "").replace(";", " ").replace(",", " ").split()),
        basis=given.get("basis", "").strip(),
        since=forms.day(given.get("since", ""), "since"),
        until=forms.day(until, "until") if until else None,
        giver=given.get("giver", "").strip(),
        place=given.get("place", "").strip(),
        evaluate_every_days=_number(every, "evaluate_every_days") if every else None,
    )


def _number(text: str, name: str) -> int:
    text = text.strip()
    if text and not (text.isdecimal() and len(text) <= 12):
        raise Refusal(say("请填整数"), field=name)
    return int(text or 0)


def _done(request: HttpRequest, deed: str, act: Callable[[], object]) -> HttpResponse:
    opened(request, SECTION)
    at = place_asked(request)
    try:
        act()
    except Refusal as refusal:
        return _page(request, at, refusal, deed)
    return See(f"{reverse(SECTION)}?{urlencode({'at': at})}")


@require_POST
@signed_in
def give(request: HttpRequest) -> HttpResponse:
    """Give a unit a power."""
    actor, now = actor_of(request), timezone.now()
    return _done(request, "give", lambda: organising.give_power(_draft(request.POST), actor=actor, now=now))


@require_POST
@signed_in
def evaluate(request: HttpRequest, id: UUID) -> HttpResponse:
    """Evaluate a power."""
    actor, now, given = actor_of(request), timezone.now(), request.POST
    return _done(
        request,
        f"evaluate-{id}",
        lambda: organising.evaluate_power(
            id, given.get("verdict", ""), given.get("finding", ""), actor=actor, now=now
        ),
    )


@require_POST
@signed_in
def end(request: HttpRequest, id: UUID) -> HttpResponse:
    """End a power from a day on."""
    actor, now, given = actor_of(request), timezone.now(), request.POST

    def act() -> None:
        until = forms.day(given.get("until", ""), "until")
        organising.end_power(id, until, given.get("reason", ""), actor=actor, now=now)

    return _done(request, f"end-{id}", act)


@require_POST
@signed_in
def transfer(request: HttpRequest) -> HttpResponse:
    """Hand a class of matters over with its power, staff and money."""
    actor, now, given = actor_of(request), timezone.now(), request.POST

    def act() -> object:
        try:
            posts = tuple(UUID(one) for one in given.getlist("posts"))
        except ValueError:
            raise Refusal(say("没有这项任职，或已经结束"), field="posts") from None
        draft = TransferDraft(
            _draft(given),
            given.get("from_unit", "").strip(),
            posts,
            _number(given.get("places_of_staff", ""), "places_of_staff"),
            _number(given.get("yuan", ""), "yuan"),
            given.get("budget_line", "").strip(),
        )
        return organising.transfer_matters(draft, actor=actor, now=now)

    return _done(request, "transfer", act)
