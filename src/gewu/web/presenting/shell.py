"""What stands around every page: whose platform it is, who has signed in, what was refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils import timezone

from gewu.catalogue import queries as catalogue
from gewu.command import queries as command
from gewu.command.queries import AlertLine
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say
from gewu.notifications import queries as notifications
from gewu.organisation import queries as organisation
from gewu.security.actors import ANONYMOUS, Actor, Relation
from gewu.territory import queries as territory
from gewu.web import modules
from gewu.web.modules import Module, Part
from gewu.web.presenting.names import either

#: The key of the session under which the kind of post is kept; it is shown, it gives no right.
POST = "post"


@dataclass(frozen=True)
class Site:
    """Whose platform this is."""

    name: str
    place: str
    hotline: str

    @staticmethod
    def here() -> Site:
        return Site(either("格物", "Gewu"), _home_name(), "12345")


def _home_name() -> str:
    """The county's name; a page that says the database is away must not ask it again."""
    try:
        return _named(settings.COUNTY)
    except (Refusal, DatabaseError):
        return ""


@lru_cache(maxsize=8)
def _named(code: str) -> str:
    return territory.place(code).name


@dataclass(frozen=True)
class Refused:
    """A refusal beside the form it concerns."""

    text: Text
    field: str | None
    advice: Text | None


@dataclass(frozen=True)
class Me:
    """Who has signed in."""

    name: str
    post: str
    unread: int
    modules: tuple[Module, ...]
    #: The keys of these modules and of the links that stand on other pages.
    rights: tuple[str, ...]
    #: Of each module that has parts those that they may open.
    parts: Mapping[str, tuple[Part, ...]]


@dataclass(frozen=True)
class Note:
    """Something a page says above everything else."""

    tone: str
    text: Text


#: Who hears that the calendar lacks a year: those who can have it mended, and those who press for time.
_HEAR_OF_THE_CALENDAR = ("catalogue.manage", "cases.supervise")


def notes_of(request: HttpRequest) -> tuple[Note, ...]:
    """What whoever has signed in ought to know whatever page this is."""
    actor = actor_of(request) if hasattr(request, "actor") else ANONYMOUS
    if not any(actor.holds(right) for right in _HEAR_OF_THE_CALENDAR):
        return ()
    missing = catalogue.missing_calendar_years(timezone.localdate())
    return tuple(
        Note("warn", say("{year} 年放假安排尚未载入，涉及该年的时限暂按周末计算", year=year))
        for year in missing
    )


def warnings_for(request: HttpRequest) -> tuple[AlertLine, ...]:
    """What is in force where whoever has signed in stands; for anyone else what the public is warned of.

    Held in memory. A page that says the database is away must not ask it again.
    """
    actor, now = (actor_of(request) if hasattr(request, "actor") else ANONYMOUS), timezone.now()
    try:
        return command.public_alerts(now) if actor == ANONYMOUS else command.concerning(actor, now)
    except DatabaseError:
        return ()


def undelivered_to(reports: Iterable[UUID]) -> tuple[Note, ...]:
    """What has not reached those who raised something: mails that failed, and calls to be made."""
    waiting = notifications.undelivered([f"report:{one}" for one in reports])
    failed = sum(one.way == "mail" for one in waiting)
    calls = len(waiting) - failed
    notes = (
        (failed, say("有 {n} 封告知反映人的邮件没有送达", n=failed)),
        (calls, say("有 {n} 条进展要打电话告知反映人", n=calls)),
    )
    return tuple(Note("warn", text) for count, text in notes if count)


#: Links that stand on other pages, and the rights of which any shows them.
_LINKS: dict[str, tuple[str, ...]] = {
    "tags": ("cases.read",),
    "handed_over": ("reports.screen", "cases.dispatch", "cases.supervise"),
    "satisfaction": ("figures.read",),
    "admissions": ("lists.apply", "lists.approve", "catalogue.manage"),
    "ask_identity": ("identity.request",),
}


def actor_of(request: HttpRequest) -> Actor:
    """Whoever makes this request."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    return actor


def me_of(request: HttpRequest) -> Me | None:
    """The top bar's own facts; nothing for a visitor."""
    if not hasattr(request, "actor"):
        return None
    actor = actor_of(request)
    if actor == ANONYMOUS:
        return None
    shown = modules.shown_to(actor)
    links = (name for name, rights in _LINKS.items() if any(map(actor.holds, rights)))
    rights = (*(one.key for one in shown), *links, *(_COVERS if _has_a_place(actor) else ()))
    post, unread = _post(request.session.get(POST, "")), notifications.unread(actor)
    return Me(actor.name, post, unread, shown, rights, modules.parts_open_to(actor))


#: The link to what patrols have covered: for those whose rights hold over places and not for an office alone.
_COVERS = ("coverage",)


def _has_a_place(actor: Actor) -> bool:
    held = (*actor.scopes("fieldwork.read"), *actor.scopes("fieldwork.plan"))
    return any(one.relation is Relation.TERRITORY for one in held)


def _post(kind: str) -> str:
    found = organisation.post_kinds().get(kind)
    return either(found.name_zh, found.name_en) if found else ""


def post_of(actor: Actor, now: datetime) -> str:
    """The kind of post of someone who signs in, to be kept in the session; empty without a post."""
    posts = organisation.posts_of(actor.account_id, now=now) if actor.account_id else ()
    return posts[0].kind if posts else ""
