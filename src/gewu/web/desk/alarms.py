"""Alarms of devices: those that wait, one with its series, and the steps of whoever answers them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.sensing import actions, queries
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.pages import followed, show
from gewu.web.presenting.names import places_named
from gewu.web.presenting.sensing import alarm_row, alarm_rows, alarm_timeline, drawing
from gewu.web.presenting.shell import actor_of

#: How long before and after an alarm its series is drawn, and over how long answers are summed up.
AROUND = timedelta(hours=24)
SUMMED_OVER = timedelta(days=30)


@require_GET
@signed_in
@followed
def alarms(request: HttpRequest) -> HttpResponse:
    """The alarms that wait for something, or those that are settled, newest first."""
    actor, now = actor_of(request), timezone.localtime()
    if not actor.holds("alarms.read"):
        raise Refusal(say("您没有查看告警的权限"), Kind.FORBIDDEN)
    settled, after = request.GET.get("show") == "settled", request.GET.get("after", "")
    page = queries.alarms(actor, settled=settled, after=after)
    return show(
        request,
        "desk/alarms.html",
        live=True,
        rows=alarm_rows(page.rows),
        after=page.after,
        first=not after,
        settled=settled,
        answers=queries.responses(actor, since=now - SUMMED_OVER, now=now),
    )


@require_GET
@signed_in
@followed
def alarm(request: HttpRequest, id: UUID) -> HttpResponse:
    """One alarm: what was measured, how it stands, its case, and the steps open to me."""
    return _page(request, id)


@require_POST
@signed_in
def step(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Acknowledge an alarm or stand it down."""
    actor, now = actor_of(request), timezone.localtime()
    queries.alarm(actor, id)
    try:
        actions.take(
            id,
            event,
            actor=actor,
            now=now,
            version=forms.version(request),
            reason=request.POST.get("reason", "").strip(),
        )
    except Refusal as refusal:
        return _page(request, id, event, refusal)
    return See(reverse("desk_alarm", kwargs={"id": id}))


def _page(request: HttpRequest, id: UUID, taken: str = "", refusal: Refusal | None = None) -> HttpResponse:
    now = timezone.localtime()
    found = queries.alarm(actor_of(request), id)
    line = found.line
    until = min(now, max(found.met_at, line.cleared_at or now) + AROUND)
    since = max(found.met_at - AROUND, until - timedelta(days=7))
    series = queries.series(line.device, found.rule.quantity, since=since, until=until)
    return show(
        request,
        "desk/alarm.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        taken=taken,
        live=True,
        found=found,
        row=alarm_row(line, places_named({line.place})),
        drawn=drawing(series, line.measure, [found.rule]) if line.measure else None,
        lines=alarm_timeline(found.told),
        storm=alarm_rows(found.storm),
    )
