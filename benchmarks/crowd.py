"""Many cases at once, for measuring lists and for nothing else.

The rows have the shape that the door writes, put straight into the tables: a case, its accepted report and
the clocks of those that are open, without events. How cases fall on places, classes, offices and channels
follows the recorded events of a district where ``GEWU_SHARED_DATA`` (or a folder ``shared`` beside the
project) holds them; else every one is as likely.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from uuid_utils.compat import uuid7

from benchmarks.stores import Connection, Store, insertion

#: One case in ten is open, as in a district whose cases take a day or two and which keeps a month of them.
_STATES = {"closed": 90, "dispatched": 3, "handling": 4, "handled": 1, "checking": 1, "filed": 1}
_PRIORITIES = {"1": 3, "2": 12, "3": 75, "4": 10}
_RETURNS, _REOPENINGS = {"0": 960, "1": 33, "2": 5, "3": 2}, {"0": 985, "1": 15}
_HOURS = (4, 8, 24, 72, 120)
#: How many days they were filed in.
_DAYS = 30
#: Rows that are made and written at a time.
_PART = 50_000
#: Where the shared data lie unless GEWU_SHARED_DATA says otherwise.
BESIDE = Path(__file__).resolve().parents[2] / "shared"
_RECORDED = Path("pingshan2018_events") / "events.csv.gz"
#: What differs from case to case; all else is as in the first one.
_OWN = (
    "n", "id", "number", "report", "code", "state", "matter", "place", "lead_id", "lead_path", "origin",
    "priority", "returns", "reopenings", "filed_at", "due_at", "closed_at", "text", "clock",
)  # fmt: skip
_TABLES = ("case_", "report", "case_deadline")


def gather(store: Store, count: int) -> None:
    """Write so many cases and reports beside the newest case of this database; indexes come afterwards."""
    database = store.connect()
    if store.name == "SQLite":
        database.execute("PRAGMA cache_size=-400000")
        database.execute("PRAGMA synchronous=OFF")  # whoever is interrupted begins anew
    store.stop_counting(database)
    indexes = [made for table in _TABLES for made in store.indexes(database, table).items()]
    for name, _ in indexes:
        database.execute(f'DROP INDEX "{name}"')
    columns = ", ".join(f"{name} text" for name in _OWN)
    database.execute(f"CREATE TEMPORARY TABLE crowd ({columns})")
    statements = list(_copies(store, database))
    for part in _parts(store, database, count):
        database.execute("BEGIN")
        database.execute("DELETE FROM crowd")
        _fill(store, database, part)
        for statement, values in statements:
            database.execute(statement, values)
        database.execute("COMMIT")
    for _, statement in indexes:
        database.execute(statement)
    database.close()
    store.settle()


def _fill(store: Store, database: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
    if store.name == "SQLite":
        database.executemany(insertion(store, "crowd", _OWN), rows)
        return
    with database.cursor() as cursor, cursor.copy(f"COPY crowd ({', '.join(_OWN)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _copies(store: Store, database: Connection) -> Iterator[tuple[str, list[Any]]]:
    """The statements that write what is in ``crowd`` as cases, as reports and as clocks."""
    case = _first(store, database, "case_", "ORDER BY id DESC LIMIT 1", [])
    report = _first(store, database, "report", f"WHERE case_id = {store.mark}", [case["id"]])
    clock = _first(
        store, database, "case_deadline", f"WHERE clock = 'promise' AND case_id = {store.mark}", [case["id"]]
    )
    of_case = {name: name for name in _OWN if name in case}
    of_case |= {"title": "text", "received_at": "filed_at", "ended_at": "closed_at"}
    yield _copy(store, database, "case_", case, of_case)
    of_report = {name: name for name in ("place", "matter", "due_at", "text")}
    of_report |= {"id": "report", "progress_code": "code", "case_id": "id", "received_at": "filed_at"}
    yield _copy(store, database, "report", {**report, "key": None}, of_report)
    of_clock = {"id": "clock", "case_id": "id", "started_at": "filed_at", "due_at": "due_at"}
    yield _copy(store, database, "case_deadline", clock, of_clock, "WHERE state <> 'closed'")


def _first(
    store: Store, database: Connection, table: str, which: str, values: Sequence[Any]
) -> dict[str, Any]:
    names = store.columns(database, table)
    row = database.execute(f"SELECT {store.read(names)} FROM {table} {which}", values).fetchone()
    return dict(zip(names, row, strict=True))


def _copy(
    store: Store,
    database: Connection,
    table: str,
    like: Mapping[str, Any],
    own: Mapping[str, str],
    which: str = "",
) -> tuple[str, list[Any]]:
    kinds = dict(_kinds(store, database, table))
    sources = {name: own.get(name, store.mark) for name in like}
    taken = ", ".join(f"CAST({one} AS {kinds[name]})" if kinds else one for name, one in sources.items())
    listed = ", ".join(f'"{name}"' for name in like)
    values = [value for name, value in like.items() if name not in own]
    return f"INSERT INTO {table} ({listed}) SELECT {taken} FROM crowd {which} ORDER BY filed_at", values


def _kinds(store: Store, database: Connection, table: str) -> list[tuple[str, str]]:
    """The types of columns where a text does not become one by itself."""
    if store.name == "SQLite":
        return []
    asked = "SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = %s"
    return list(database.execute(asked, [table]).fetchall())


def _parts(store: Store, database: Connection, count: int) -> Iterator[list[tuple[Any, ...]]]:
    """All cases, the oldest first."""
    chance, now = random.Random(1), datetime.now(UTC)
    read = _read(database, chance)
    for start in range(0, count, _PART):
        k = min(_PART, count - start)
        drawn = [chance.choices(list(kinds), list(kinds.values()), k=k) for kinds in read]
        ages = (_DAYS * 86400 * (1 - (start + n + chance.random()) / count) for n in range(k))
        hours = chance.choices(_HOURS, k=k)
        yield [
            _one(store, start + n, now - timedelta(seconds=age), hour, *rest)
            for n, (age, hour, *rest) in enumerate(zip(ages, hours, *drawn, strict=True))
        ]


def _read(database: Connection, chance: random.Random) -> list[dict[Any, float]]:
    """What a case may be, with how likely each is: state, place, class, office, channel and the rest."""
    places = _column(database, "SELECT code FROM grid ORDER BY code")
    matters = _column(database, "SELECT code FROM matter_class WHERE parent <> '' ORDER BY code")
    channels = _column(database, "SELECT code FROM channel ORDER BY code")
    units = [tuple(map(str, row)) for row in database.execute("SELECT id, path FROM unit ORDER BY path")]
    for kinds in (matters, units, channels):
        chance.shuffle(kinds)
    return [
        _STATES,
        _weighed("COMMUNITY_NAME", places),
        _weighed("SUB_TYPE_NAME", matters),
        _weighed("DISPOSE_UNIT_NAME", units),
        _weighed("EVENT_SRC_NAME", channels),
        _PRIORITIES,
        _RETURNS,
        _REOPENINGS,
    ]


def _one(
    store: Store, n: int, filed: datetime, hours: int, state: str, place: str, matter: str,
    unit: tuple[str, str], origin: str, priority: str, returns: str, reopenings: str,
) -> tuple[Any, ...]:  # fmt: skip
    due = filed + timedelta(hours=hours)
    closed = _written(filed + (due - filed) / 2) if state == "closed" else None
    lead, path = (None, "") if state == "filed" else unit
    keys = [store.key(uuid7()) for _ in range(3)]
    return (
        n, keys[0], f"320111-20200101-{n:07d}", keys[1], f"C{n:011d}", state, matter, place, lead, path,
        origin, priority, returns, reopenings, _written(filed), _written(due), closed,
        f"第{n}件：人行道上的井盖不见了", keys[2],
    )  # fmt: skip


def _written(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(" ", timespec="microseconds")


def _column(database: Connection, statement: str) -> list[Any]:
    return [value for (value,) in database.execute(statement)]


def _weighed(column: str, kinds: list[Any]) -> dict[Any, float]:
    """How likely each is: as the commonest recorded ones, or all alike."""
    recorded = Path(os.environ.get("GEWU_SHARED_DATA") or BESIDE) / "data" / _RECORDED
    if not recorded.is_file():
        return dict.fromkeys(kinds, 1.0)
    text = gzip.decompress(recorded.read_bytes()).decode("utf-8-sig")
    counts = Counter(row[column] for row in csv.DictReader(io.StringIO(text))).most_common(len(kinds))
    weights = [float(n) for _, n in counts]
    return dict(zip(kinds, weights + [weights[-1]] * (len(kinds) - len(weights)), strict=True))
