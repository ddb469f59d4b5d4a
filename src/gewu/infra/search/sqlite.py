"""Cut words in SQLite: a table of FTS5 that keeps no texts of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection

from gewu.kernel import grams

if TYPE_CHECKING:
    from gewu.infra.search.asking import Asked
    from gewu.infra.search.entries import Row

MAKE = (
    "CREATE VIRTUAL TABLE search_index USING fts5("
    "grams, marks, content='', columnsize=0, tokenize='ascii', prefix='4')",
    "CREATE VIRTUAL TABLE search_words USING fts5vocab(search_index, 'row')",
)
DROP = ("DROP TABLE search_words", "DROP TABLE search_index")
_COLUMNS = "id, kind, record, head, body, marks"


class Engine:
    """What is said to SQLite."""

    @staticmethod
    def write(rows: Sequence[Row], before: Mapping[int, Row]) -> None:
        """Write rows in the order of their keys; what they said before is taken out word by word."""
        with connection.cursor() as cursor:
            for row in rows:
                if row.id in before:
                    _delete(cursor, before[row.id])
                _insert(cursor, row)
            cursor.executemany(
                f"INSERT INTO search_entry ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s) "  # noqa: S608 -- names of columns
                "ON CONFLICT (id) DO UPDATE SET head = excluded.head, body = excluded.body, "
                "marks = excluded.marks",
                [(row.id, row.kind, row.record, row.head, row.body, row.marks) for row in rows],
            )

    @staticmethod
    def take_out(rows: Iterable[Row]) -> None:
        with connection.cursor() as cursor:
            for row in rows:
                _delete(cursor, row)
                cursor.execute("DELETE FROM search_entry WHERE id = %s", [row.id])

    @staticmethod
    def wipe() -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
            cursor.execute("DELETE FROM search_entry")

    @staticmethod
    def statement(asked: Asked, columns: str) -> tuple[str, list[Any]]:
        """What is found, the newest first: FTS5 walks its keys downwards and stops when there is enough."""
        statement = (
            f"SELECT {columns} FROM search_index AS found "  # noqa: S608 -- names of columns
            "CROSS JOIN search_entry AS one ON one.id = found.rowid "
            "WHERE search_index MATCH %s AND found.rowid >= %s AND found.rowid < %s "
            "ORDER BY found.rowid DESC LIMIT %s"
        )
        return statement, [_match(asked), asked.since, asked.below, asked.most]

    @staticmethod
    def known(tokens: Sequence[str]) -> dict[str, int]:
        """In how many entries each of these tokens stands."""
        listed = ", ".join(["%s"] * len(tokens))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT term, doc FROM search_words WHERE term IN ({listed})", list(tokens))  # noqa: S608 -- marks of values
            return dict.fromkeys(tokens, 0) | dict(cursor.fetchall())


def _insert(cursor: Any, row: Row) -> None:
    cursor.execute(
        "INSERT INTO search_index (rowid, grams, marks) VALUES (%s, %s, %s)", [row.id, row.tokens, row.marks]
    )


def _delete(cursor: Any, row: Row) -> None:
    cursor.execute(
        "INSERT INTO search_index (search_index, rowid, grams, marks) VALUES ('delete', %s, %s, %s)",
        [row.id, row.tokens, row.marks],
    )


def _match(asked: Asked) -> str:
    """All terms wherever they stand, and every mark; of a group of marks one is enough."""
    words = [f"grams : {phrase(term)}" for term in asked.terms]
    if asked.some:
        words.append(f"grams : ({' OR '.join(map(phrase, asked.some))})")
    marks = [f"marks : ({' OR '.join(group)})" for group in asked.marks]
    return " AND ".join(words + marks)


def phrase(term: str) -> str:
    """A term as neighbouring pairs; a single character as the beginning of one."""
    if len(term) == 1:
        return f"{grams.token(term)} *"
    return f'"{" ".join(map(grams.token, grams.pairs(term)))}"'
