"""Signing in by a provider elsewhere: sent there, taken back, and out again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from gewu.infra import openid, rates
from gewu.kernel.refusals import Refusal
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import ANONYMOUS
from gewu.web import forms
from gewu.web.accounts import PROVIDER, See, after_vouched, sign_in_page
from gewu.web.pages import show
from gewu.web.presenting.shell import actor_of

#: The key of the session under which a sign-in that was sent away waits for its answer.
AWAY = "away"
#: How long it waits: people type passwords and codes over there.
WAITS_FOR = timedelta(minutes=10)


@never_cache
@require_GET
def away(request: HttpRequest, code: str) -> HttpResponse:
    """Send somebody to a provider, to come back with a code for this one sign-in."""
    onward = forms.own_address(request, request.GET.get("next", ""), reverse("desk_inbox"))
    now = timezone.localtime()
    try:
        rates.limited(rates.address_of(request.META), "sign-in", per_hour=rates.SIGN_INS_PER_HOUR)
        client = accounts.provider_client(code)
        begun = openid.begun(client, openid.discovered(client.issuer), back=_back(request, code))
    except Refusal as refusal:
        return sign_in_page(request, onward, refusal)
    request.session[AWAY] = {
        "provider": code, "state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier,
        "next": onward, "at": now.isoformat(), "binds": request.GET.get("bind") == "1",
    }  # fmt: skip
    return See(begun.address)


def _back(request: HttpRequest, code: str) -> str:
    """Each provider answers at an address of its own, so that one cannot answer for another."""
    return request.build_absolute_uri(reverse("sign_in_back", kwargs={"code": code}))


@never_cache
@require_GET
def back(request: HttpRequest, code: str) -> HttpResponse:
    """Take the answer of a provider: checked, redeemed, then what follows a right password."""
    now = timezone.localtime()
    kept = request.session.pop(AWAY, None)
    onward = kept["next"] if kept else reverse("desk_inbox")
    try:
        rates.limited(rates.address_of(request.META), "sign-in", per_hour=rates.SIGN_INS_PER_HOUR)
        claims = _claims(request, code, kept, now)
        if kept["binds"]:
            return _bound(request, code, claims, now)
        account = security.sign_in_vouched(code, claims, now=now)
    except Refusal as refusal:
        return sign_in_page(request, onward, refusal)
    shown = security.showed_second_factor(code, claims)
    return after_vouched(request, account, onward, provider=code, second_factor=shown, now=now)


def _claims(request: HttpRequest, code: str, kept: Any, now: datetime) -> Any:
    """The claims behind an answer to the very sign-in that this browser began, with this provider, lately."""
    if not kept or kept["provider"] != code:
        raise openid.untrusted()
    if not timedelta() <= now - datetime.fromisoformat(kept["at"]) < WAITS_FOR:
        raise openid.untrusted()
    client = accounts.provider_client(code)
    said = openid.discovered(client.issuer)
    given = openid.check_answer(said, request.GET.dict(), state=kept["state"])
    return openid.redeemed(
        client,
        said,
        given,
        verifier=kept["verifier"],
        nonce=kept["nonce"],
        back=_back(request, code),
        now=now,
    )


def _bound(request: HttpRequest, code: str, claims: Any, now: datetime) -> HttpResponse:
    """Bind one's own account, in which one is signed in, to the identity over there."""
    actor = actor_of(request)
    if actor == ANONYMOUS:
        raise openid.untrusted()
    security.bind(code, claims, actor=actor, now=now)
    return See(reverse("account"))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, and by way of its provider the one over there."""
    there = _farewell(request)
    request.session.flush()
    if not there:
        return See(reverse("desk_sign_in"))
    # A page that goes on by itself: browsers follow no redirect of a form to another site (form-action).
    page = show(request, "desk/signed_out.html", there=there)
    page["Refresh"] = f"0; url={there}"
    return page


def _farewell(request: HttpRequest) -> str:
    """Where the provider of this session ends its own; empty without one, or where it cannot be asked."""
    code = request.session.get(PROVIDER, "")
    if not code:
        return ""
    try:
        client = accounts.provider_client(code)
        said = openid.discovered(client.issuer)
        return openid.farewell(client, said, back=request.build_absolute_uri(reverse("desk_sign_in")))
    except Refusal:
        return ""
