"""Whoever does something, with what they may do and where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from gewu.kernel.places import is_within


class Relation(Enum):
    """What ties a role to a record: it lies in its places, is on its unit's desk, or names this person."""

    TERRITORY = "territory"
    UNIT = "unit"
    PERSON = "person"


@dataclass(frozen=True)
class Standing:
    """One role of one account: its rights, by relation, within a place or a unit's tree."""

    role: str
    rights: frozenset[str]
    relation: Relation
    place: str
    unit_path: str = ""


@dataclass(frozen=True)
class Actor:
    """An account, a reporter, the clock or a rule. ``ref`` is what the record keeps of it."""

    ref: str
    name: str
    standings: tuple[Standing, ...] = ()
    account_id: UUID | None = None
    #: Whether it is an enterprise's: no colleague, and shown what is its own alone.
    outside: bool = False

    @property
    def seats(self) -> tuple[str, ...]:
        """The paths of the units where this actor sits, whatever it does there."""
        return tuple(standing.unit_path for standing in self.standings if standing.unit_path)

    def sits_in(self, unit_path: str) -> bool:
        """Whether this actor sits in that unit or in one below it."""
        return bool(unit_path) and any(seat.startswith(unit_path) for seat in self.seats)

    def holds(self, right: str) -> bool:
        """Whether any standing carries this right, wherever."""
        return any(right in standing.rights for standing in self.standings)

    def scopes(self, right: str) -> tuple[Standing, ...]:
        """The standings that carry this right."""
        return tuple(standing for standing in self.standings if right in standing.rights)

    def holds_at(self, right: str, place: str) -> bool:
        """Whether a standing by territory carries this right at this place."""
        return any(
            standing.relation is Relation.TERRITORY and is_within(place, standing.place)
            for standing in self.scopes(right)
        )

    def holds_for(self, right: str, unit_paths: tuple[str, ...]) -> bool:
        """Whether a standing by unit carries this right for one of these units or for one above it."""
        return any(
            standing.relation is Relation.UNIT and path.startswith(standing.unit_path)
            for standing in self.scopes(right)
            for path in unit_paths
        )


#: The clock takes the steps that come due by themselves.
CLOCK = Actor("clock", "时钟")
#: Someone who gives no name. What they send is kept without any trace of who they are.
ANONYMOUS = Actor("anonymous", "匿名")


def reporter(token: UUID) -> Actor:
    """Whoever raised a matter, known only by the token of the vault."""
    return Actor(f"reporter:{token.hex}", "反映人")


def rule(name: str) -> Actor:
    """A published rule that decided."""
    return Actor(f"rule:{name}", name)


def importer(name: str) -> Actor:
    """A file or feed whose rows are taken in; it acts by the order of whoever started it."""
    return Actor(f"import:{name}", name)


def system(key: UUID, label: str) -> Actor:
    """A system outside that showed its key; it has no right but to bring what that key is for."""
    return Actor(f"key:{key.hex}", label)


#: What whoever commands the machine may set up; none of it reads a report or a case.
_MANAGING = frozenset(
    {
        "grids.manage",
        "organisation.manage",
        "catalogue.manage",
        "accounts.manage",
        "imports.run",
        "devices.manage",
        "connectors.manage",
    }
)


def connector(code: str, place: str) -> Actor:
    """An outside system: what it brings counts as taken down by staff, within its place."""
    standing = Standing("connector", frozenset({"reports.screen"}), Relation.TERRITORY, place)
    return Actor(f"connector:{code}", code, (standing,))


def operator(place: str = "") -> Actor:
    """Whoever runs commands on the machine itself, within a place or everywhere."""
    return Actor("operator", "运维", (Standing("operator", _MANAGING, Relation.TERRITORY, place),))
