"""Blowing the whistle on a case, and the steps of a whistle."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.cases.actions import Call, Party
from gewu.kernel.refusals import Refusal
from gewu.security.actors import Actor
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.desk.cases import taken
from gewu.web.pages import show
from gewu.web.presenting.names import unit_choices
from gewu.web.presenting.parties import kind_choices, official_choices
from gewu.web.presenting.shell import actor_of


@require_http_methods(["GET", "POST"])
@signed_in
def whistle(request: HttpRequest, number: str) -> HttpResponse:
    """The form of a whistle, and blowing it."""
    actor, now = actor_of(request), timezone.localtime()
    if request.method == "GET":
        return _form(request, number, actor, now)
    queries.require_visible(actor, number)
    try:
        cases.blow(number, _call(request), actor=actor, now=now)
    except Refusal as refusal:
        return _form(request, number, actor, now, refusal)
    return See(reverse("desk_case", kwargs={"number": number}) + "#whistles")


def _call(request: HttpRequest) -> Call:
    units = tuple(Party(unit=code) for code in request.POST.getlist("unit") if code)
    posts = tuple(Party(post=key) for key in request.POST.getlist("post") if key)
    given = request.POST
    meet = given.get("meet_at", "").strip()
    return Call(
        given.get("kind", ""),
        (*units, *posts),
        given.get("task", "").strip(),
        forms.moment_or_none(meet, "meet_at"),
        given.get("meet_where", "").strip(),
    )


def _form(
    request: HttpRequest, number: str, actor: Actor, now: datetime, refusal: Refusal | None = None
) -> HttpResponse:
    found = queries.call_page(actor, number, now=now)
    return show(
        request,
        "desk/whistle.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        case=found,
        kinds=kind_choices(found),
        officials=official_choices(found),
        units=unit_choices(),
        typed=forms.typed(request),
        chosen={"unit": request.POST.getlist("unit"), "post": request.POST.getlist("post")},
    )


@require_POST
@signed_in
def step(request: HttpRequest, number: str, whistle: UUID, event: str) -> HttpResponse:
    """Close a whistle, or withdraw it."""

    def take(actor: Actor, now: datetime) -> object:
        return cases.take_whistle(whistle, event, actor=actor, now=now, **forms.step_given(request))

    return taken(request, number, f"whistle-{event}", take)
