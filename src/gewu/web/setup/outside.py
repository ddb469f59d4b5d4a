"""One outside system: its mapping, secret, rows that wait, messages it is owed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.infra import connectors
from gewu.infra.connectors import asking, overview, queue, signing
from gewu.infra.connectors import outgoing as messages
from gewu.infra.models import Connector
from gewu.infra.wording import translated
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import Choice, places_named, whereabouts
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

PAGE = "setup_connectors"
#: What is said once after a deed, by the word in the address.
DONE = {
    "step": say("已办理"),
    "mapping": say("字段对应已保存"),
    "options": say("设置已保存"),
    "taken": say("已收下"),
    "dropped": say("已放弃这一行"),
    "retried": say("已重新收一遍，仍不合规的留在下面"),
    "again": say("已放回待发"),
    "well": say("刚才检查过，正常"),
}


def seen_by(actor: Actor) -> tuple[overview.Standing, ...]:
    """The connectors that this actor looks after, or whose rows come to the own desk."""
    manages = actor.holds(connectors.MANAGE) or actor.holds("health.read")
    return tuple(
        one for one in overview.standings() if manages or actor.holds_at(connectors.CORRECT, one.place)
    )


def _found(request: HttpRequest, code: str) -> Connector:
    opened(request, PAGE)
    row = connectors.named(code)
    if row.pk not in {one.id for one in seen_by(actor_of(request))}:
        raise Refusal(say("没有“{code}”这个对接", code=code[:40]), Kind.MISSING)
    return row


@require_GET
@signed_in
def connector(request: HttpRequest, code: str) -> HttpResponse:
    """One outside system, whole."""
    return _page(request, _found(request, code))


def _page(
    request: HttpRequest,
    row: Connector,
    refusal: Refusal | None = None,
    *,
    secret: str = "",
    rules: tuple[connectors.Rule, ...] = (),
) -> HttpResponse:
    actor, adapter = actor_of(request), connectors.adapter_named(row.adapter)
    manages = actor.holds(connectors.MANAGE)
    return shown(
        request,
        "setup/connector.html",
        PAGE,
        refusal=refusal,
        done=DONE.get(request.GET.get("done", "")),
        one=overview.standing(row.code),
        place=whereabouts(places_named([row.place]), row.place) if row.place else "",
        adapter=adapter,
        steps=overview.steps_of(row) if manages else (),
        manages=manages,
        corrects=queue.may_correct(actor, row),
        rules={one.field: one for one in rules or _rules(row)},
        trials=_trials(row, rules),
        secret=secret,
        secret_made_at=overview.secret_made_at(row.pk),
        overlap=signing.OVERLAP // timedelta(hours=1),
        batches=overview.batches(row.pk),
        reasons=queue.reasons(row.pk),
        waiting=queue.waiting(row.pk, after=request.GET.get("after", "")),
        first=not request.GET.get("after"),
        sent=messages.messages(row.pk, size=20) if adapter.send else None,
        faults=connectors.FAULTS,
    )


def _rules(row: Connector) -> tuple[connectors.Rule, ...]:
    return connectors.rules_of(row.mapping)


def _trials(row: Connector, rules: tuple[connectors.Rule, ...]) -> tuple[connectors.Trial, ...]:
    return connectors.preview(row, rules or None)


def _then(request: HttpRequest, code: str, deed: Callable[[Connector, Actor], str | None]) -> HttpResponse:
    """Do one thing to a connector and come back to its page."""
    row = _found(request, code)
    try:
        done = deed(row, actor_of(request))
    except Refusal as refusal:
        return _page(request, connectors.named(code), refusal)
    return See(f"{reverse('setup_connector', args=[code])}?{urlencode({'done': done or ''})}")


@require_POST
@signed_in
def step(request: HttpRequest, code: str, event: str) -> HttpResponse:
    """Try, start or pause it."""

    def deed(row: Connector, actor: Actor) -> str:
        connectors.take_step(row.pk, event, actor=actor, now=timezone.now())
        return "step"

    return _then(request, code, deed)


@require_POST
@signed_in
def mapping(request: HttpRequest, code: str) -> HttpResponse:
    """Look at what a mapping makes of the samples, or keep it."""
    row = _found(request, code)
    rules = _typed_rules(request, row)
    if "preview" in request.POST:
        return _page(request, row, rules=rules)
    try:
        connectors.revise_mapping(row.pk, rules, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, row, refusal, rules=rules)
    return See(f"{reverse('setup_connector', args=[code])}?done=mapping")


def _typed_rules(request: HttpRequest, row: Connector) -> tuple[connectors.Rule, ...]:
    given = request.POST
    found = [
        connectors.Rule(
            one.name,
            given.get(f"source_{one.name}", "").strip(),
            given.get(f"fixed_{one.name}", "").strip()[:200],
            _pairs(given.get(f"values_{one.name}", "")),
        )
        for one in connectors.adapter_named(row.adapter).fields
    ]
    return tuple(one for one in found if one.source or one.fixed)


def _pairs(text: str) -> dict[str, str]:
    """Lines such as ``01=咨询``; what is no pair is passed by."""
    lines = (line.partition("=") for line in text[:4000].splitlines() if "=" in line)
    return {theirs.strip(): ours.strip() for theirs, _, ours in lines}


@require_POST
@signed_in
def options(request: HttpRequest, code: str) -> HttpResponse:
    """Keep its settings."""

    def deed(row: Connector, actor: Actor) -> str:
        given = {name: text for name, text in request.POST.items() if isinstance(text, str)}
        connectors.set_options(row.pk, given, actor=actor, now=timezone.now())
        return "options"

    return _then(request, code, deed)


@require_POST
@signed_in
def secret(request: HttpRequest, code: str) -> HttpResponse:
    """Make a new secret, or keep that of the other side, and show it this once."""
    row = _found(request, code)
    typed = request.POST.get("secret", "")
    try:
        made = connectors.rotate_secret(row.pk, actor=actor_of(request), now=timezone.now(), secret=typed)
    except Refusal as refusal:
        return _page(request, row, refusal)
    page = _page(request, row, secret=made)
    page.headers["Cache-Control"] = "no-store"
    return page


@require_POST
@signed_in
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask the other side now."""

    def deed(row: Connector, actor: Actor) -> str:
        connectors.require(actor)
        connectors.running(row.pk)
        fault = asking.ask_now(row, now=timezone.now())
        if fault:
            raise Refusal(connectors.FAULTS[fault], Kind.CONFLICT)
        return "well"

    return _then(request, code, deed)


