"""Pairings: who is paired with which community or enterprise, the visits made, and the cases they opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.cases import queries as cases
from gewu.fieldwork import permissions
from gewu.fieldwork.models import Finding, Task
from gewu.fieldwork.queries.tasks import TaskLine, line_of
from gewu.fieldwork.rules.visits import PAIRINGS
from gewu.kernel.places import is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say
from gewu.organisation import queries as organisation
from gewu.organisation.queries import Holder
from gewu.security.actors import Actor

#: So many visits are shown on the page of a pairing, the newest first.
MOST_SHOWN = 100


@dataclass(frozen=True)
class PairingLine:
    """One pairing with its counts. ``visited_at`` is when its last visit ended."""

    id: UUID
    kind: Name
    #: The kind of visit that is made from it.
    visit: str
    name: str
    #: The paired office, where one is named.
    office: UUID | None
    place: str
    #: The enterprise, where that is what it is paired with.
    unit: UUID | None
    until: datetime | None
    visits: int
    cases: int
    settled: int
    visited_at: datetime | None


@dataclass(frozen=True)
class PairedCase:
    """A case that a visit opened."""

    number: str
    title: str
    state: str
    open: bool
    due_at: datetime


@dataclass(frozen=True)
class PairingPage:
    """One pairing: its visits, and the cases that they opened."""

    line: PairingLine
    visits: tuple[TaskLine, ...]
    cases: tuple[PairedCase, ...]
    mine: bool


def about(post: UUID) -> str:
    """How the visits of a pairing name it."""
    return f"post:{post.hex}"


def own(actor: Actor, post: UUID, *, now: datetime) -> Holder:
    """One's own pairing that is in force; any other is refused."""
    held = organisation.posts_of(actor.account_id, now=now) if actor.account_id else ()
    found = next((one for one in held if one.post == post and one.kind in PAIRINGS), None)
    if found is None:
        raise Refusal(say("这不是您的结对联系，或已到期"), Kind.FORBIDDEN, field="pairing")
    return found


def mine(actor: Actor, *, now: datetime) -> tuple[PairingLine, ...]:
    """One's own pairings."""
    held = organisation.posts_of(actor.account_id, now=now) if actor.account_id else ()
    return _lines([one for one in held if one.kind in PAIRINGS])


def pairings(actor: Actor, place: str, *, now: datetime) -> tuple[PairingLine, ...]:
    """The pairings of a place that this actor may read, by place and kind, with what came of them."""
    held = [one for kind in PAIRINGS for one in organisation.holders_in(place, kind, now=now)]
    return _lines([one for one in held if _may_read(actor, one)])


def pairing(actor: Actor, post: UUID, *, now: datetime) -> PairingPage:
    """One pairing whole; one that this actor may not read is as if it did not exist."""
    holder = organisation.held_post(post, now=now)
    if holder is None or holder.kind not in PAIRINGS or not _may_read(actor, holder):
        raise Refusal(say("没有这项结对联系，或不在您的范围内"), Kind.MISSING)
    rows = Task.objects.filter(about=about(post)).select_related("account").order_by("-day", "-id")
    found = Finding.objects.filter(task__about=about(post), case__isnull=False).select_related("case")
    return PairingPage(
        _lines([holder])[0],
        tuple(line_of(row, now) for row in rows[:MOST_SHOWN]),
        tuple(_case(one) for one in found.order_by("-made_at")[:MOST_SHOWN]),
        holder.account is not None and holder.account == actor.account_id,
    )


def _case(row: Finding) -> PairedCase:
    assert row.case is not None
    line = cases.line_of(row.case)
    return PairedCase(line.number, line.title, line.state, line.open, line.due_at)


def _may_read(actor: Actor, holder: Holder) -> bool:
    if holder.account is not None and holder.account == actor.account_id:
        return True
    return any(is_within(holder.place, one.place) for one in actor.scopes(permissions.READ))


def _lines(held: Sequence[Holder]) -> tuple[PairingLine, ...]:
    """With the counts of all of them: two queries."""
    names = [about(one.post) for one in held]
    visits: Counter[str] = Counter()
    last: dict[str, datetime | None] = {}
    done = Task.objects.filter(about__in=names, state="done").order_by("ended_at")
    for name, ended_at in done.values_list("about", "ended_at"):
        visits[name] += 1
        last[name] = ended_at
    opened, settled = _cases(names)
    return tuple(_line(one, visits, opened, settled, last.get(about(one.post))) for one in held)


def _cases(names: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    rows = Finding.objects.filter(task__about__in=list(names), case__isnull=False)
    opened, settled = Counter[str](), Counter[str]()
    for name, closed_at in rows.values_list("task__about", "case__closed_at"):
        opened[name] += 1
        settled[name] += closed_at is not None
    return opened, settled


def _line(
    holder: Holder,
    visits: Mapping[str, int],
    opened: Mapping[str, int],
    settled: Mapping[str, int],
    last: datetime | None,
) -> PairingLine:
    name = about(holder.post)
    return PairingLine(
        holder.post, holder.kind_name, PAIRINGS[holder.kind], holder.name, holder.holder_unit, holder.place,
        holder.unit, holder.until, visits[name], opened[name], settled[name], last,
    )  # fmt: skip
