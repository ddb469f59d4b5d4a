"""Cut words in PostgreSQL: a ``tsvector`` beside each entry, under an index of its lexemes."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from django.db import connection

from gewu.kernel import grams

if TYPE_CHECKING:
    from gewu.infra.search.asking import Asked
    from gewu.infra.search.entries import Row

#: An index that takes entries up at once: one that lets them wait has every search look through them.
MAKE = (
    "ALTER TABLE search_entry ADD COLUMN grams tsvector NOT NULL DEFAULT ''",
    "ALTER TABLE search_entry ALTER COLUMN grams SET STATISTICS 2000",
    "CREATE INDEX search_entry_grams ON search_entry USING gin (grams) WITH (fastupdate = off)",
)
DROP = ("DROP INDEX search_entry_grams", "ALTER TABLE search_entry DROP COLUMN grams")
#: How long what the database knows of its commonest words is gone by, in seconds.
_LOOK_AGAIN_S = 300.0
#: Where so many entries are expected, walking down the keys finds a page sooner than gathering all of them.
_COMMON = 4000


class _Frequencies:
    """The commonest lexemes of one database, as its own statistics have them."""

    database = ""
    read_at = 0.0
    shares: Mapping[str, float] = {}
    least = 0.0
    entries = 0.0


class Engine:
    """What is said to PostgreSQL."""

    @staticmethod
    def write(rows: Sequence[Row], before: Mapping[int, Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_entry (id, kind, record, head, body, marks, grams) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s::tsvector) "
                "ON CONFLICT (id) DO UPDATE SET head = excluded.head, body = excluded.body, "
                "marks = excluded.marks, grams = excluded.grams",
                [
                    (row.id, row.kind, row.record, row.head, row.body, row.marks, f"{row.tokens} {row.marks}")
                    for row in rows
                ],
            )

    @staticmethod
    def take_out(rows: Iterable[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_entry WHERE id = ANY(%s)", [[row.id for row in rows]])

    @staticmethod
    def wipe() -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_entry")

    @staticmethod
    def statement(asked: Asked, columns: str) -> tuple[str, list[Any]]:
        """What is found, the newest first: gathered whole where that is little, else down the keys."""
        names = "id, record, head, body"
        where, values = _condition(asked)
        if _expected(asked) < _COMMON:
            kept = f"SELECT {names} FROM search_entry WHERE {where}"  # noqa: S608 -- names of columns
            gathered = f"WITH one AS MATERIALIZED ({kept}) SELECT {columns} FROM one "  # noqa: S608 -- as above
            return f"{gathered} ORDER BY one.id DESC LIMIT %s", [*values, asked.most]
        # An order that the index of words cannot give, and a key that it cannot narrow by.
        walked = f"SELECT {columns} FROM search_entry AS one WHERE {where} ORDER BY one.id DESC LIMIT %s"  # noqa: S608 -- as above
        return walked, [*values, asked.most]

    @staticmethod
    def known(tokens: Sequence[str]) -> dict[str, int]:
        """In how many entries each of these tokens stands; of the rare ones no more than that they are."""
        held = _frequencies()
        return {one: int(held.shares.get(one, 0.0) * held.entries) for one in tokens}


def _condition(asked: Asked) -> tuple[str, list[Any]]:
    groups = [" & ".join(_lexemes(term)) for term in asked.terms]
    if asked.some:
        groups.append(f"({' | '.join(' & '.join(_lexemes(term)) for term in asked.some)})")
    groups += [f"({' | '.join(group)})" for group in asked.marks]
    conditions = ["grams @@ %s::tsquery", "id >= %s", "id < %s"]
    values: list[Any] = [" & ".join(groups), asked.since, asked.below]
    for term in asked.terms:
        if len(term) > 2:  # its pairs may stand apart
            conditions.append("strpos(head || ' ' || body, %s) > 0")
            values.append(term)
    return " AND ".join(conditions), values


def _lexemes(term: str) -> list[str]:
    if len(term) == 1:
        return [f"{grams.token(term)}:*"]
    return list(dict.fromkeys(map(grams.token, grams.pairs(term))))


def _expected(asked: Asked) -> float:
    """How many entries will be found, if terms and marks were strangers to each other."""
    held = _frequencies()
    shares = [min(_share(held, one) for one in _lexemes(term)) for term in asked.terms]
    shares += [min(1.0, sum(_share(held, one) for one in group)) for group in asked.marks]
    return held.entries * prod(shares)


def _share(held: type[_Frequencies], lexeme: str) -> float:
    if lexeme.endswith(":*"):
        begins = lexeme[:-2]
        return min(1.0, held.least + sum(n for one, n in held.shares.items() if one.startswith(begins)))
    return held.shares.get(lexeme, held.least)


def _frequencies() -> type[_Frequencies]:
    database = str(connection.settings_dict["NAME"])
    held = _Frequencies
    if held.database != database or time.monotonic() - held.read_at > _LOOK_AGAIN_S:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT most_common_elems::text::text[], most_common_elem_freqs FROM pg_stats "
                "WHERE schemaname = current_schema() AND tablename = 'search_entry' AND attname = 'grams'"
            )
            elems, shares = cursor.fetchone() or ((), ())
            cursor.execute("SELECT reltuples FROM pg_class WHERE oid = 'search_entry'::regclass")
            entries = cursor.fetchone()[0]
        elems = elems or ()
        held.shares = dict(zip(elems, shares or (), strict=False))
        held.least = min(held.shares.values(), default=0.0)
        held.entries, held.database, held.read_at = max(0.0, entries), database, time.monotonic()
    return held
