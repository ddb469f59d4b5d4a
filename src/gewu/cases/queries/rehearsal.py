"""What a draft rule would have meant for past cases: who would get what, what would be late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gewu.cases.models import Case, Deadline
from gewu.catalogue import queries as catalogue
from gewu.kernel import worktime
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation.queries import UnitFacts
from gewu.security.actors import Actor
from gewu.security.scopes import within

#: How far back and over how many cases a rule is rehearsed: enough to see, bounded whatever the archive.
LOOK_BACK = timedelta(days=180)
MOST_CASES = 500


@dataclass(frozen=True)
class Moved:
    """A past case that the draft would have sent elsewhere."""

    number: str
    matter: str
    place: str
    before: Name
    after: Name
    why: Text


@dataclass(frozen=True)
class RouteRehearsal:
    """How many past cases were looked at, and those that would have gone elsewhere."""

    seen: int
    moved: tuple[Moved, ...]


def rehearse_route(
    draft: catalogue.RouteFacts, *, actor: Actor, now: datetime, without: str = ""
) -> RouteRehearsal:
    """Who would have got the newest past cases that the draft speaks of: one query, at most 500 cases.

    Shown are numbers, classes and offices, never a text; refused to whoever does not keep the rules there.
    """
    require_keeper(actor, draft.place_prefix)
    rows = (
        Case.objects.filter(
            within("place", draft.place_prefix),
            within("matter", draft.matter_prefix),
            filed_at__gte=now - LOOK_BACK,
        )
        .order_by("-filed_at")
        .values_list("number", "matter", "place")[:MOST_CASES]
    )
    cases = list(rows)
    changes = catalogue.preview(cases, draft.since, draft=draft, without=without)
    moved = [
        Moved(one.key, one.matter, one.place, _led(one.before.unit), _led(one.after.unit), one.after.why)
        for one in changes
        if one.moves
    ]
    return RouteRehearsal(len(cases), tuple(moved))


def _led(unit: UnitFacts | None) -> Name:
    return unit.name if unit else Name("")


def require_keeper(actor: Actor, place: str) -> None:
    """Refuse whoever does not keep the rules of this place."""
    if not actor.holds_at("catalogue.manage", place):
        raise Refusal(say("没有管理 {place} 事项目录的权限", place=place), Kind.FORBIDDEN)


@dataclass(frozen=True)
class Timed:
    """A past case with the deadline it had and the one that the draft would have given."""

    number: str
    due_at: datetime
    then_due_at: datetime
    done_at: datetime | None
    was_late: bool
    would_be_late: bool


@dataclass(frozen=True)
class LimitRehearsal:
    """How many past cases were looked at, how many were late, and how many would have been."""

    cases: tuple[Timed, ...]

    @property
    def seen(self) -> int:
        return len(self.cases)

    @property
    def late(self) -> int:
        return sum(one.was_late for one in self.cases)

    @property
    def would_be_late(self) -> int:
        return sum(one.would_be_late for one in self.cases)

    @property
    def changed(self) -> tuple[Timed, ...]:
        """Those that the draft would have made late, or no longer late."""
        return tuple(one for one in self.cases if one.was_late != one.would_be_late)


def rehearse_limit(
    matter: str, limit: catalogue.Limit, *, place: str, actor: Actor, now: datetime
) -> LimitRehearsal:
    """Which past cases of a class another handling limit would have made late: one query, at most 500.

    A limit that the door for writing would refuse is refused here too.
    """
    require_keeper(actor, place)
    catalogue.checked_limit(limit)
    rows = (
        Deadline.objects.filter(
            within("case__place", place),
            case__matter=matter,
            case__filed_at__gte=now - LOOK_BACK,
            clock="handle",
            dropped_at=None,
        )
        .select_related("case")
        .order_by("-case__filed_at")[:MOST_CASES]
    )
    return LimitRehearsal(tuple(timed(one, limit, now) for one in rows))


def timed(row: Deadline, limit: catalogue.Limit, now: datetime) -> Timed:
    """A past clock beside what it would have been with another limit, its own pauses kept."""
    pauses = [(datetime.fromisoformat(a), datetime.fromisoformat(b) if b else None) for a, b in row.pauses]
    then = (
        worktime.deadline(row.started_at, limit.amount, limit.unit, catalogue.calendar(), pauses)
        or row.due_at
    )
    done = row.met_at or now
    return Timed(row.case.number, row.due_at, then, row.met_at, done > row.due_at, done > then)
