"""What can be found, written and taken out again, in the open write transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from django.db import connection

from gewu.infra.models import SearchEntry, SearchFeed
from gewu.infra.search import postgresql, sqlite
from gewu.kernel import grams

#: Bits of a key below its moment in milliseconds.
_OWN_BITS = 21
_AT_ONCE = 500
#: No database counts further.
_LAST = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be found. ``at`` orders by time; names without one come before all that has."""

    kind: str
    record: str
    head: str
    body: str = ""
    marks: tuple[str, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it is kept, its words folded."""

    id: int
    kind: str
    record: str
    head: str
    body: str
    marks: str

    @property
    def tokens(self) -> str:
        """Its words as both databases index them."""
        return " ".join((*grams.cut(self.head), *grams.cut(self.body)))


def engine() -> type[sqlite.Engine] | type[postgresql.Engine]:
    """How this installation's database keeps cut words."""
    return sqlite.Engine if connection.vendor == "sqlite" else postgresql.Engine


def number_of(at: datetime) -> int:
    """The first key of a moment: what is found from it on has keys from this on."""
    return min(max(0, int(at.timestamp() * 1000)) << _OWN_BITS, _LAST)


def put(entries: Sequence[Entry]) -> int:
    """Write entries, each once for its kind and record; returns how many were new or said something else."""
    changed = 0
    for kind in sorted({one.kind for one in entries}):
        own = {one.record: one for one in entries if one.kind == kind}
        records = sorted(own)
        for start in range(0, len(records), _AT_ONCE):
            changed += _put(kind, {record: own[record] for record in records[start : start + _AT_ONCE]})
    return changed


def _put(kind: str, entries: Mapping[str, Entry]) -> int:
    kept = {row.record: row for row in _kept(kind, list(entries))}
    free = _free_keys({record: one for record, one in entries.items() if record not in kept})
    rows = [_row(one, kept[record].id if record in kept else free[record]) for record, one in entries.items()]
    anew = sorted((row for row in rows if kept.get(row.record) != row), key=lambda row: row.id)
    engine().write(anew, {row.id: kept[row.record] for row in anew if row.record in kept})
    return len(anew)


def _row(one: Entry, key: int) -> Row:
    head, body = (" ".join(grams.runs(text)) for text in (one.head, one.body))
    return Row(key, one.kind, one.record, head, body, " ".join(sorted(set(one.marks))))


def _kept(kind: str, records: Sequence[str]) -> list[Row]:
    found = SearchEntry.objects.filter(kind=kind, record__in=records)
    return [Row(*one) for one in found.values_list("id", "kind", "record", "head", "body", "marks")]


def _free_keys(entries: Mapping[str, Entry]) -> dict[str, int]:
    """A key for each that is new: its moment, then what nobody else has."""
    if not entries:
        return {}
    wanted = {record: _wanted(one) for record, one in entries.items()}
    taken = set(SearchEntry.objects.filter(id__in=list(wanted.values())).values_list("id", flat=True))
    found: dict[str, int] = {}
    for record, key in wanted.items():
        if key in taken:
            key = next(
                n for n in count(key + 1) if n not in taken and not SearchEntry.objects.filter(pk=n).exists()
            )
        taken.add(key)
        found[record] = key
    return found


def _wanted(one: Entry) -> int:
    digest = hashlib.blake2b(f"{one.kind} {one.record}".encode(), digest_size=4).digest()
    own = int.from_bytes(digest, "big") % (1 << _OWN_BITS)
    return (number_of(one.at) if one.at else 0) + own


def forget(kind: str, records: Iterable[str]) -> int:
    """Take records out, words and all; returns how many were in.

    Whoever feeds at this moment is waited for: it may have read what is being deleted.
    """
    gone, wanted = 0, list(records)
    SearchFeed.objects.select_for_update().filter(pk=1).first()
    for start in range(0, len(wanted), _AT_ONCE):
        rows = _kept(kind, wanted[start : start + _AT_ONCE])
        engine().take_out(sorted(rows, key=lambda row: row.id))
        gone += len(rows)
    return gone


def records_of(kind: str) -> set[str]:
    """All records of a kind that are in."""
    return set(SearchEntry.objects.filter(kind=kind).values_list("record", flat=True))


def wipe() -> None:
    """Take everything out."""
    engine().wipe()
