"""What speaks of places that others are to take over."""

from __future__ import annotations

from datetime import date

from gewu.catalogue.models import ListItem, Route
from gewu.infra.successors import Moves, counted
from gewu.kernel.texts import Text, say


def following(moves: Moves, *, on: date) -> tuple[tuple[Text, int], ...]:
    """How many rules and items of lists would go along."""
    routes, items = Route.objects.exclude(until__lte=on), ListItem.objects.exclude(until__lte=on)
    return (say("派遣规则"), counted(routes, moves, "place_prefix")), (say("清单条目"), counted(items, moves))
