"""Crews by their model, what they lack, and the terms that end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from gewu.kernel.texts import Name
from gewu.organisation import rules
from gewu.organisation.models import Post
from gewu.organisation.queries.kinds import CrewFacts, crew_model, post_kind
from gewu.organisation.queries.posts import Holder, in_force, posts_at, shown
from gewu.security.scopes import within


@dataclass(frozen=True)
class Slot:
    """One line of a crew: who stands there and how many are missing."""

    part_zh: str
    part_en: str
    post_kind: str
    name_zh: str
    name_en: str
    wanted: int
    holders: tuple[Holder, ...]
    vacant: int

    @property
    def part(self) -> Name:
        return Name(self.part_zh, self.part_en)

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)


@dataclass(frozen=True)
class Crew:
    """The crew of a grid by one model; ``missing`` names the parts without anyone."""

    grid: str
    model: CrewFacts
    slots: tuple[Slot, ...]
    missing: tuple[str, ...]


def crew_of(grid: str, *, now: datetime, model: str = "one_head_five_members") -> Crew:
    """The crew of a grid with its holders and vacancies: one query."""
    return crew_among(grid, crew_model(model), posts_at(grid, now=now))


def crew_among(grid: str, found: CrewFacts, holders: tuple[Holder, ...]) -> Crew:
    """The crew that these holders make by a model."""
    held = Counter(holder.kind for holder in holders)
    slots = tuple(_slot(part, holders) for part in found.parts)
    return Crew(grid, found, slots, rules.missing_parts(found.parts, held))


def _slot(part: rules.CrewPart, holders: Iterable[Holder]) -> Slot:
    kind = post_kind(part.post_kind)
    here = tuple(holder for holder in holders if holder.kind == kind.code)
    return Slot(
        part.part_zh,
        part.part_en,
        kind.code,
        kind.name_zh,
        kind.name_en,
        part.slots,
        here,
        rules.vacant(part.slots, len(here)),
    )  # fmt: skip -- one line per kind of field reads better than eight


@dataclass(frozen=True)
class Vacancy:
    """A post of a crew that waits for someone."""

    place: str
    post_kind: str
    name_zh: str
    name_en: str
    missing: int

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)


def held_in(inside: str, kinds: Iterable[str], *, now: datetime) -> Mapping[tuple[str, str], int]:
    """How many hold each of these kinds of post at each place in another: one query."""
    rows = in_force(now).filter(within("place", inside), kind__in=list(kinds))
    counted = rows.values("place", "kind_id").order_by().annotate(n=Count("pk"))
    return Counter({(row["place"], row["kind_id"]): row["n"] for row in counted})


def vacancies(
    inside: str, grids: Iterable[str], *, now: datetime, model: str = "one_head_five_members"
) -> tuple[Vacancy, ...]:
    """What the crews of these grids in a place still lack, in the order of the grids: one query."""
    parts = crew_model(model).parts
    held = held_in(inside, [part.post_kind for part in parts], now=now)
    return tuple(
        Vacancy(place, kind.code, kind.name_zh, kind.name_en, missing)
        for place in grids
        for part in parts
        for kind in [post_kind(part.post_kind)]
        if (missing := rules.vacant(part.slots, held[place, kind.code]))
    )


def places_unattended(
    kind: str, places: Iterable[str], *, now: datetime, inside: str = ""
) -> tuple[str, ...]:
    """Of the given places those where nobody holds this kind of post: one query."""
    covered = {place for place, _ in held_in(inside, [kind], now=now)}
    return rules.uncovered(places, covered)


def expiring_terms(
    now: datetime, days: int, *, prefix: str = "", most: int | None = None
) -> tuple[Holder, ...]:
    """Posts whose term ran out or runs out within so many calendar days, the soonest first.

    A post that someone ended is not among them.
    """
    due = Post.objects.filter(
        within("place", prefix), ended_at__isnull=True, until__lte=now + timedelta(days)
    )
    return tuple(shown(row) for row in due.order_by("until", "id")[:most])


@dataclass(frozen=True)
class Staffing:
    """One kind of post over the grids of a place: how many there are, hold it, and are wanting."""

    place: str
    grids: int
    filled: int
    vacant: int

    @property
    def per_grid(self) -> float:
        return self.filled / self.grids if self.grids else 0.0


def staffing(
    kind: str, inside: str, grids: Iterable[str], *, digits: int, now: datetime
) -> tuple[Staffing, ...]:
    """A kind of post counted over the grids of each place of so many digits in another: one query.

    A kind with any number of slots wants one in each grid.
    """
    wanted = post_kind(kind).slots or 1
    held = held_in(inside, [kind], now=now)
    parts: dict[str, list[int]] = {}
    for grid in grids:
        parts.setdefault(grid[:digits], []).append(held.get((grid, kind), 0))
    return tuple(
        Staffing(place, len(counts), sum(counts), sum(rules.vacant(wanted, n) for n in counts))
        for place, counts in parts.items()
    )
