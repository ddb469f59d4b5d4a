"""What stands at places that others are to take over."""

from __future__ import annotations

from datetime import datetime

from gewu.infra.successors import Moves, counted
from gewu.kernel.texts import Text, say
from gewu.organisation.models import Unit
from gewu.organisation.queries.posts import in_force


def following(moves: Moves, *, now: datetime) -> tuple[tuple[Text, int], ...]:
    """How many open units and held posts would go along, and how many units the successor has already.

    Those that a place has only once are left beside each other: which of two goes on, people decide.
    """
    units = Unit.objects.filter(until__isnull=True)
    return (
        (say("单位"), counted(units, moves)),
        (say("在岗人员"), counted(in_force(now), moves)),
        (say("与后继区域重复、需另行撤并的单位"), _doubled(moves)),
    )


def _doubled(moves: Moves) -> int:
    alone = Unit.objects.filter(until__isnull=True, kind__one_per_place=True)
    standing = set(alone.filter(place__in=set(moves.values())).values_list("kind", "place"))
    going = alone.filter(place__in=set(moves)).values_list("kind", "place")
    return sum((kind, moves[place]) in standing for kind, place in going)
