"""The floor: a handler without framework, permissions or rules that writes the same rows for the same JSON.

It copies the rows that the platform wrote for one report (``template.json`` in the home) under new keys:
report, case, clocks, counter, events, chains and deliveries, by plain sqlite3 in one transaction, and is
served by the same server.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from uuid_utils.compat import uuid7

#: Tables in the order in which they are written; those whose key the database makes lose it in the template.
TABLES = ("report", "case_", "case_deadline", "event", "event_chain", "delivery")
_COUNT = (
    "INSERT INTO counter (name, value) VALUES ('bare', 1) "
    "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
)
_LISTED = (
    "number, state, matter, title, place, address, lead_id, origin, "
    "filed_at, due_at, closed_at, returns, priority"
)
LIST = (
    f"SELECT {_LISTED} FROM case_ WHERE state IN ('filed','dispatched','handling','handled','checking') "
    "AND place >= '320111' AND place < '320112' ORDER BY due_at, id LIMIT 51"
)


class Given(msgspec.Struct, forbid_unknown_fields=True):
    """The fields of a report taken down by telephone."""

    channel: str
    text: str
    lon: float
    lat: float
    matter_code: str
    address: str = ""


class Template:
    """The rows of one report that was accepted and dispatched, to be written again under new keys."""

    def __init__(self, path: Path) -> None:
        held = json.loads(path.read_text())
        self.keys: list[str] = held["keys"]
        self.tables: dict[str, tuple[list[str], list[list[Any]]]] = held["tables"]
        self.inserts = {
            table: f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
            for table, (names, _) in self.tables.items()
        }

    def write(self, database: sqlite3.Connection, text: str) -> str:
        """Write the rows once more, in the transaction that is open; the new number of the case."""
        number = f"bare-{database.execute(_COUNT).fetchone()[0]}"
        fresh: dict[Any, Any] = {key: uuid7().hex for key in self.keys}
        fresh |= {"$number": number, "$code": secrets.token_hex(6), "$text": text}
        events: list[int] = []
        for table, (_, rows) in self.tables.items():
            if table == "event":
                events = [
                    database.execute(self.inserts[table], _under(fresh, row)).lastrowid or 0 for row in rows
                ]
                fresh |= {f"$event{n}": position for n, position in enumerate(events)}
            else:
                database.executemany(self.inserts[table], [_under(fresh, row) for row in rows])
        return number


def _under(fresh: dict[Any, Any], row: Iterable[Any]) -> list[Any]:
    return [fresh.get(value, value) for value in row]


def take_template(database: Path, path: Path) -> None:
    """Keep the rows of the newest case and its report as the template."""
    rows = sqlite3.connect(database)
    case, number, title, text = rows.execute(
        "SELECT id, number, title, text FROM case_ ORDER BY id DESC LIMIT 1"
    ).fetchone()
    report, code = rows.execute("SELECT id, progress_code FROM report WHERE case_id = ?", [case]).fetchone()
    events = [p for (p,) in rows.execute(_OF["event"].format("position"), [report, case])]
    swapped = {number: "$number", code: "$code", text: "$text", title: title}
    tables, keys = {}, [report, case]
    for table in TABLES:
        found = rows.execute(_OF[table].format("*"), [report, case])
        names = [column[0] for column in found.description]
        values = [list(row) for row in found]
        made = {"event": "position", "delivery": "id"}.get(table)
        keep = [n for n, name in enumerate(names) if name != made]
        if table == "case_deadline":
            keys += [row[0] for row in values]
        if table == "delivery":
            at = names.index("event_id")
            for row in values:
                row[at] = f"$event{events.index(row[at])}"
        tables[table] = [
            [names[n] for n in keep],
            [[swapped.get(row[n], row[n]) for n in keep] for row in values],
        ]
    path.write_text(json.dumps({"keys": keys, "tables": tables}, ensure_ascii=False))


_OF = {
    "report": "SELECT {} FROM report WHERE id = ? AND case_id = ?",
    "case_": "SELECT {} FROM case_ WHERE ? <> id AND id = ?",
    "case_deadline": "SELECT {} FROM case_deadline WHERE ? <> case_id AND case_id = ?",
    "event": "SELECT {} FROM event WHERE subject_id IN (?, ?) ORDER BY position",
    "event_chain": "SELECT {} FROM event_chain WHERE subject_id IN (?, ?)",
    "delivery": "SELECT {} FROM delivery WHERE event_id IN "
    "(SELECT position FROM event WHERE subject_id IN (?, ?)) ORDER BY id",
}


def connect(path: Path) -> sqlite3.Connection:
    """The database with the pragmas of the platform, durable."""
    found = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=268435456"):
        found.execute(f"PRAGMA {pragma}")
    return found


def handler() -> Callable[..., Iterable[bytes]]:
    """The application: POST writes, GET lists fifty open cases by their promise."""
    home = Path(os.environ["GEWU_HOME"])
    database, template = connect(home / "gewu.sqlite3"), Template(home / "template.json")
    decode = msgspec.json.Decoder(Given).decode

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET":
            body, status = msgspec.json.encode(database.execute(LIST).fetchall()[:50]), "200 OK"
        else:
            given = decode(environ["wsgi.input"].read())
            database.execute("BEGIN IMMEDIATE")
            number = template.write(database, given.text)
            database.execute("COMMIT")
            body, status = msgspec.json.encode({"case": number}), "201 Created"
        start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return answer


def main() -> None:
    """Serve until SIGTERM, by the same server with the same settings as `gewu serve`."""
    Granian(
        "bare",
        address="127.0.0.1",
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=1,
        backpressure=256,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve(target_loader=lambda target: handler())


if __name__ == "__main__":
    main()
