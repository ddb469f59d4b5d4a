"""One answer to who sees what: a right turned into a condition on rows."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db.models import Q

from gewu.kernel.places import prefix_range
from gewu.security.actors import Actor, Relation

#: A condition that no row meets.
NOTHING = Q(pk__in=())


def within(column: str, prefix: str) -> Q:
    """Rows whose code lies under this prefix: one indexed range. An empty prefix is everywhere."""
    if not prefix:
        return Q()
    low, high = prefix_range(prefix)
    return Q(**{f"{column}__gte": low, f"{column}__lt": high})


def visible(
    actor: Actor,
    right: str,
    *,
    place: str,
    unit: Callable[[str], Q],
    person: Callable[[UUID], Q] = lambda account: NOTHING,
) -> Q:
    """The rows this actor may see by this right.

    ``place`` is the column of the place code; ``unit`` gives the condition of standing on the desk of
    a unit or of one below it, ``person`` that of naming an account. Someone without the right sees nothing.
    """
    found = NOTHING
    for standing in actor.scopes(right):
        if standing.relation is Relation.TERRITORY:
            if not standing.place:
                return Q()
            found |= within(place, standing.place)
        elif standing.relation is Relation.UNIT:
            found |= unit(standing.unit_path)
        elif actor.account_id is not None:
            found |= person(actor.account_id)
    return found


def below_unit(column: str, path: str) -> Q:
    """Rows of a unit and of every unit below it; paths end in ``/``, and ``0`` is the sign after it."""
    return Q(**{f"{column}__gte": path, f"{column}__lt": path[:-1] + "0"})
