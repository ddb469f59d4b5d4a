"""The history of a spot, and edits of which nothing was written until a person has decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from gewu.fieldwork import permissions
from gewu.fieldwork.models import Spot, SpotConflict, SpotVersion
from gewu.fieldwork.queries import seeing
from gewu.fieldwork.queries.spots import SpotLine, line_of, visible_to
from gewu.infra import paging
from gewu.kernel.branches import Clash, Edit, Version, join
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import queries as security
from gewu.security import scopes
from gewu.security.actors import Actor

OLDEST = paging.Order("arrived_at", descending=False)


@dataclass(frozen=True)
class VersionLine:
    """One version of a spot: who made it so, when, and which facts it changed."""

    number: int
    who: str
    made_at: datetime
    arrived_at: datetime
    #: Each fact that changed: what it was and what it became.
    changed: tuple[tuple[str, str, str], ...]
    #: Facts that someone else had changed in the meantime.
    others: tuple[str, ...]


@dataclass(frozen=True)
class SpotPage:
    """A spot with its versions, the newest first."""

    line: SpotLine
    history: tuple[VersionLine, ...]
    may_correct: bool


@dataclass(frozen=True)
class ConflictLine:
    """An edit that waits for a person: what it was, what the edit made of it, what others made of it."""

    id: UUID
    spot: SpotLine
    who: str
    made_at: datetime
    arrived_at: datetime
    clashes: tuple[Clash, ...]
    #: What the edit changes beside; it goes in whatever is chosen.
    besides: tuple[tuple[str, str], ...]
    may_decide: bool


def versions_of(spots: Iterable[UUID]) -> Mapping[UUID, tuple[Version, ...]]:
    """Every version of these spots, the oldest first: one query."""
    found: dict[UUID, list[Version]] = {}
    for row in SpotVersion.objects.filter(spot__in=list(spots)).order_by("number"):
        found.setdefault(row.spot_id, []).append(Version(row.number, row.values, row.branch, row.step))
    return {spot: tuple(rows) for spot, rows in found.items()}


def edit_of(row: SpotConflict) -> Edit:
    """The edit that was kept."""
    return Edit(row.branch, row.trunk, row.step, row.values)


def spot_page(actor: Actor, spot: UUID) -> SpotPage:
    """One spot with its history; one that this actor may not see is as if it did not exist."""
    row = visible_to(actor).filter(pk=spot).first()
    if row is None:
        raise Refusal(say("没有这个点位"), Kind.MISSING)
    rows = list(SpotVersion.objects.filter(spot=row).order_by("number"))
    names = security.names_of({one.by for one in rows})
    lines = [_version(one, before, names) for one, before in zip(rows, [None, *rows], strict=False)]
    return SpotPage(line_of(row), tuple(reversed(lines)), _may(actor, row.place))


def _version(row: SpotVersion, before: SpotVersion | None, names: Mapping[str, str]) -> VersionLine:
    was = before.values if before else {}
    changed = tuple(
        (name, was.get(name, ""), text) for name, text in row.values.items() if was.get(name, "") != text
    )
    return VersionLine(
        row.number, names.get(row.by, ""), row.made_at, row.arrived_at, changed, tuple(row.others)
    )


def _may(actor: Actor, place: str) -> bool:
    return any(actor.holds_at(right, place) for right in (permissions.DO, permissions.MAKE))


def open_conflicts(actor: Actor) -> QuerySet[SpotConflict]:
    """Edits that wait for a decision in the places where one reads, does or plans fieldwork."""
    rights = (permissions.READ, permissions.DO, permissions.MAKE)
    seen = [scopes.visible(actor, one, place="place", unit=seeing.nobody_by_unit) for one in rights]
    return SpotConflict.objects.filter(seeing.either(*seen), decided_at=None)


def conflicts(
    actor: Actor, *, spot: UUID | None = None, after: str = "", size: int = 30
) -> paging.Page[ConflictLine]:
    """The edits that wait for a decision, the oldest first: three queries."""
    rows = open_conflicts(actor).select_related("spot")
    rows = rows.filter(spot=spot) if spot else rows

    def show(found: Sequence[SpotConflict]) -> list[ConflictLine]:
        history = versions_of({row.spot_id for row in found})
        names = security.names_of({row.by for row in found})
        return [_conflict(actor, row, history[row.spot_id], names) for row in found]

    return paging.page(rows, OLDEST, after=after, size=size, show=show)


def _conflict(
    actor: Actor, row: SpotConflict, history: Sequence[Version], names: Mapping[str, str]
) -> ConflictLine:
    clashes = join(edit_of(row), history).clashes
    apart = {one.field for one in clashes}
    besides = tuple((name, text) for name, text in row.values.items() if name not in apart)
    return ConflictLine(
        row.pk, line_of(row.spot), names.get(row.by, ""), row.made_at, row.arrived_at, clashes, besides,
        _may(actor, row.place),
    )  # fmt: skip


def own_conflicts(actor: Actor, *, most: int = 200) -> tuple[UUID, ...]:
    """One's own edits that still wait for a decision: one query."""
    rows = SpotConflict.objects.filter(by=actor.ref, decided_at=None).order_by("arrived_at")
    return tuple(rows.values_list("pk", flat=True)[:most])


def listed(actor: Actor, *, place: str = "", after: str = "", size: int = 50) -> paging.Page[SpotLine]:
    """The spots of a place, the newest first, by cursor: one query."""
    rows: QuerySet[Spot] = visible_to(actor).filter(scopes.within("place", place))
    newest = paging.Order("added_at")
    return paging.page(rows, newest, after=after, size=size, show=lambda found: list(map(line_of, found)))
