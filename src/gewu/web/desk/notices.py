"""The messages of whoever has signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.notifications import actions, queries
from gewu.web.accounts import See, signed_in
from gewu.web.pages import followed, show
from gewu.web.presenting.names import either
from gewu.web.presenting.parts import Listed
from gewu.web.presenting.shell import actor_of


@dataclass(frozen=True)
class NoticeLine:
    """One message and the record it is about."""

    id: str
    at: datetime
    text: str
    link: str
    read: bool
    tone: str = "plain"


@require_GET
@signed_in
@followed
def notices(request: HttpRequest) -> HttpResponse:
    """The messages of this account, the newest first."""
    after = request.GET.get("after", "")
    page = queries.inbox(actor_of(request), after=after)
    rows = tuple(
        NoticeLine(str(one.id), one.at, either(one.subject_zh, one.subject_en), _about(one.about), one.read)
        for one in page.rows
    )
    return show(
        request, "desk/notices.html", live=True, page=Listed(rows, page.after or None), first=not after
    )


def _about(about: str) -> str:
    kind, _, key = about.partition(":")
    if kind == "case":
        return reverse("desk_case", kwargs={"number": key})
    return reverse("desk_report", kwargs={"id": key}) if kind == "report" else reverse("desk_notices")


@require_POST
@signed_in
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark every message of this account as read."""
    actor = actor_of(request)
    if actor.account_id:
        actions.mark_read(actor.account_id, now=timezone.localtime())
    return See(reverse("desk_notices"))
