"""Lists that are too long to take out at once: asked with a reason, decided by a second person, used once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from gewu.cases import queries as cases
from gewu.infra.paging import Page
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security import actions as security
from gewu.security import queries
from gewu.security.actors import Actor
from gewu.web import errors
from gewu.web.accounts import See, signed_in
from gewu.web.desk import exporting
from gewu.web.desk.exporting import list_of
from gewu.web.desk.filters import Chip
from gewu.web.pages import show
from gewu.web.presenting.shell import actor_of, notes_of

#: What one processor writes beside its pages, measured over a million rows; told as an estimate.
_ROWS_A_MINUTE = 200_000


@dataclass(frozen=True)
class Row:
    """A request with its list in words."""

    line: queries.ExportLine
    tab: Text
    chips: list[Chip]


@require_GET
@signed_in
def exports(request: HttpRequest) -> HttpResponse:
    """What waits for my decision, what I asked for, and the form for the list that was too long."""
    return _page(request)


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    actor, now, after = actor_of(request), timezone.localtime(), request.GET.get("after", "")
    may_ask, may_decide = actor.holds("cases.export"), actor.holds("exports.approve")
    if not (may_ask or may_decide):
        raise Refusal(say("您不能导出工单"), Kind.FORBIDDEN)
    waiting: Page[queries.ExportLine] = (
        queries.exports_to_decide(actor, after=after, now=now) if may_decide else Page(())
    )
    own = [_row(one) for one in queries.own_exports(actor, now=now)]
    wanted = (request.GET if request.method == "GET" else request.POST).get("list", "")
    return show(
        request,
        "desk/exports.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        asked=_wanted(wanted, actor, now) if may_ask and wanted else None,
        list=wanted,
        waiting=[_row(one) for one in waiting.rows],
        after=waiting.after,
        own=own,
        at_work=any(one.line.state == "making" for one in own),
        may_decide=may_decide,
        most=settings.EXPORT_ROWS,
        first=not after,
        notices=notes_of(request),
    )


@dataclass(frozen=True)
class Wanted:
    """A list that is to be taken out, and whether without asking anyone."""

    tab: Text
    chips: list[Chip]
    rows: int
    alone: bool

    @property
    def minutes(self) -> int:
        """About how long its file takes, once its turn has come."""
        return -(-self.rows // _ROWS_A_MINUTE)


def _wanted(query: str, actor: Actor, now: datetime) -> Wanted:
    filters, tab = list_of(query)
    rows = cases.export_size(actor, filters.of_cases(tab, now), now=now)
    return Wanted(*_asked(query), rows, cases.may_export(rows, actor, most=settings.EXPORT_ROWS))


def _asked(query: str) -> tuple[Text, list[Chip]]:
    filters, tab = list_of(query)
    return exporting.tab_named(tab), list(filters.chips(tab, timezone.localdate()))


def _row(line: queries.ExportLine) -> Row:
    return Row(line, *_asked(line.query))


@require_POST
@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """Have a long list made into a file; ask a second person for one that is too long."""
    actor, now = actor_of(request), timezone.localtime()
    try:
        filters, tab = list_of(request.POST.get("list", ""))
        query, place = filters.as_query(tab), filters.place or settings.COUNTY
        rows = cases.export_size(actor, filters.of_cases(tab, now), now=now)
        if cases.may_export(rows, actor, most=settings.EXPORT_ROWS):
            tongue = get_language() or ""
            security.begin_export(query, rows=rows, place=place, language=tongue, actor=actor, now=now)
        else:
            reason = request.POST.get("reason", "")
            security.ask_export(query, rows=rows, place=place, reason=reason, actor=actor, now=now)
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse("desk_exports"))


@require_POST
@signed_in
def decide(request: HttpRequest, id: UUID) -> HttpResponse:
    """Grant or decline a request."""
    granted, reason = request.POST.get("granted") == "1", request.POST.get("reason", "")
    try:
        security.decide_export(id, granted, reason=reason, actor=actor_of(request), now=timezone.localtime())
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse("desk_exports"))


@require_POST
@signed_in
def make(request: HttpRequest, id: UUID) -> HttpResponse:
    """Have the file made to which a second person has agreed."""
    try:
        security.want_export(
            id, language=get_language() or "", actor=actor_of(request), now=timezone.localtime()
        )
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse("desk_exports"))


@require_POST
@signed_in
def take(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """The file: once, and for an hour once more if the line broke."""
    actor, now = actor_of(request), timezone.localtime()
    try:
        path, count = security.take_export(id, actor=actor, now=now)
    except Refusal as refusal:
        return _page(request, refusal)
    return exporting.sent(path.open("rb"), count, actor, *list_of(security.wanted_list(id)), now)
