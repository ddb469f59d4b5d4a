"""The space of an enterprise: its hazards and self-checks; and hazards for those who look after them."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.cases.actions import Found
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor
from gewu.web import errors, forms
from gewu.web.accounts import See, outside_too, signed_in
from gewu.web.pages import show
from gewu.web.presenting.names import ENTERPRISE, Choice, called, either
from gewu.web.presenting.shell import actor_of

#: So many hazards can be entered with one self-check on the page.
ROOM = 3


@require_GET
@signed_in
@outside_too
def home(request: HttpRequest) -> HttpResponse:
    """The own enterprise: hazards to rectify, those closed, and the self-checks."""
    actor = actor_of(request)
    return show(
        request,
        "enterprise/home.html",
        enterprise=queries.own_enterprise(actor),
        hazards=queries.hazards(actor),
        checks=queries.self_checks(actor),
    )


@require_http_methods(["GET", "POST"])
@signed_in
@outside_too
def check(request: HttpRequest) -> HttpResponse:
    """The form of a self-check: what was looked for, what was found, and who says so."""
    actor, now = actor_of(request), timezone.localtime()
    enterprise = queries.own_enterprise(actor)
    if request.method == "GET":
        return _form(request, now)
    try:
        cases.check_oneself(
            enterprise.code,
            request.POST.getlist("looked_for"),
            _found(request, actor, now),
            statement=request.POST.get("statement", ""),
            actor=actor,
            now=now,
        )
    except Refusal as refusal:
        return _form(request, now, refusal)
    return See(reverse("enterprise"))


def _found(request: HttpRequest, actor: Actor, now: datetime) -> list[Found]:
    """The hazards of the form; a part in which nothing is written is left out."""
    found = []
    for n in range(1, ROOM + 1):
        text = request.POST.get(f"text_{n}", "").strip()
        matter = request.POST.get(f"matter_{n}", "")
        if text and not matter:
            raise Refusal(say("请选隐患类别"), field=f"matter_{n}")
        if text:
            photos = forms.photos(request, f"photos_{n}", purpose="photo_before", actor=actor, now=now)
            found.append(Found(matter, text, request.POST.get(f"address_{n}", "").strip()[:200], photos))
    return found


def _choices(now: datetime) -> tuple[Choice, ...]:
    return tuple(
        Choice(one.code, either(one.name_zh, one.name_en), one.code) for one in queries.checklist(now=now)
    )


def _form(request: HttpRequest, now: datetime, refusal: Refusal | None = None) -> HttpResponse:
    return show(
        request,
        "enterprise/check.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        matters=_choices(now),
        room=ROOM,
        typed=forms.typed(request),
        chosen=request.POST.getlist("looked_for"),
    )


@require_GET
@signed_in
def hazards(request: HttpRequest) -> HttpResponse:
    """Hazards of enterprises for the department of the line, the regulator and those of the place."""
    return _hazards(request)


def _hazards(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor, now = actor_of(request), timezone.localtime()
    enterprises = [one for one in organisation.units() if one.kind == ENTERPRISE]
    return show(
        request,
        "desk/hazards.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        hazards=queries.hazards(actor),
        matters=_choices(now),
        enterprises=tuple(Choice(one.code, called(one.name), one.code) for one in enterprises),
        enters=actor.holds("cases.handle"),
        typed=forms.typed(request),
    )


@require_POST
@signed_in
def report(request: HttpRequest) -> HttpResponse:
    """Enter a hazard that an inspection found."""
    actor, now, given = actor_of(request), timezone.localtime(), request.POST
    try:
        photos = forms.new_photos(request, 0, actor=actor, now=now)
        found = Found(
            given.get("matter", ""),
            given.get("text", "").strip(),
            given.get("address", "").strip()[:200],
            photos,
            given.get("guide", "").strip(),
        )
        case = cases.report_hazard(given.get("enterprise", ""), found, actor=actor, now=now)
    except Refusal as refusal:
        return _hazards(request, refusal)
    return See(reverse("desk_case", kwargs={"number": case.number}))