@require_POST
@signed_in
def retry(request: HttpRequest, code: str) -> HttpResponse:
    """Take all that waits again."""

    def deed(row: Connector, actor: Actor) -> str:
        connectors.retry(row.pk, actor=actor, now=timezone.now())
        return "retried"

    return _then(request, code, deed)


@require_http_methods(["GET", "POST"])
@signed_in
def row(request: HttpRequest, code: str, id: UUID) -> HttpResponse:
    """One row that waits, with its values to be corrected."""
    here, actor, refusal = _found(request, code), actor_of(request), None
    if request.method == "POST":
        try:
            return _settled(request, here, id, actor)
        except Refusal as said:
            refusal = said
    return shown(
        request,
        "setup/connector_row.html",
        PAGE,
        refusal=refusal,
        one=overview.standing(code),
        adapter=connectors.adapter_named(here.adapter),
        row=queue.opened(id, actor=actor),
        typed=forms.typed(request),
    )


def _settled(request: HttpRequest, here: Connector, id: UUID, actor: Actor) -> HttpResponse:
    back, now = reverse("setup_connector", args=[here.code]), timezone.now()
    if "drop" in request.POST:
        connectors.drop(id, reason=request.POST.get("reason", ""), actor=actor, now=now)
        return See(f"{back}?done=dropped")
    given = {
        one.name: request.POST[one.name].strip()
        for one in connectors.adapter_named(here.adapter).fields
        if one.name in request.POST
    }
    result = connectors.correct(id, given, actor=actor, now=now)
    if result.outcome == "waiting" and result.reason:
        raise Refusal(result.reason, field=result.field)
    return See(f"{back}?done=taken")


@require_POST
@signed_in
def again(request: HttpRequest, code: str, id: UUID) -> HttpResponse:
    """Send one message once more."""

    def deed(row: Connector, actor: Actor) -> str:
        messages.send_again(id, actor=actor, now=timezone.now())
        return "again"

    return _then(request, code, deed)


@require_POST
@signed_in
def again_since(request: HttpRequest, code: str) -> HttpResponse:
    """Send everything of the last hours once more."""

    def deed(row: Connector, actor: Actor) -> str:
        hours = request.POST.get("hours", "")
        if not hours.isdecimal() or not 1 <= int(hours[:5]) <= 24 * 30:
            raise Refusal(say("请写 1 至 {n} 小时", n=24 * 30), field="hours")
        now = timezone.now()
        messages.send_again_since(row.pk, now - timedelta(hours=int(hours)), actor=actor, now=now)
        return "again"

    return _then(request, code, deed)


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """Name an outside system."""
    opened(request, PAGE)
    actor, refusal = actor_of(request), None
    connectors.require(actor)
    typed = {name: text.strip() for name, text in request.POST.items() if isinstance(text, str)}
    if request.method == "POST":
        try:
            return _declared(typed, actor)
        except Refusal as said:
            refusal = said
    choices = [Choice(one.name, translated(one.label)) for one in connectors.all_adapters()]
    return shown(
        request, "setup/connector_new.html", PAGE, refusal=refusal, adapters=choices, typed=typed,
        purposes=connectors.all_adapters(),
    )  # fmt: skip


def _declared(typed: dict[str, str], actor: Actor) -> HttpResponse:
    code, adapter, name, purpose, place = (
        typed.get(one, "") for one in ("code", "adapter", "name_zh", "purpose_zh", "place")
    )
    given = connectors.Declared(code, adapter, name, purpose, place=place)
    row = connectors.declare(given, actor=actor, now=timezone.now())
    return See(reverse("setup_connector", args=[row.code]))
