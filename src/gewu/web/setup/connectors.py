"""What the installation is connected to: for the system administrator, and for whoever manages accounts."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from gewu.infra import batches, connections
from gewu.infra import connectors as links
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import queries as security
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.shell import actor_of
from gewu.web.setup import outside
from gewu.web.setup.home import opened, shown

PAGE = "setup_connectors"


@require_http_methods(["GET", "POST"])
@signed_in
def connectors(request: HttpRequest) -> HttpResponse:
    """Every connection with how it stands; posting the name of one tries it now."""
    opened(request, PAGE)
    if request.method == "GET":
        return _page(request)
    name = request.POST.get("name", "")
    try:
        connections.try_now(name, actor=actor_of(request), now=timezone.localtime())
    except Refusal as refusal:
        return _page(request, refusal)
    return See(f"{reverse(PAGE)}?{urlencode({'tried': name})}")


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    now, actor = timezone.localtime(), actor_of(request)
    keeps = any(actor.holds(one) for one in ("health.read", "accounts.manage"))
    past = batches.latest() if keeps else ()
    return shown(
        request,
        "setup/connectors.html",
        PAGE,
        refusal=refusal,
        tried=request.GET.get("tried", ""),
        outside=outside.seen_by(actor),
        manages=actor.holds(links.MANAGE),
        keeps=keeps,
        lines=connections.standings(now) if keeps else (),
        may_try=actor.holds(connections.TRY),
        tokens=security.tokens(actor, now=now) if keeps else (),
        may_open=actor.holds("accounts.manage"),
        past=past,
        names=security.names_of({one.by for one in past}),
        mappings=batches.mappings() if keeps else (),
    )


@require_http_methods(["GET"])
@signed_in
def refused_rows(request: HttpRequest, id: UUID) -> HttpResponse:
    """The rows of one file that were not taken in, by their lines, each with the reason."""
    opened(request, PAGE)
    if not any(actor_of(request).holds(one) for one in ("health.read", "accounts.manage")):
        raise Refusal(say("这一页由管理员使用，您没有此权限"), Kind.FORBIDDEN)
    after = request.GET.get("after", "")
    one = batches.past(id)
    page = batches.bad_lines(id, after=after)
    return shown(request, "setup/refused_rows.html", PAGE, one=one, page=page, first=not after)
