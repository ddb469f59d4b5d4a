"""How many cases carry each tag, open and closed: for the page about what residents need most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from gewu.cases.lifecycle import CASE
from gewu.cases.queries.narrowing import visible_to
from gewu.catalogue.queries import terms
from gewu.kernel.texts import Name
from gewu.security import scopes
from gewu.security.actors import Actor


@dataclass(frozen=True)
class TagCount:
    """One tag with the cases that carry it."""

    code: str
    name: Name
    open: int
    closed: int


def by_tag(actor: Actor, inside: str = "", *, on: date) -> tuple[TagCount, ...]:
    """Counts for each tag in use, over the cases this actor may see: one query."""
    running = Q(state__in=CASE.names(open=True))
    rows = (
        visible_to(actor)
        .filter(scopes.within("place", inside), tags__tag__isnull=False)
        .values("tags__tag")
        .order_by()
        .annotate(n_open=Count("pk", filter=running), n_closed=Count("pk", filter=~running))
    )
    found = {row["tags__tag"]: (row["n_open"], row["n_closed"]) for row in rows}
    return tuple(TagCount(one.code, one.name, *found.get(one.code, (0, 0))) for one in terms.tags(on))
