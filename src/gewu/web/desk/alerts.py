"""Alerts on the desk: what came, what is drafted, approved, followed and ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.command import actions, queries
from gewu.command.actions import AlertSpec
from gewu.command.queries import ALERT
from gewu.infra.wording import translated
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.alerts import places_spoken
from gewu.web.pages import show
from gewu.web.presenting.names import Choice, place_choices
from gewu.web.presenting.parts import lines_of, steps_of
from gewu.web.presenting.shell import actor_of, notes_of

#: The types of messages in words.
KINDS: Mapping[str, Text] = {
    "Alert": say("发布"),
    "Update": say("更新"),
    "Cancel": say("解除"),
    "Ack": say("回执"),
    "Error": say("退信"),
}
SEVERITIES: tuple[tuple[str, Text], ...] = (
    ("Minor", say("蓝色（一般）")),
    ("Moderate", say("黄色（较重）")),
    ("Severe", say("橙色（严重）")),
    ("Extreme", say("红色（特别严重）")),
)
#: Urgency, severity and certainty of CAP in words.
DEGREES: Mapping[str, Text] = {
    "Immediate": say("立即应对"),
    "Expected": say("一小时内应对"),
    "Future": say("近期应对"),
    "Past": say("已经过去"),
    "Extreme": say("特别严重"),
    "Severe": say("严重"),
    "Moderate": say("较重"),
    "Minor": say("一般"),
    "Observed": say("已经发生"),
    "Likely": say("很可能"),
    "Possible": say("有可能"),
    "Unlikely": say("不太可能"),
    "Unknown": say("未知"),
}
STATUSES: tuple[tuple[str, Text], ...] = (
    ("Actual", say("实际预警")),
    ("Exercise", say("演练")),
    ("Test", say("测试")),
)


@require_GET
@signed_in
def alerts(request: HttpRequest) -> HttpResponse:
    """The alerts of one's places, the newest first."""
    actor, state = actor_of(request), request.GET.get("state", "")[:20]
    after = request.GET.get("after", "")
    page = queries.listed(actor, state=state, after=after)
    shown = ("waiting", "in_force", "superseded", "cancelled", "expired", "noted")
    return show(
        request,
        "desk/alerts.html",
        page=page,
        first=not after,
        state=state,
        states=[("", say("全部")), *((name, ALERT.state(name).label) for name in shown)],
        names={one.id: "、".join(places_spoken(one.places[:3])) for one in page.rows},
        kinds=KINDS,
        may_draft=queries.may_draft(actor),
        notices=notes_of(request),
    )


@require_GET
@signed_in
def alert(request: HttpRequest, id: UUID) -> HttpResponse:
    """One alert with its versions and what may be done about it."""
    return _page(request, id)


@require_POST
@signed_in
def step(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Take a step of an alert."""
    actor, now = actor_of(request), timezone.now()
    queries.page(actor, id, now=now)  # one out of scope is refused as if it did not exist
    try:
        if event == "acknowledge":
            actions.acknowledge(id, actor=actor, now=now)
        else:
            given = forms.step_given(request)
            actions.take(id, event, actor=actor, now=now, version=forms.version(request), **given)
    except Refusal as refusal:
        return _page(request, id, event, refusal)
    return See(reverse("desk_alert", kwargs={"id": id}))


@require_POST
@signed_in
def end(request: HttpRequest, id: UUID) -> HttpResponse:
    """Draft the end of an alert; it waits for approval like any other."""
    actor, now = actor_of(request), timezone.now()
    queries.page(actor, id, now=now)
    try:
        made = actions.draft_cancel(id, request.POST.get("note", ""), actor=actor, now=now)
    except Refusal as refusal:
        return _page(request, id, "end", refusal)
    return See(reverse("desk_alert", kwargs={"id": made.pk}))


def _page(request: HttpRequest, id: UUID, taken: str = "", refusal: Refusal | None = None) -> HttpResponse:
    found = queries.page(actor_of(request), id, now=timezone.now())
    steps = [one for one in found.steps if one.event != "rewrite"]
    return show(
        request,
        "desk/alert.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        taken=taken,
        found=found,
        kind_word=KINDS[found.line.msg_type],
        kinds=KINDS,
        degrees=DEGREES,
        places=places_spoken(found.line.places),
        lines=lines_of(found.lines),
        steps=steps_of(steps, typed=forms.typed(request), taken=taken),
        may_rewrite=len(steps) < len(found.steps),
        notices=notes_of(request),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """Begin an alert."""
    if not queries.may_draft(actor_of(request)):
        raise Refusal(say("您没有起草预警的权限"), Kind.FORBIDDEN)
    return _form(
        request, say("起草预警"), {}, lambda spec, actor, now: actions.draft(spec, actor=actor, now=now).pk
    )


@require_http_methods(["GET", "POST"])
@signed_in
def update(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write the next version of an alert, beginning with its words."""
    return _form(
        request, say("起草更新"), _words_of(request, id),
        lambda spec, actor, now: actions.draft_update(id, spec, actor=actor, now=now).pk, follows=True,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in
def rewrite(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change a draft."""
    return _form(
        request, say("修改草稿"), _words_of(request, id),
        lambda spec, actor, now: actions.rewrite(id, spec, actor=actor, now=now).pk,
    )  # fmt: skip


def _words_of(request: HttpRequest, id: UUID) -> dict[str, str]:
    """What an alert says, as its form would have been filled in."""
    found = queries.page(actor_of(request), id, now=timezone.now())
    info = found.message.info
    if info is None:
        return {}
    return {
        "kind": queries.kind_for(info),
        "severity": info.severity,
        "status": found.line.status,
        "headline": info.headline,
        "description": info.description,
        "instruction": info.instruction,
        "onset": _on_the_clock(info.onset),
        "expires": _on_the_clock(info.expires),
        "places": " ".join(found.line.places),
    }


def _on_the_clock(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}" if moment else ""


def _form(
    request: HttpRequest,
    heading: Text,
    begun: Mapping[str, str],
    write: Callable[[AlertSpec, Actor, datetime], UUID],
    *,
    follows: bool = False,
) -> HttpResponse:
    """The form of an alert, and writing it down."""
    refusal = None
    if request.method == "POST":
        try:
            made = write(_spec(request), actor_of(request), timezone.now())
            return See(reverse("desk_alert", kwargs={"id": made}))
        except Refusal as refused:
            refusal = refused
    typed = forms.typed(request) if refusal else begun
    chosen = request.POST.getlist("places") if refusal else typed.get("places", "").split()
    return show(
        request,
        "desk/alert_form.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        heading=heading,
        typed=typed,
        chosen=chosen,
        kinds=[Choice(one.code, translated(one.name)) for one in queries.kinds()],
        severities=[Choice(value, translated(label)) for value, label in SEVERITIES],
        statuses=[] if follows else [Choice(value, translated(label)) for value, label in STATUSES],
        places=place_choices(settings.COUNTY, Level.COUNTY, Level.STREET, Level.COMMUNITY),
        notices=notes_of(request),
    )


def _spec(request: HttpRequest) -> AlertSpec:
    given = {name: request.POST.get(name, "").strip() for name in AlertSpec.__dataclass_fields__}
    return AlertSpec(
        kind=given["kind"][:24],
        severity=given["severity"],
        headline=given["headline"],
        description=given["description"],
        instruction=given["instruction"],
        places=tuple(dict.fromkeys(request.POST.getlist("places"))),
        onset=forms.moment_or_none(given["onset"], "onset"),
        expires=forms.moment_or_none(given["expires"], "expires"),
        status=given["status"] or "Actual",
    )
