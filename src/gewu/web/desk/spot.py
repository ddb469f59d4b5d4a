"""What a grid worker settles on the spot, and how many cases carry each tag."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.pages import show
from gewu.web.presenting.names import Choice, called, either, place_choices
from gewu.web.presenting.parts import evidence_fields
from gewu.web.presenting.shell import actor_of

#: What the evidence of a plain class is: pictures from before and after, and where it was.
EVIDENCE = ("photo_before", "photo_after")


@require_http_methods(["GET", "POST"])
@signed_in
def self_handled(request: HttpRequest) -> HttpResponse:
    """File what is settled already: matter, place, what was done, pictures; another person checks it."""
    actor, now = actor_of(request), timezone.localtime()
    if not actor.holds("cases.self_handle"):
        raise Refusal(say("您没有当场处置的权限"), Kind.FORBIDDEN)
    if request.method == "GET":
        return _form(request, actor, now)
    try:
        case = _file(request, actor, now)
    except Refusal as refusal:
        return _form(request, actor, now, refusal)
    return See(reverse("desk_case", kwargs={"number": case.number}))


def _file(request: HttpRequest, actor: Actor, now: datetime) -> cases.Case:
    given = {name: request.POST.get(name, "").strip() for name in ("text", "address", "matter", "place")}
    new = cases.NewCase(
        matter=given["matter"],
        place=given["place"],
        text=given["text"],
        origin=cases.SPOT_ORIGIN,
        received_at=now,
        address=given["address"],
    )
    result = request.POST.get("result", "").strip()
    evidence = forms.evidence(request, actor, now)
    return cases.self_handle(new, result=result, evidence=evidence, actor=actor, now=now)


def _form(request: HttpRequest, actor: Actor, now: datetime, refusal: Refusal | None = None) -> HttpResponse:
    inside = min((one.place for one in actor.scopes("cases.self_handle")), key=len)
    matters = queries.for_the_spot(now.date())
    return show(
        request,
        "desk/self_handled.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        typed=forms.typed(request),
        matters=tuple(Choice(one.code, either(one.name_zh, one.name_en), one.code) for one in matters),
        places=place_choices(inside, Level.GRID),
        evidence=evidence_fields(EVIDENCE, ()),
    )


@require_GET
@signed_in
def tags(request: HttpRequest) -> HttpResponse:
    """How many cases carry each tag, open and closed; each figure opens its list."""
    actor, now = actor_of(request), timezone.localtime()
    if not actor.holds("cases.read"):
        raise Refusal(say("您没有查看工单的权限"), Kind.FORBIDDEN)
    counted: list[dict[str, Any]] = [
        {"code": one.code, "name": called(one.name), "open": one.open, "closed": one.closed}
        for one in queries.by_tag(actor, on=now.date())
    ]
    return show(request, "desk/tags.html", counted=counted)
