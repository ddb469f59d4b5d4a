"""How long data are kept, what is held back and what was deleted."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.cases import queries as cases
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security import actions as security
from gewu.security import queries
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

PAGE = "setup_retention"


@require_GET
@signed_in
def retention(request: HttpRequest) -> HttpResponse:
    """The rules, the holds and the certificates."""
    opened(request, PAGE)
    return _page(request)


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor, after = actor_of(request), request.GET.get("after", "")
    may_set = actor.holds("retention.manage")
    return shown(
        request,
        "setup/retention.html",
        PAGE,
        refusal=refusal,
        rules=queries.retention(actor) if may_set else (),
        holds=queries.holds(actor) if may_set else (),
        page=queries.certificates(actor, after=after),
        first=not after,
        may_set=may_set,
    )


@require_POST
@signed_in
def set_rule(request: HttpRequest) -> HttpResponse:
    """Set how long one kind of data is kept."""
    given = {name: request.POST.get(name, "").strip() for name in ("code", "days", "basis")}
    actor, now = actor_of(request), timezone.localtime()
    return _done(
        request,
        lambda: security.set_retention(
            given["code"], _days(given["days"]), basis=given["basis"], actor=actor, now=now
        ),
    )


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise Refusal(say("天数要写数字"), field="days")
    return int(text)


@require_POST
@signed_in
def hold(request: HttpRequest) -> HttpResponse:
    """Keep one case's data from deletion."""
    number, reason = request.POST.get("number", "").strip(), request.POST.get("reason", "")
    actor, now = actor_of(request), timezone.localtime()
    return _done(
        request,
        lambda: security.hold(f"case:{cases.id_of(number)}", number, reason=reason, actor=actor, now=now),
    )


@require_POST
@signed_in
def end_hold(request: HttpRequest, id: UUID) -> HttpResponse:
    """End a hold."""
    reason, actor, now = request.POST.get("reason", ""), actor_of(request), timezone.localtime()
    return _done(request, lambda: security.end_hold(id, reason=reason, actor=actor, now=now))


def _done(request: HttpRequest, deed: Callable[[], object]) -> HttpResponse:
    opened(request, PAGE)
    try:
        deed()
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse(PAGE))
