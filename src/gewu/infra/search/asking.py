"""What is asked of the index, and what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from gewu.infra.search.entries import engine
from gewu.kernel import grams

#: Beyond so many keys a list is read in its own order and each row looked at: it finds a page soon.
MOST_FEW = 3000
_LAST = (1 << 63) - 1
#: A long text says what it is about in its beginning.
_MOST_PAIRS = 300


@dataclass(frozen=True)
class Asked:
    """Terms that must all stand in an entry, and groups of marks of each of which it must bear one.

    ``some`` are terms of which one is enough. Keys from ``since`` until before ``below``; the newest first.
    """

    terms: tuple[str, ...]
    marks: tuple[tuple[str, ...], ...] = ()
    some: tuple[str, ...] = ()
    since: int = 0
    below: int = _LAST
    most: int = 400


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found: a candidate, until its own subject lets the reader see it."""

    id: int
    record: str
    head: str
    body: str


def hits(asked: Asked) -> list[Hit]:
    """The newest entries that fit: one statement. Nothing where nothing is asked for."""
    if not asked.terms and not asked.some:
        return []
    return [Hit(*row) for row in _rows(asked, "one.id, one.record, one.head, one.body")]


def few(kind_mark: str, typed: str, *, most: int = MOST_FEW) -> list[str] | None:
    """The records of a kind in which all that was typed stands; None where they are more than a few."""
    asked = Asked(grams.terms(typed), ((kind_mark,),), most=most + 1)
    if not asked.terms:
        return None
    found = [record for (record,) in _rows(asked, "one.record")]
    return found if len(found) <= most else None


def rarest(text: str, *, most: int) -> tuple[str, ...]:
    """The pairs of a text that stand in the fewest entries: what it says that others do not."""
    pairs = list(dict.fromkeys(pair for run in grams.runs(text) for pair in grams.pairs(run)))[:_MOST_PAIRS]
    known = engine().known([grams.token(one) for one in pairs])
    return tuple(sorted(pairs, key=lambda one: known[grams.token(one)])[:most])


def _rows(asked: Asked, columns: str) -> Sequence[Any]:
    statement, values = engine().statement(asked, columns)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: Sequence[Any] = cursor.fetchall()
    return found
