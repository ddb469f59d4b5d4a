"""Posts in setup: who is appointed and ended at a place; kinds of post, crew models and structures."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import actions as organising
from gewu.organisation import queries as organisation
from gewu.security import queries as security
from gewu.territory import queries as territory
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import Choice, either
from gewu.web.presenting.people import person
from gewu.web.presenting.shell import actor_of
from gewu.web.setup import find
from gewu.web.setup.home import opened, shown
from gewu.web.setup.units import place_asked

SECTION = "setup_posts"


@require_GET
@signed_in
def posts(request: HttpRequest) -> HttpResponse:
    """Everyone on a post at a place or at a unit there, with the forms to appoint and to end."""
    opened(request, SECTION)
    return _page(request, place_asked(request))


def _page(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    now = timezone.localtime()
    return shown(
        request,
        "setup/posts.html",
        SECTION,
        refusal=refusal,
        place=territory.place(code),
        below=territory.children_of(code),
        holders=tuple(
            (
                person(one, now),
                organisation.unit(one.unit) if one.unit else None,
                bool(organisation.post_kind(one.kind).linked),
            )
            for one in organisation.posts_at(code, now=now)
        ),
        kinds=tuple(
            Choice(one.code, either(one.name_zh, one.name_en)) for one in organisation.post_kinds().values()
        ),
        seats=tuple(
            Choice(one.code, either(one.name_zh, one.name_en)) for one in organisation.units_at(code)
        ),
        typed=request.POST if refusal else {},
        names=find.names,
    )


@require_POST
@signed_in
def appoint(request: HttpRequest) -> HttpResponse:
    """Put an account, a unit or a named person on a post at the place or at a unit there."""
    opened(request, SECTION)
    at, given = place_asked(request), request.POST
    try:
        account = security.account_named(given["account"].strip()) if given.get("account") else None
        if given.get("account") and account is None:
            raise Refusal(say("没有账号“{name}”", name=given["account"]), Kind.MISSING, field="account")
        organising.appoint(
            given.get("kind", ""),
            given.get("seat", "") or at,
            account,
            actor=actor_of(request),
            now=timezone.now(),
            **_particulars(given),
        )
    except Refusal as refusal:
        return _page(request, at, refusal)
    return See(f"{reverse(SECTION)}?{urlencode({'at': at})}")


def _particulars(given: Any) -> organising.Particulars:
    found: organising.Particulars = {
        "holder_unit": given.get("holder_unit", "").strip(),
        "name": given.get("name", "").strip()[:100],
        "contact": given.get("contact", "").strip()[:100],
        "hours": given.get("hours", "").strip()[:100],
        "together": given.get("together") == "1",
        "reason": given.get("reason", "").strip(),
    }
    if given.get("until"):
        last = datetime.combine(forms.day(given["until"], "until"), time.max)
        found["until"] = timezone.make_aware(last)
    return found


@require_POST
@signed_in
def end(request: HttpRequest, id: UUID) -> HttpResponse:
    """End a post; one that is linked to another ends with it, or a reason is given."""
    opened(request, SECTION)
    at, given = place_asked(request), request.POST
    try:
        organising.end_post(
            id,
            actor=actor_of(request),
            now=timezone.now(),
            reason=given.get("reason", "").strip(),
            together=given.get("together") == "1",
        )
    except Refusal as refusal:
        return _page(request, at, refusal)
    return See(f"{reverse(SECTION)}?{urlencode({'at': at})}")


@require_GET
@signed_in
def crews(request: HttpRequest) -> HttpResponse:
    """The crew models, the structures of levels and the kinds of post, as they are loaded."""
    opened(request, "setup_crews")
    unit_kinds, kinds = organisation.unit_kinds(), organisation.post_kinds()
    return shown(
        request,
        "setup/crews.html",
        "setup_crews",
        models=tuple(organisation.crew_models().values()),
        structures=tuple(
            (
                one.name,
                tuple(either(unit_kinds[kind].name_zh, unit_kinds[kind].name_en) for kind in one.levels),
            )
            for one in organisation.structures().values()
        ),
        kinds=kinds,
    )
