"""The operation centre: the systems of the departments, how each fares, and the way into it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gewu.infra import connectors
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.web import errors
from gewu.web.accounts import See, signed_in
from gewu.web.pages import show
from gewu.web.presenting.shell import actor_of, notes_of

#: Those who command or oversee, and those who look after the connections.
RIGHTS = ("cases.oversee", connectors.MANAGE)
ADAPTER = "subsystem"


def may_see(actor: Actor) -> bool:
    return any(map(actor.holds, RIGHTS))


@require_http_methods(["GET", "POST"])
@signed_in
def systems(request: HttpRequest) -> HttpResponse:
    """The systems with link, health and last exchange; posting declares what is missing of the five."""
    actor = actor_of(request)
    if not may_see(actor):
        raise Refusal(say("这一页由指挥和管理人员使用，您没有此权限"), Kind.FORBIDDEN)
    refusal = None
    if request.method == "POST":
        try:
            connectors.load_set(ADAPTER, settings.COUNTY, actor=actor, now=timezone.now())
            return See(reverse("systems"))
        except Refusal as said:
            refusal = said
    found = connectors.standings(ADAPTER)
    return show(
        request,
        "desk/systems.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        notices=notes_of(request),
        systems=found,
        down=sum(one.down for one in found),
        manages=actor.holds(connectors.MANAGE),
    )
