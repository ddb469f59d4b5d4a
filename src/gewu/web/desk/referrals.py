"""Handing cases over to bodies outside, what came in from them, and the steps of both."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.web import forms
from gewu.web.accounts import signed_in
from gewu.web.desk.cases import taken
from gewu.web.pages import followed, show
from gewu.web.presenting.referrals import referral_cards
from gewu.web.presenting.shell import actor_of


@require_GET
@signed_in
@followed
def referrals(request: HttpRequest) -> HttpResponse:
    """What is handed over in my places, both ways, open or ended, the newest first."""
    actor, now = actor_of(request), timezone.localtime()
    if not any(actor.holds(right) for right in queries.REFERRAL_RIGHTS):
        raise Refusal(say("您没有查看转办的权限"), Kind.FORBIDDEN)
    everything, after = request.GET.get("show") == "all", request.GET.get("after", "")
    page = queries.referrals(actor, "all" if everything else "open", now=now, after=after)
    return show(
        request,
        "desk/referrals.html",
        live=True,
        rows=referral_cards(page.rows),
        after=page.after,
        first=not after,
        everything=everything,
    )


@require_POST
@signed_in
def refer(request: HttpRequest, number: str) -> HttpResponse:
    """Hand a case over."""
    kind, reason = request.POST.get("kind", ""), request.POST.get("reason", "")

    def hand(actor: Actor, now: datetime) -> object:
        return cases.refer(number, kind, reason=reason, actor=actor, now=now)

    return taken(request, number, "refer", hand)


@require_POST
@signed_in
def step(request: HttpRequest, number: str, referral: UUID, event: str) -> HttpResponse:
    """Take a step of what was handed over, or write down what the other side said by telephone."""

    def take(actor: Actor, now: datetime) -> object:
        queries.require_referral(number, referral)
        return cases.take_referral(referral, event, actor=actor, now=now, **forms.step_given(request))

    return taken(request, number, f"referral-{event}", take)
