"""Seeing who raised something: asked with a reason, decided by a second person, seen once."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from gewu.infra.paging import Page
from gewu.intake import actions as intake
from gewu.kernel.refusals import Refusal
from gewu.security import actions as security
from gewu.security import queries
from gewu.security.vault import Contact
from gewu.web import errors
from gewu.web.accounts import See, signed_in
from gewu.web.pages import show
from gewu.web.presenting.shell import actor_of, notes_of


@never_cache
@require_GET
@signed_in
def identities(request: HttpRequest) -> HttpResponse:
    """What waits for my decision, and what I asked for myself."""
    return _page(request)


def _page(
    request: HttpRequest, refusal: Refusal | None = None, *, contact: Contact | None = None
) -> HttpResponse:
    actor, now, after = actor_of(request), timezone.localtime(), request.GET.get("after", "")
    may_decide = actor.holds("identity.approve")
    waiting: Page[queries.RevealLine] = (
        queries.reveals_to_decide(actor, after=after, now=now) if may_decide else Page(())
    )
    return show(
        request,
        "desk/identities.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        waiting=waiting,
        own=queries.own_reveals(actor, now=now),
        may_decide=may_decide,
        contact=contact,
        first=not after,
        notices=notes_of(request),
    )


@require_POST
@signed_in
def ask(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask to see who raised a report."""
    try:
        intake.ask_identity(
            id, reason=request.POST.get("reason", ""), actor=actor_of(request), now=timezone.localtime()
        )
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse("identities"))


@require_POST
@signed_in
def decide(request: HttpRequest, id: UUID) -> HttpResponse:
    """Grant or decline a request."""
    granted, reason = request.POST.get("granted") == "1", request.POST.get("reason", "")
    try:
        security.decide_reveal(id, granted, reason=reason, actor=actor_of(request), now=timezone.localtime())
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse("identities"))


@never_cache
@require_POST
@signed_in
def seen(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show it once: on this answer and nowhere else."""
    try:
        contact = security.reveal(id, actor=actor_of(request), now=timezone.localtime())
    except Refusal as refusal:
        return _page(request, refusal)
    return _page(request, contact=contact)
