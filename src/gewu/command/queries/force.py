"""Alerts in force, held in memory: pages of everyone ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch

from gewu.command.lifecycle import ALERT
from gewu.command.models import Alert, AlertPlace
from gewu.command.queries.kinds import kind_named
from gewu.infra.versions import Held
from gewu.kernel.texts import Name, Text
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor

#: The name under which the alerts in force are held in memory.
HELD = "alerts"
#: The gravest first.
_GRAVITY = ("red", "orange", "yellow", "blue", "")


@dataclass(frozen=True)
class AlertLine:
    """An alert in a list."""

    id: UUID
    identifier: str
    ours: bool
    state: str
    state_label: Text
    status: str
    msg_type: str
    scope: str
    kind: Name
    colour: str
    headline: str
    sender: str
    sent_at: datetime
    onset_at: datetime | None
    expires_at: datetime | None
    places: tuple[str, ...]
    #: What it says beside its headline.
    description: str = ""
    instruction: str = ""

    @property
    def public(self) -> bool:
        """Whether the public is warned by it: it is real, and for everyone."""
        return self.status == "Actual" and self.scope == "Public"


def _load() -> tuple[AlertLine, ...]:
    return lines_of(Alert.objects.filter(state="in_force"))


_held: Held[tuple[AlertLine, ...]] = Held(HELD, _load)


def lines_of(rows: object) -> tuple[AlertLine, ...]:
    """Some alerts as lines: two queries."""
    found = rows.prefetch_related(Prefetch("places", AlertPlace.objects.order_by("place")))  # type: ignore[attr-defined]  # a queryset
    return tuple(line_of(row) for row in found)


def line_of(row: Alert) -> AlertLine:
    """One alert as a line."""
    content = row.content["infos"][0] if row.content["infos"] else {}
    return AlertLine(
        id=row.pk,
        identifier=row.identifier,
        ours=row.ours,
        state=row.state,
        state_label=ALERT.state(row.state).label,
        status=row.status,
        msg_type=row.msg_type,
        scope=row.scope,
        kind=kind_named(row.kind).name if row.kind else Name(""),
        colour=row.colour,
        headline=row.headline,
        sender=content.get("sender_name") or row.sender,
        sent_at=row.sent_at,
        onset_at=row.onset_at,
        expires_at=row.expires_at,
        places=tuple(one.place for one in row.places.all()),
        description=content.get("description", ""),
        instruction=content.get("instruction", ""),
    )


def in_force(now: datetime) -> tuple[AlertLine, ...]:
    """Everything in force now, the gravest first, exercises too. No query when warm."""
    current = [one for one in _held.get() if one.expires_at is None or one.expires_at > now]
    return tuple(sorted(current, key=lambda one: (_GRAVITY.index(one.colour), -one.sent_at.timestamp())))


def public_alerts(now: datetime) -> tuple[AlertLine, ...]:
    """What the public is warned of now: real, for everyone, and somewhere here."""
    return tuple(one for one in in_force(now) if one.public and one.places)


def concerning(actor: Actor, now: datetime) -> tuple[AlertLine, ...]:
    """What is in force where this actor stands, be it wider or narrower than that. No query when warm."""
    own = places_of_actor(actor)
    return tuple(one for one in in_force(now) if any(_meet(place, own) for place in one.places))


def places_of_actor(actor: Actor) -> tuple[str, ...]:
    """Where someone stands: the places of the standings, and of the units."""
    found = {one.place for one in actor.standings if not one.unit_path}
    for seat in actor.seats:
        code = seat.rstrip("/").rpartition("/")[2]
        found.add(organisation.known_unit(code).place)
    return tuple(sorted(found))


def _meet(place: str, own: Iterable[str]) -> bool:
    return any(place.startswith(one) or one.startswith(place) for one in own)


def meets(places: Sequence[str], actor: Actor) -> bool:
    """Whether any of these places is where this actor stands."""
    own = places_of_actor(actor)
    return any(_meet(place, own) for place in places)
