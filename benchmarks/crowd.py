"""Many cases at once, for measuring lists and for nothing else.

The rows have the shape that the door writes, by plain sqlite3: a case and its accepted report, without events
and clocks. How cases fall on places and classes follows the recorded events of a district where
``GEWU_SHARED_DATA`` (or a folder ``shared`` beside the project) holds them; else every place and class is as
likely.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import random
import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from uuid_utils.compat import uuid7

from benchmarks.bare import connect

#: One case in ten is open, as in a district whose cases take a day or two and which keeps a month of them.
_STATES = {"closed": 90, "dispatched": 3, "handling": 4, "handled": 1, "checking": 1, "filed": 1}
#: Rows that are made and written at a time.
_PART = 20_000
#: Where the shared data lie unless GEWU_SHARED_DATA says otherwise.
BESIDE = Path(__file__).resolve().parents[2] / "shared"
_RECORDED = Path("pingshan2018_events") / "events.csv.gz"


def gather(path: Path, count: int) -> None:
    """Write so many cases and reports beside the first case of this database."""
    database, chance = connect(path), random.Random(1)
    database.row_factory = sqlite3.Row
    case = dict(database.execute("SELECT * FROM case_ ORDER BY id DESC LIMIT 1").fetchone())
    report = dict(database.execute("SELECT * FROM report WHERE case_id = ?", [case["id"]]).fetchone())
    places, matters = _places(database), _matters(database)
    by_place, by_matter = _weights("COMMUNITY_NAME", len(places)), _weights("SUB_TYPE_NAME", len(matters))
    database.execute("PRAGMA cache_size=-400000")  # the indexes are filled in no order
    for start in range(0, count, _PART):
        some = range(start, min(start + _PART, count))
        at = chance.choices(places, by_place, k=len(some))
        about = chance.choices(matters, by_matter, k=len(some))
        fresh = [_like(case, n, *what, chance) for n, *what in zip(some, at, about, strict=True)]
        database.execute("BEGIN")
        _insert(database, "case_", fresh)
        _insert(database, "report", [_reported(report, one, n) for n, one in zip(some, fresh, strict=True)])
        database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def _like(case: dict[str, Any], n: int, place: str, matter: str, chance: random.Random) -> dict[str, Any]:
    state = chance.choices(list(_STATES), list(_STATES.values()))[0]
    filed = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=chance.uniform(0, 30 * 86400))
    due = filed + timedelta(hours=chance.choice((4, 8, 24, 72, 120)))
    return {
        **case,
        "id": uuid7().hex,
        "number": f"320111-20200101-{n:07d}",
        "state": state,
        "matter": matter,
        "place": place,
        "received_at": _written(filed),
        "filed_at": _written(filed),
        "due_at": _written(due),
        "closed_at": _written(filed + (due - filed) / 2) if state == "closed" else None,
    }


def _reported(report: dict[str, Any], case: dict[str, Any], n: int) -> dict[str, Any]:
    same = {name: case[name] for name in ("place", "matter", "received_at", "due_at")}
    return {
        **report,
        **same,
        "id": uuid7().hex,
        "progress_code": f"C{n:011d}",
        "case_id": case["id"],
        "key": None,
    }


def _written(moment: datetime) -> str:
    return moment.isoformat(" ", timespec="microseconds")


def _insert(database: sqlite3.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    names = list(rows[0])
    marks = ", ".join("?" * len(names))
    database.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",
        [list(row.values()) for row in rows],
    )


def _places(database: sqlite3.Connection) -> list[str]:
    return [code for (code,) in database.execute("SELECT code FROM grid ORDER BY code")]


def _matters(database: sqlite3.Connection) -> list[str]:
    return [
        code for (code,) in database.execute("SELECT code FROM matter_class WHERE parent <> '' ORDER BY code")
    ]


def _weights(column: str, n: int) -> list[float]:
    """How likely each of ``n`` values is: as the commonest recorded ones, or all alike."""
    recorded = Path(os.environ.get("GEWU_SHARED_DATA") or BESIDE) / "data" / _RECORDED
    if not recorded.is_file():
        return [1.0] * n
    text = gzip.decompress(recorded.read_bytes()).decode("utf-8-sig")
    counts = [
        float(k) for _, k in Counter(row[column] for row in csv.DictReader(io.StringIO(text))).most_common(n)
    ]
    return counts + [counts[-1]] * (n - len(counts))
