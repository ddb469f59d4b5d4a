"""Answers to others' events: duties and rules follow the places of which they speak."""

from __future__ import annotations

from datetime import date, datetime

from gewu.catalogue import events, queries
from gewu.catalogue.models import ListItem, Route
from gewu.infra import store, stream
from gewu.infra.stream import Told
from gewu.infra.successors import moved
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.organisation import queries as organisation
from gewu.security import actors
from gewu.territory import queries as territory

#: What stands in the `source` of routes that follow from a transfer of matters, before the id of the power.
TRANSFERRED = "transfer:"


def follow_transfer(told: Told, *, now: datetime) -> None:
    """New cases of the matters that were handed over go to their new unit, wherever its power holds.

    Open cases stay where they are: who began one ends it. Told again, nothing is added.
    """
    today, source = queries.day_of(now), f"{TRANSFERRED}{told.subject_id.hex}"
    unit = organisation.known_unit(str(told.data["unit"]))
    before = organisation.known_unit(str(told.data["before"]))
    power = next(one for one in organisation.powers_of(unit.id) if one.id == told.subject_id)
    with store.writing():
        if Route.objects.filter(source=source).exists():
            return
        for matter in _with_classes(power.matters, today):
            row = Route.objects.create(
                id=new_id(),
                matter_prefix=matter,
                place_prefix=power.place,
                unit_id=unit.id,
                reason_zh=f"事项由{before.name_zh}移交{unit.name_zh}：{power.basis}"[:200],
                reason_en=f"Handed over from {before.name_en} to {unit.name_en}: {power.basis}"[:300],
                since=max(today, power.since),
                until=power.until,
                source=source,
            )
            added = events.RouteAdded(
                id=row.pk,
                place=row.place_prefix,
                matter_prefix=matter,
                since=row.since.isoformat(),
                unit=unit.id,
            )
            stream.tell(added, actor=actors.rule(source), now=now)
        changed(queries.HELD)


def _with_classes(matters: tuple[str, ...], today: date) -> list[str]:
    """The groups handed over and every class in them: a rule for one class goes before one for its group."""
    classes = (one.code for one in queries.all_matters(on=today))
    return list(dict.fromkeys([*matters, *(one for one in classes if one.startswith(matters))]))


def follow_succession(told: Told, *, now: datetime) -> None:
    """Rules of routing in force and items of lists speak of the successors of their places.

    What then contradicts the successor's own rules decides nothing and stands in the report on gaps.
    """
    moves, today = territory.succession(told.subject_id).moves, queries.day_of(now)
    with store.writing():
        moved(Route.objects.exclude(until__lte=today), moves, "place_prefix")
        moved(ListItem.objects.exclude(until__lte=today), moves)
        changed(queries.HELD)
        changed(queries.HELD_LISTS)
