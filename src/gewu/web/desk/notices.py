"""The messages of whoever has signed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.notifications import actions, queries
from gewu.web.accounts import See, outside_too, signed_in
from gewu.web.forms import day_or_none
from gewu.web.pages import followed, show
from gewu.web.presenting.names import either
from gewu.web.presenting.parts import Listed
from gewu.web.presenting.shell import actor_of

#: Where a session keeps when everything was marked as read, and how much it was.
_MARKED = "marked_read"


@dataclass(frozen=True)
class NoticeLine:
    """One message and the record it is about."""

    id: str
    at: datetime
    text: str
    link: str
    read: bool


@dataclass(frozen=True)
class Alike:
    """The messages of one kind on one day; ``mark`` stays the same while more arrive."""

    mark: str
    text: str
    total: int
    unread: int
    lines: tuple[NoticeLine, ...]


@require_GET
@signed_in
@followed
@outside_too
def notices(request: HttpRequest) -> HttpResponse:
    """The messages of this account by day, those of one kind on a day in one line."""
    unread_only = request.GET.get("show") == "unread"
    before = day_or_none(request.GET.get("before", ""), "before")
    found = queries.overview(actor_of(request), before=before, unread_only=unread_only)
    days = [(day, list(map(_alike, same))) for day, same in groupby(found.bundles, key=attrgetter("day"))]
    return show(
        request, "desk/notices.html", live=True, days=days, before=found.before, first=before is None,
        unread_only=unread_only, marked=_marked(request),
    )  # fmt: skip


def _marked(request: HttpRequest) -> int:
    """How many messages were marked as read just now, while that may be taken back."""
    at, count = request.session.get(_MARKED, ("", 0))
    return count if at and timezone.now() - datetime.fromisoformat(at) < actions.UNDO_FOR else 0


@require_GET
@signed_in
@followed
@outside_too
def notices_alike(request: HttpRequest, like: UUID) -> HttpResponse:
    """Every message of the kind and the day of one."""
    after = request.GET.get("after", "")
    page = queries.inbox(actor_of(request), like=like, after=after)
    listed = Listed(tuple(_line(one, short=True) for one in page.rows), page.after or None)
    kind, day = (_kind(page.rows[0]), timezone.localdate(page.rows[0].at)) if page.rows else ("", None)
    return show(
        request, "desk/notices_alike.html", live=True, page=listed, first=not after, kind=kind, day=day
    )


def _alike(one: queries.Bundle) -> Alike:
    mark = "".join(f"{one.day}-{one.event}-{one.kind}".split())
    lines = tuple(_line(line, short=one.total > 1) for line in one.lines)
    return Alike(mark, either(one.kind, one.kind_en), one.total, one.unread, lines)


def _kind(one: queries.MessageLine) -> str:
    return either(one.kind_zh, one.kind_en)


def _line(one: queries.MessageLine, *, short: bool) -> NoticeLine:
    """In short without the words that stand above it."""
    text = either(one.subject_zh, one.subject_en)
    text = queries.without_kind(text, _kind(one)) if short else text
    return NoticeLine(str(one.id), one.at, text, _about(one.about), one.read)


#: The pages of records that messages are about, by the kind that stands before their id.
_PAGES = {
    "clue": "desk_clue", "draw": "desk_sample", "track": "desk_track", "screening": "desk_screening",
}  # fmt: skip


def _about(about: str) -> str:
    kind, _, key = about.partition(":")
    if kind == "case":
        return reverse("desk_case", kwargs={"number": key})
    if kind == "alarm":
        return reverse("desk_alarm", kwargs={"id": key})
    page = _PAGES.get(kind)
    if page:
        return reverse(page, kwargs={"id": UUID(key)})
    if kind == "export_request":
        return reverse("desk_exports")
    if kind == "alert":
        return reverse("desk_alert", kwargs={"id": key})
    return reverse("desk_report", kwargs={"id": key}) if kind == "report" else reverse("desk_notices")


@require_POST
@signed_in
@outside_too
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark every message of this account as read."""
    actor = actor_of(request)
    if actor.account_id:
        now = timezone.now()
        if count := actions.mark_read(actor.account_id, now=now):
            request.session[_MARKED] = (now.isoformat(), count)
    return See(reverse("desk_notices"))


@require_POST
@signed_in
def mark_unread(request: HttpRequest) -> HttpResponse:
    """Take back that everything was marked as read."""
    actor, (at, _) = actor_of(request), request.session.pop(_MARKED, ("", 0))
    if actor.account_id and at:
        actions.mark_unread(actor.account_id, marked_at=datetime.fromisoformat(at), now=timezone.now())
    return See(reverse("desk_notices"))
