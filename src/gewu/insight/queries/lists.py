"""Lists that people keep under a name, held in memory."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gewu.infra.versions import Held
from gewu.insight.models import SavedList
from gewu.security.actors import Actor

HELD = "saved_lists"


@dataclass(frozen=True)
class KeptList:
    """A list under a name; ``own`` when the reader may forget it, ``shared`` when its desk sees it."""

    id: UUID
    name: str
    query: str
    own: bool
    shared: bool


def desks_of(actor: Actor) -> tuple[str, ...]:
    """The desks at which someone sits: each role in its unit or place."""
    return tuple(f"{one.role}@{one.unit_path or one.place}" for one in actor.standings)


def kept_lists(actor: Actor) -> tuple[KeptList, ...]:
    """One's own lists and those shared at one's desks, by name: no query when warm."""
    if actor.account_id is None:
        return ()
    desks = set(desks_of(actor))
    return tuple(
        KeptList(one.pk, one.name, one.query, one.account_id == actor.account_id, bool(one.shared_with))
        for one in _held.get()
        if one.account_id == actor.account_id or one.shared_with in desks
    )


def _load() -> tuple[SavedList, ...]:
    return tuple(SavedList.objects.order_by("name", "pk"))


_held: Held[tuple[SavedList, ...]] = Held(HELD, _load)
