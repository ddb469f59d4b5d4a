"""What a plan would bring, before it is kept: its tasks, days that become too full, places checked twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import queries, rules
from gewu.fieldwork.actions import plans
from gewu.fieldwork.models import Task
from gewu.kernel.places import Level
from gewu.security.actors import Actor

#: So many days are named one by one.
MOST_NAMED = 14
MOST_FULL = 50


@dataclass(frozen=True)
class Rehearsed:
    """``days`` windows with ``tasks`` tasks in all over the days looked at; ``full`` are days above the
    limit:
    day, grid, tasks on it with this plan, and the limit."""

    days: int
    tasks: int
    first: tuple[rules.Window, ...]
    again: tuple[queries.Again, ...]
    full: tuple[tuple[date, str, int, int], ...]


def rehearse(draft: plans.PlanDraft, *, actor: Actor, now: datetime, plan: UUID | None = None) -> Rehearsed:
    """What the draft would bring over the next `queries.AHEAD`; nothing is written. ``plan`` is itself.

    Refuses what `make_plan` would refuse.
    """
    row, stops = plans.prepared(draft, actor=actor, now=now)
    if plan is not None:
        row.pk = plan
    today = catalogue.day_of(now)
    windows = queries.windows_of(row, max(row.since, today), today + queries.AHEAD)
    grids = sorted({place[: Level.GRID.digits] for place, _ in stops})
    again = queries.again_of(row, stops, today=today)
    full = _full(windows, grids, plan)
    return Rehearsed(len(windows), len(windows) * len(grids), windows[:MOST_NAMED], again, full)


def _full(
    windows: Sequence[rules.Window], grids: Sequence[str], plan: UUID | None
) -> tuple[tuple[date, str, int, int], ...]:
    limits = queries.load_limits()
    days = {one.last for one in windows}
    rows = Task.objects.filter(place__in=grids, last_day__in=days).exclude(state="cancelled")
    if plan is not None:
        rows = rows.exclude(plan=plan)
    load: Mapping[tuple[str, date], int] = Counter(
        {
            (place, day): n
            for place, day, n in rows.values_list("place", "last_day").annotate(n=Count("pk")).order_by()
        }
    )
    found = []
    for day in sorted(days):
        for grid in grids:
            limit, held = rules.limit_at(limits, grid), load.get((grid, day), 0)
            if limit is not None and held + 1 > limit:
                found.append((day, grid, held + 1, limit))
    return tuple(found[:MOST_FULL])
