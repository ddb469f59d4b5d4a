"""Daily anchors: one published digest over the events of a day and the digest before it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from gewu.infra import paging, store
from gewu.infra.models import Anchor, EventRow
from gewu.kernel import receipts
from gewu.kernel.worktime import CHINA

#: Taken while an anchor is made, so that two workers make one.
_ANCHOR_LOCK = 7_236_812

Leaf = tuple[int, str]


@dataclass(frozen=True)
class Anchored:
    """One anchor as it is published."""

    number: int
    day: str
    first: int
    last: int
    count: int
    root: str
    previous: str
    digest: str


@dataclass(frozen=True)
class Fault:
    """An anchor that the record, or what was published before, does not bear out."""

    number: int
    day: str
    fault: str


def sweep(now: datetime) -> int:
    """Anchor every day that has ended and is not anchored yet; returns how many anchors were made.

    Days without events get none. A clock that was ahead for a while leaves its later day standing; the
    next anchor takes up behind it, and every position is covered exactly once.
    """
    yesterday = now.astimezone(CHINA).date() - timedelta(days=1)
    made = 0
    while (day := _next_day(yesterday)) is not None:
        made += _anchor(day, now)
        if day == yesterday:
            break
    return made


def _next_day(yesterday: date) -> date | None:
    """The next day to anchor; none while nothing is left or yesterday stands already."""
    last = _last()
    row = EventRow.objects.filter(position__gt=last.last if last else 0).order_by("position").first()
    if row is None or Anchor.objects.filter(day=yesterday).exists():
        return None
    begun = row.at.astimezone(CHINA).date()
    after = last.day + timedelta(days=1) if last else begun
    return min(max(begun, after), yesterday)


def _last() -> Anchor | None:
    return Anchor.objects.defer("blocks").order_by("-number").first()


def _anchor(day: date, now: datetime) -> int:
    """Close a day: everything before the first event that happened after it.

    Positions are given under a lock that is held until commit (`stream._write`), so that what is read
    here has no uncommitted gap; what commits later has a later position and is in the next anchor.
    """
    last = _last()
    tree = _Tree(settings.HASH)
    for leaf in _leaves_of(last.last if last else 0, ended=_midnight_after(day)):
        tree.add(leaf)
    if not tree.count:
        return 0
    facts = {
        "number": last.number + 1 if last else 1,
        "day": day.isoformat(),
        "first": tree.first,
        "last": tree.last,
        "count": tree.count,
        "root": f"{settings.HASH}:{tree.root().hex()}",
        "previous": last.digest if last else "",
    }
    made = Anchor(
        **{**facts, "day": day}, digest=receipts.anchor_digest(facts), blocks=tree.stored(), made_at=now
    )
    return _kept(made)


def _kept(made: Anchor) -> int:
    """Write it, unless another worker was first; only this holds up those who write events."""
    with store.writing():
        _one_at_a_time()
        last = _last()
        if (last.digest if last else "") != made.previous:
            return 0
        made.save(force_insert=True)
    return 1


def _one_at_a_time() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ANCHOR_LOCK])


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), CHINA)


def _leaves_of(begin: int, *, ended: datetime) -> Iterator[Leaf]:
    rows = EventRow.objects.filter(position__gt=begin).order_by("position")
    for position, at, event_hash in rows.values_list("position", "at", "hash").iterator(chunk_size=2000):
        if at >= ended:
            return
        yield position, event_hash


class _Tree:
    """The tree of a day, built block by block."""

    def __init__(self, algorithm: str) -> None:
        self.algorithm = algorithm
        self.first = self.last = self.count = 0
        self._open: list[bytes] = []
        self._opened_at = 0
        self.blocks: list[tuple[int, bytes]] = []

    def add(self, leaf: Leaf) -> None:
        position, event_hash = leaf
        self.first = self.first or position
        if not self._open:
            self._opened_at = position
        self._open.append(receipts.leaf(self.algorithm, position, event_hash))
        self.last, self.count = position, self.count + 1
        if len(self._open) == receipts.BLOCK:
            self._close()

    def _close(self) -> None:
        if self._open:
            self.blocks.append((self._opened_at, receipts.root(self.algorithm, self._open)))
            self._open = []

    def root(self) -> bytes:
        self._close()
        return receipts.root(self.algorithm, [node for _, node in self.blocks])

    def stored(self) -> list[list[Any]]:
        return [[position, node.hex()] for position, node in self.blocks]


def published(*, after: str = "", size: int = 60) -> paging.Page[Anchored]:
    """The anchors, newest first, by cursor."""
    order = paging.Order("pk")
    rows = Anchor.objects.defer("blocks")
    return paging.page(rows, order, after=after, size=size, show=lambda found: [_shown(one) for one in found])


def everything() -> tuple[Anchored, ...]:
    """Every anchor, oldest first: one row for each day."""
    return tuple(_shown(row) for row in Anchor.objects.defer("blocks").order_by("number"))


def newest() -> Anchored | None:
    """The newest anchor, if there is one."""
    last = _last()
    return _shown(last) if last else None


def _shown(row: Anchor) -> Anchored:
    day = row.day.isoformat()
    return Anchored(row.number, day, row.first, row.last, row.count, row.root, row.previous, row.digest)


def covering(positions: Sequence[int]) -> dict[int, Anchored]:
    """The anchor of each of these positions, without those that wait for theirs: one query."""
    if not positions:
        return {}
    rows = Anchor.objects.defer("blocks").filter(last__gte=min(positions), first__lte=max(positions))
    found = [_shown(row) for row in rows.order_by("number")]
    return {position: one for position in positions for one in found if one.first <= position <= one.last}


def paths(number: int, positions: Iterable[int]) -> dict[int, list[list[str]]]:
    """The way of some events of one anchor up to its root: one query, and one for each block."""
    anchor = Anchor.objects.get(pk=number)
    algorithm = anchor.root.partition(":")[0]
    firsts = [first for first, _ in anchor.blocks]
    nodes = [bytes.fromhex(node) for _, node in anchor.blocks]
    found: dict[int, list[list[str]]] = {}
    blocks: dict[int, list[int]] = {}
    for position in positions:
        blocks.setdefault(bisect_right(firsts, position) - 1, []).append(position)
    for index, wanted in blocks.items():
        end = firsts[index + 1] if index + 1 < len(firsts) else anchor.last + 1
        rows = EventRow.objects.filter(position__gte=firsts[index], position__lt=end).order_by("position")
        held = list(rows.values_list("position", "hash"))
        leaves = [receipts.leaf(algorithm, *one) for one in held]
        places = {position: place for place, (position, _) in enumerate(held)}
        above = receipts.path(algorithm, nodes, index)
        found |= {one: receipts.path(algorithm, leaves, places[one]) + above for one in wanted}
    return found


def verify(
    *, formerly: Sequence[Mapping[str, Any]] = (), progress: Callable[[int], None] = lambda done: None
) -> Iterator[Fault]:
    """Recompute every anchor from the events, and compare with anchors that were published before.

    Without what was published elsewhere, someone who rewrote events and anchors alike would not be found.
    """
    previous, begin, done = "", 0, 0
    stored = {one.number: one for one in everything()}
    for one in stored.values():
        yield from _faults(one, previous, begin)
        previous, begin, done = one.digest, one.last, done + one.count
        progress(done)
    for former in formerly:
        kept = stored.get(int(former["number"]))
        if kept is None or kept.digest != former["digest"]:
            yield Fault(int(former["number"]), str(former["day"]), "differs from what was published")


def _faults(one: Anchored, previous: str, begin: int) -> Iterator[Fault]:
    tree = _Tree(one.root.partition(":")[0])
    rows = EventRow.objects.filter(position__gt=begin, position__lte=one.last).order_by("position")
    for leaf in rows.values_list("position", "hash").iterator(chunk_size=2000):
        tree.add(leaf)
    if f"{tree.algorithm}:{tree.root().hex()}" != one.root:
        many = f"{tree.count} events stand there, {one.count} were anchored"
        fault = f"events {one.first} to {one.last} are not those that were anchored"
        yield Fault(one.number, one.day, f"{fault} ({many})" if tree.count != one.count else fault)
    if one.previous != previous:
        yield Fault(one.number, one.day, "does not continue the anchor before it")
    if receipts.anchor_digest(vars(one)) != one.digest:
        yield Fault(one.number, one.day, "its digest does not fit its content")
