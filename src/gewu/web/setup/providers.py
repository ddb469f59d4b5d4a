"""Providers of identities in setup: how they are reached, and which of their claims give which role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from gewu.infra import openid
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say
from gewu.organisation import queries as organisation
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actions import MappingDraft, ProviderDraft
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import Choice, called
from gewu.web.presenting.shell import Note, actor_of
from gewu.web.setup import find
from gewu.web.setup.home import opened, shown

SECTION = "setup_providers"


@require_GET
@signed_in
def providers(request: HttpRequest) -> HttpResponse:
    """Every provider with its mappings, and the forms."""
    opened(request, SECTION)
    return _page(request)


def _page(
    request: HttpRequest, refusal: Refusal | None = None, deed: str = "", note: Text | None = None
) -> HttpResponse:
    lines = accounts.providers(actor_of(request), today=timezone.localdate())
    return shown(
        request,
        "setup/providers.html",
        SECTION,
        refusal=refusal,
        lines=lines,
        tried=Note("good", note) if note else None,
        backs={
            one.code: request.build_absolute_uri(reverse("sign_in_back", kwargs={"code": one.code}))
            for one in lines
        },
        roles=tuple(Choice(one.code, called(one.name)) for one in accounts.roles()),
        typed=request.POST if refusal else {},
        deed=deed,
        names=find.names,
    )


def _done(request: HttpRequest, deed: str, act: Callable[[], object]) -> HttpResponse:
    opened(request, SECTION)
    try:
        act()
    except Refusal as refusal:
        return _page(request, refusal, deed)
    return See(reverse(SECTION))


@sensitive_post_parameters("secret")
@require_POST
@signed_in
def set_provider(request: HttpRequest) -> HttpResponse:
    """Set a provider up, or change it; an empty secret leaves the one there is."""
    given, actor, now = request.POST, actor_of(request), timezone.now()

    def said(name: str) -> str:
        return given.get(name, "").strip()

    def act() -> object:
        draft = ProviderDraft(
            said("code"),
            said("name_zh"),
            said("issuer"),
            said("client_id"),
            said("name_en"),
            said("secret"),
            said("scopes") or "openid profile",
            said("name_claim") or "name",
            tuple(said("second_factor_values").split()),
            given.get("on") == "1",
        )
        return security.set_provider(draft, actor=actor, now=now)

    return _done(request, f"set-{said('code')}", act)


@require_POST
@signed_in
def attempt(request: HttpRequest) -> HttpResponse:
    """Ask a provider what it says of itself, now."""
    opened(request, SECTION)
    code = request.POST.get("code", "")
    lines = accounts.providers(actor_of(request), today=timezone.localdate())
    issuer = next((one.issuer for one in lines if one.code == code), "")
    openid.forget()
    try:
        openid.discovered(openid.checked_issuer(issuer))
    except Refusal as refusal:
        return _page(request, refusal, f"set-{code}")
    return _page(request, note=say("“{code}”能正常应答", code=code))


@require_POST
@signed_in
def map_claim(request: HttpRequest) -> HttpResponse:
    """Have a claim give a role from a day on."""
    given, actor, now = request.POST, actor_of(request), timezone.now()

    def act() -> object:
        return security.map_claim(_mapping(given), actor=actor, now=now)

    return _done(request, f"map-{given.get('provider', '')}", act)


def _mapping(given: Any) -> MappingDraft:
    unit = given.get("unit", "").strip()
    until = given.get("until", "")
    return MappingDraft(
        given.get("provider", ""),
        given.get("claim", "").strip()[:100],
        given.get("value", "").strip()[:200],
        given.get("role", ""),
        given.get("basis", "").strip(),
        forms.day(given.get("since", ""), "since"),
        given.get("place", "").strip()[:17],
        organisation.open_unit(unit).path if unit else "",
        forms.day(until, "until") if until else None,
    )


@require_POST
@signed_in
def end_mapping(request: HttpRequest, id: UUID) -> HttpResponse:
    """End a mapping from a day on."""
    actor, now = actor_of(request), timezone.now()

    def act() -> None:
        until = forms.day(request.POST.get("until", ""), "until")
        security.end_mapping(id, until, actor=actor, now=now)

    return _done(request, f"end-{id}", act)
