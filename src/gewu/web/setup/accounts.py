"""Accounts and their roles: for the security administrator."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.kernel.refusals import Refusal
from gewu.organisation import queries as organisation
from gewu.security import actions as security
from gewu.security import queries
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import unit_choices
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

PAGE = "setup_accounts"


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts by name; the form opens a new one, whose password is shown once."""
    opened(request, PAGE)
    if request.method == "GET":
        return _list(request)
    actor, now = actor_of(request), timezone.localtime()
    name, shown_name = request.POST.get("name", "").strip(), request.POST.get("display_name", "")
    try:
        account, password = security.admit(
            name, shown_name, actor=actor, now=now, outside=request.POST.get("outside") == "1"
        )
    except Refusal as refusal:
        return _list(request, refusal)
    return _one(request, account.pk, password=password)


def _list(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    given = {name: request.GET.get(name, "").strip()[:60] for name in ("text", "state")}
    given["after"] = request.GET.get("after", "")
    page = queries.accounts(
        actor_of(request),
        text=given["text"],
        state=given["state"],
        after=given["after"],
        now=timezone.localtime(),
    )
    return shown(
        request,
        "setup/accounts.html",
        PAGE,
        refusal=refusal,
        page=page,
        given=given,
        first=not given["after"],
    )


@never_cache
@require_GET
@signed_in
def account(request: HttpRequest, id: UUID) -> HttpResponse:
    """One account with its roles."""
    opened(request, PAGE)
    return _one(request, id)


def _one(
    request: HttpRequest, id: UUID, *, refusal: Refusal | None = None, password: str = ""
) -> HttpResponse:
    return shown(
        request,
        "setup/account.html",
        PAGE,
        refusal=refusal,
        account=queries.account(actor_of(request), id, now=timezone.localtime()),
        roles=queries.roles(),
        units=unit_choices(),
        password=password,
    )


@require_POST
@signed_in
def grant(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give the account a role in a place or for a unit."""
    given = {name: request.POST.get(name, "").strip() for name in ("role", "place", "unit")}
    unit = organisation.unit(given["unit"]) if given["unit"] else None
    return _done(
        request,
        id,
        lambda: security.grant_role(
            id,
            given["role"],
            actor=actor_of(request),
            now=timezone.localtime(),
            place=given["place"],
            unit_path=unit.path if unit else "",
        ),
    )


@require_POST
@signed_in
def revoke(request: HttpRequest, id: UUID, standing: UUID) -> HttpResponse:
    """End one role of the account."""
    actor, now = actor_of(request), timezone.localtime()
    return _done(request, id, lambda: security.revoke_role(standing, actor=actor, now=now))


@require_POST
@signed_in
def close(request: HttpRequest, id: UUID) -> HttpResponse:
    """Close the account."""
    actor, now = actor_of(request), timezone.localtime()
    return _done(request, id, lambda: security.close_account(id, actor=actor, now=now))


@require_POST
@signed_in
def remove_factor(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the account's authenticator app away."""
    actor, now = actor_of(request), timezone.localtime()
    return _done(request, id, lambda: security.remove_second_factor(id, actor=actor, now=now))


@never_cache
@require_POST
@signed_in
def reset(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give the account a password for one sign-in; it is shown on this answer and nowhere else."""
    opened(request, PAGE)
    try:
        password = security.reset_password(id, actor=actor_of(request), now=timezone.localtime())
    except Refusal as refusal:
        return _one(request, id, refusal=refusal)
    return _one(request, id, password=password)


def _done(request: HttpRequest, id: UUID, deed: Callable[[], object]) -> HttpResponse:
    opened(request, PAGE)
    try:
        deed()
    except Refusal as refusal:
        return _one(request, id, refusal=refusal)
    return See(reverse("setup_account", kwargs={"id": id}))
