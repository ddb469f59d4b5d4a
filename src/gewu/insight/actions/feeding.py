"""The search index follows the stream of events, a batch at a time, beside the work and never in it.

Each batch and the position behind it are one transaction: whoever is stopped in the middle of one begins it
again, and nothing is missing or doubled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gewu.infra import search, store, stream
from gewu.infra.models import SearchFeed
from gewu.infra.search import Entry
from gewu.insight.queries.indexed import NAMES, RECORDS, RENAMING
from gewu.kernel import grams

#: Records and events taken in by one transaction: so long others wait for their turn to write.
BATCH = 200
#: Names that come and go with a day, such as a term that runs out, are compared this often.
COMPARED_EVERY = timedelta(hours=1)


def feed_search(now: datetime) -> int:
    """Take in the next batch, of what is gone through or of what happened; how much was taken up.

    Looks before it asks for the turn to write, so that an idle index is in nobody's way.
    """
    at = search.feed()
    if at is not None and at.whole and not _is_late(at, now) and stream.last_position() <= at.position:
        return 0
    names = _names(now) if at is None or _is_late(at, now) else None
    with store.writing():
        row = search.locked()
        if row is None or row.edition != grams.EDITION:
            row = _begin(now)
        if names is not None:
            _compare(names)
            row.compared_at = now
            row.save(update_fields=["compared_at"])
        return _happened(row) + (_walk(row, now) if row.walking else 0)


def _is_late(at: search.Feed, now: datetime) -> bool:
    return at.compared_at is None or not timedelta() <= now - at.compared_at < COMPARED_EVERY


def make_anew(now: datetime) -> search.Feed:
    """Empty the index and begin again; it is gone through from then on. Where it stands."""
    with store.writing():
        _begin(now)
    return _found()


def walk_again(now: datetime) -> None:
    """Go through all records once more, nothing emptied: many changed with a single event."""
    with store.writing():
        row = search.locked()
        if row is not None:
            row.walking, row.behind, row.done, row.began_at = next(iter(RECORDS)), "", 0, now
            row.expected = _expected()
            row.save()


def _found() -> search.Feed:
    found = search.feed()
    if found is None:
        raise RuntimeError("the index was begun and is not there")
    return found


def _begin(now: datetime) -> SearchFeed:
    return search.begin(next(iter(RECORDS)), _expected(), now=now)


def _expected() -> int:
    return sum(one.how_many() for one in RECORDS.values())


def _walk(row: SearchFeed, now: datetime) -> int:
    """The next records by key; behind the last the next kind, and behind that the index is whole."""
    records = RECORDS[row.walking]
    keys = records.keys_after(UUID(row.behind) if row.behind else None, size=BATCH)
    search.put(records.entries_of(keys))
    search.walked(row, done=len(keys), behind=keys[-1].hex if keys else row.behind)
    if len(keys) < BATCH:
        kinds = [*RECORDS, ""]
        row.walking, row.behind = kinds[kinds.index(row.walking) + 1], ""
        row.ended_at = None if row.walking else now
        row.save()
    return len(keys) or 1


def _happened(row: SearchFeed) -> int:
    """The records that the next events are about, as they stand now; names are compared the next time."""
    told = stream.after(row.position, limit=BATCH)
    if any(one.subject in RENAMING for one in told):
        row.compared_at = None
        row.save(update_fields=["compared_at"])
    for kind in RECORDS:
        _take_in(kind, {one.subject_id for one in told if one.subject == kind})
    if told:
        search.caught_up(row, told[-1].position)
    return len(told)


def _take_in(kind: str, keys: Iterable[UUID]) -> None:
    wanted = set(keys)
    if wanted:
        entries = RECORDS[kind].entries_of(wanted)
        search.put(entries)
        search.forget(kind, {key.hex for key in wanted} - {one.record for one in entries})


def _names(now: datetime) -> dict[str, list[Entry]]:
    """All names as they are, read before anybody has to wait for it."""
    return {kind: list({one.record: one for one in entries(now)}.values()) for kind, entries in NAMES.items()}


def _compare(names: Mapping[str, Sequence[Entry]]) -> None:
    for kind, found in names.items():
        search.put(found)
        search.forget(kind, search.records_of(kind) - {one.record for one in found})
