"""One's own account: where it is signed in, and its password."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from gewu.infra import rates
from gewu.kernel.refusals import Refusal
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.web import errors
from gewu.web.accounts import See, open_session, outside_too, signed_in
from gewu.web.pages import show
from gewu.web.presenting.shell import actor_of, notes_of


@require_GET
@signed_in
@outside_too
def account(request: HttpRequest) -> HttpResponse:
    """My sessions and my password."""
    return _page(request)


def _page(request: HttpRequest, refusal: Refusal | None = None, address: str = "") -> HttpResponse:
    return show(
        request,
        "desk/account.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        sessions=accounts.sessions_of(_mine(request), key=str(request.session.session_key)),
        ways=accounts.ways_to_sign_in(),
        notices=notes_of(request),
        calendars=accounts.own_keys(actor_of(request), "calendar", now=timezone.now()),
        address=address,
    )


def _mine(request: HttpRequest) -> UUID:
    return UUID(request.session["account"])


@require_POST
@signed_in
@outside_too
def end(request: HttpRequest, id: UUID) -> HttpResponse:
    """End one of my sessions."""
    security.end_session(id, actor=actor_of(request), now=timezone.localtime())
    return See(reverse("account"))


@require_POST
@signed_in
@outside_too
def end_others(request: HttpRequest) -> HttpResponse:
    """End every session of mine but this one."""
    keep = str(request.session.session_key)
    actor, now = actor_of(request), timezone.localtime()
    security.end_other_sessions(_mine(request), keep=keep, actor=actor, now=now)
    return See(reverse("account"))


@never_cache
@require_POST
@signed_in
def calendar(request: HttpRequest) -> HttpResponse:
    """Make an address of my calendar, shown this once."""
    try:
        secret = security.issue_key("calendar", "", actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal)
    return _page(
        request, address=request.build_absolute_uri(reverse("calendar_own", kwargs={"secret": secret}))
    )


@require_POST
@signed_in
def calendar_end(request: HttpRequest, id: UUID) -> HttpResponse:
    """Withdraw an address of my calendar."""
    security.withdraw_key(id, actor=actor_of(request), now=timezone.now())
    return See(reverse("account"))


@sensitive_post_parameters("old", "password")
@require_POST
@signed_in
@outside_too
def password(request: HttpRequest) -> HttpResponse:
    """Take a new password; this session goes on under a new key, all others end."""
    actor, now, mine = actor_of(request), timezone.localtime(), _mine(request)
    try:
        rates.limited(rates.address_of(request.META), "sign-in", per_hour=rates.SIGN_INS_PER_HOUR)
        old, new = request.POST.get("old", ""), request.POST.get("password", "")
        epoch = security.change_password(mine, old, new, actor=actor, now=now)
    except Refusal as refusal:
        return _page(request, refusal)
    open_session(request, mine, epoch)
    return See(reverse("account"))
