"""Which cases are kept from whom because they are about their own unit."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from gewu.cases.models import Case
from gewu.cases.rules import turns
from gewu.infra.versions import Held
from gewu.security import queries as security
from gewu.security.actors import Actor


def _load() -> frozenset[str]:
    rows = Case.objects.exclude(about_path="").order_by().values_list("about_path", flat=True)
    return frozenset(rows.distinct())


_held: Held[frozenset[str]] = Held(turns.CONCERNS, _load)


def kept_from(actor: Actor, prefix: str = "") -> Q | None:
    """The condition on cases (or on what points at them by ``prefix``) about the actor's unit.

    None for nearly everybody: no case is about their unit, and their lists stay as fast as before.
    """
    paths = _own(actor)
    return Q(**{f"{prefix}about_path__in": sorted(paths)}) if paths else None


def others(actor: Actor, rows: QuerySet[Case]) -> QuerySet[Case]:
    """These cases without those about the actor's unit."""
    own = kept_from(actor)
    return rows.exclude(own) if own else rows


def is_kept_from(actor: Actor, about_path: str) -> bool:
    """Whether a case about this unit is about the actor's own."""
    return bool(about_path) and about_path in _own(actor)


def _own(actor: Actor) -> frozenset[str]:
    above = {path for seat in actor.seats for path in security.paths_above(seat)}
    return _held.get() & above if above else frozenset()
