"""Devices: the list, one with its series, its state and the work on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import queries as accounts
from gewu.sensing import actions, queries
from gewu.sensing.queries import DevicePage
from gewu.web import errors
from gewu.web.accounts import See, signed_in
from gewu.web.pages import followed, show
from gewu.web.presenting.parts import map_of
from gewu.web.presenting.sensing import Drawing, device_rows, drawing, kind_choices
from gewu.web.presenting.shell import actor_of

#: Over how many days a series is drawn, by what an address says.
SPANS = {"1": 1, "7": 7, "30": 30}
#: How long a command waits for its device.
COMMAND_WAITS = timedelta(hours=1)


@require_GET
@signed_in
@followed
def devices(request: HttpRequest) -> HttpResponse:
    """The devices of one's places, all or of one kind."""
    actor, now = actor_of(request), timezone.localtime()
    if not (actor.holds("alarms.read") or actor.holds("devices.manage")):
        raise Refusal(say("您没有查看设备的权限"), Kind.FORBIDDEN)
    kind, after = request.GET.get("kind", "")[:24], request.GET.get("after", "")
    page = queries.devices(actor, kind=kind, after=after, now=now)
    counts = queries.counts(actor)
    return show(
        request,
        "desk/devices.html",
        may_alarms=actor.holds("alarms.read"),
        rows=device_rows(page.rows),
        after=page.after,
        first=not after,
        kind=kind,
        kinds=[(code, name, counts.get(code, 0)) for code, name in kind_choices()],
        total=sum(counts.values()),
    )


@require_GET
@signed_in
def device(request: HttpRequest, code: str) -> HttpResponse:
    """One device: what it measures, how it stands, what was set aside, work on it and commands."""
    return _page(request, code)


@require_POST
@signed_in
def maintenance(request: HttpRequest, code: str) -> HttpResponse:
    """Say that someone works on it from now until a time."""
    now = timezone.localtime()
    try:
        until = _until(request.POST.get("until", ""))
        actions.set_maintenance(
            code,
            since=now,
            until=until,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            now=now,
        )
    except Refusal as refusal:
        return _page(request, code, refusal)
    return See(reverse("desk_device", kwargs={"code": code}))


def _until(text: str) -> datetime:
    try:
        return timezone.make_aware(datetime.fromisoformat(text))
    except ValueError:
        raise Refusal(say("请填写检修到什么时候"), field="until") from None


@require_POST
@signed_in
def end_maintenance(request: HttpRequest, code: str, id: UUID) -> HttpResponse:
    """Say that the work is done."""
    try:
        actions.end_maintenance(id, actor=actor_of(request), now=timezone.localtime())
    except Refusal as refusal:
        return _page(request, code, refusal)
    return See(reverse("desk_device", kwargs={"code": code}))


@require_POST
@signed_in
def command(request: HttpRequest, code: str) -> HttpResponse:
    """Ask something of it."""
    word, actor, now = request.POST.get("word", ""), actor_of(request), timezone.localtime()
    try:
        actions.ask(code, word, within=COMMAND_WAITS, actor=actor, now=now)
    except Refusal as refusal:
        return _page(request, code, refusal)
    return See(reverse("desk_device", kwargs={"code": code}) + "#commands")


def _page(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    now = timezone.localtime()
    found = queries.device(actor_of(request), code, now=now)
    span = request.GET.get("days", "1")
    (row,) = device_rows([found.line])
    return show(
        request,
        "desk/device.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        found=found,
        row=row,
        names=accounts.names_of({one.set_by for one in found.work}),
        drawn=_drawn(found, now, SPANS.get(span, 1)),
        span=span if span in SPANS else "1",
        spans=SPANS,
        commands=queries.COMMANDS,
        map=map_of(found.line.place, found.lon, found.lat),
        typed=request.POST,
    )


def _drawn(found: DevicePage, now: datetime, days: int) -> list[Drawing]:
    """Each quantity that has ever been measured here, over so many days."""
    measures, since = found.line.kind.measures, now - timedelta(days=days)
    return [
        drawing(queries.series(found.line.code, name, since=since, until=now), measures[name], found.rules)
        for name in measures
        if name in found.line.values
    ]
