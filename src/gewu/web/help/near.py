"""Which item explains a page, and which items a reader finds."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse

from gewu.handbook import queries
from gewu.handbook.queries import Item
from gewu.security.actors import ANONYMOUS, Actor

#: Chapters that everyone may read, and those for enterprises, too; the rest is for those who work here.
EVERYONE = ("portal", "account")
OUTSIDE = (*EVERYONE, "enterprise")


def help_address(request: HttpRequest) -> str:
    """Where the help of this page is: its own item, or that of the nearest page above it that has one."""
    key = _item_above(request.path)
    return reverse("help_item", kwargs={"key": key}) if key else reverse("help")


def _item_above(path: str) -> str | None:
    parts = path.strip("/").split("/")
    while parts:
        with suppress(Resolver404):
            found = queries.item_of(resolve("/" + "/".join(parts)).url_name or "")
            if found:
                return found
        parts.pop()
    return None


def chapters_for(actor: Actor) -> tuple[str, ...]:
    """The chapters that this reader finds."""
    if actor == ANONYMOUS:
        return EVERYONE
    return OUTSIDE if actor.outside else tuple(queries.CHAPTERS)


def items_for(actor: Actor) -> Sequence[Item]:
    """The items that this reader finds, in the order of the handbook."""
    chapters = chapters_for(actor)
    return [one for one in queries.items() if one.chapter in chapters]
