"""The floor: a handler without framework, permissions or rules that writes the same rows for the same JSON.

It copies the rows that the platform wrote for one report (``template.json`` in the home) under new keys:
report, case, clocks, counter, events, chains and deliveries, by plain sqlite3 in one transaction, and is
served by the same server.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from uuid_utils.compat import uuid7

from benchmarks import stores
from benchmarks.stores import Connection, Store

#: Tables in the order in which they are written; those whose key the database makes lose it in the template.
TABLES = ("report", "case_", "case_deadline", "event", "event_chain", "delivery")
_COUNT = (
    "INSERT INTO counter (name, value) VALUES ('bare', 1) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
)
_LISTED = (
    "number, state, matter, title, place, address, lead_id, origin, "
    "filed_at, due_at, closed_at, returns, priority"
)
#: Under each open state the first of an index that holds the order, and of these the first of all.
LIST = " UNION ALL ".join(
    f"SELECT * FROM (SELECT {_LISTED}, id FROM case_ WHERE state = '{state}' "
    "AND closed_at IS NULL ORDER BY due_at, id LIMIT 51) AS part"
    for state in ("filed", "dispatched", "handling", "handled", "checking")
)
LIST = f"SELECT {_LISTED} FROM ({LIST}) AS listed ORDER BY due_at, id LIMIT 51"


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

    def __init__(self, path: Path, store: Store) -> None:
        held = json.loads(path.read_text())
        self.store = store
        self.keys: list[str] = held["keys"]
        self.tables: dict[str, tuple[list[str], list[list[Any]]]] = held["tables"]
        self.inserts = {
            table: stores.insertion(store, table, names) for table, (names, _) in self.tables.items()
        }

    def write(self, database: Connection, text: str) -> str:
        """Write the rows once more, in the transaction that is open; the new number of the case."""
        cursor = database.cursor()
        number = f"bare-{cursor.execute(_COUNT).fetchone()[0]}"
        fresh: dict[Any, Any] = {key: self.store.key(uuid7()) for key in self.keys}
        fresh |= {"$number": number, "$code": secrets.token_hex(6), "$text": text}
        for table, (_, rows) in self.tables.items():
            if table == "event":
                returning = f"{self.inserts[table]} RETURNING position"
                for n, row in enumerate(rows):
                    fresh[f"$event{n}"] = cursor.execute(returning, _under(fresh, row)).fetchone()[0]
            else:
                cursor.executemany(self.inserts[table], [_under(fresh, row) for row in rows])
        return number


def _under(fresh: dict[Any, Any], row: Iterable[Any]) -> list[Any]:
    return [fresh.get(value, value) for value in row]


def take_template(store: Store, path: Path) -> None:
    """Keep the rows of the newest case and its report as the template."""
    rows = store.connect()
    names = store.columns(rows, "case_")
    newest = f"SELECT {store.read(names)} FROM case_ ORDER BY case_.id DESC LIMIT 1"
    held = dict(zip(names, rows.execute(newest).fetchone(), strict=True))
    case = held["id"]
    report, code = _read(store, rows, "report", ["id", "progress_code"], [case])[0]
    swapped = {held["number"]: "$number", code: "$code", held["text"]: "$text", held["title"]: "$text"}
    events = [row[0] for row in _read(store, rows, "event", ["position"], [report, case])]
    swapped_events = {position: f"$event{n}" for n, position in enumerate(events)}
    tables, keys = {}, [report, case]
    for table in TABLES:
        made = {"event": "position", "delivery": "id"}.get(table)
        names = [name for name in store.columns(rows, table) if name != made]
        values = _read(store, rows, table, names, [case] if table in _OF_CASE else [report, case])
        if table == "case_deadline":
            keys += [row[names.index("id")] for row in values]
        if table == "delivery":
            at = names.index("event_id")
            values = [[*row[:at], swapped_events[row[at]], *row[at + 1 :]] for row in values]
        tables[table] = [names, [[swapped.get(value, value) for value in row] for row in values]]
    rows.close()
    path.write_text(json.dumps({"keys": keys, "tables": tables}, ensure_ascii=False))


def _read(
    store: Store, database: Connection, table: str, names: list[str], values: list[Any]
) -> list[list[Any]]:
    statement = _OF[table].format(store.read(names)).replace("?", store.mark)
    return [list(row) for row in database.execute(statement, values).fetchall()]


_OF_CASE = ("report", "case_", "case_deadline")
_OF = {
    "report": "SELECT {} FROM report WHERE case_id = ?",
    "case_": "SELECT {} FROM case_ WHERE id = ?",
    "case_deadline": "SELECT {} FROM case_deadline WHERE case_id = ?",
    "event": "SELECT {} FROM event WHERE subject_id IN (?, ?) ORDER BY event.position",
    "event_chain": "SELECT {} FROM event_chain WHERE subject_id IN (?, ?)",
    "delivery": "SELECT {} FROM delivery WHERE event_id IN "
    "(SELECT position FROM event WHERE subject_id IN (?, ?)) ORDER BY delivery.id",
}


def handler() -> Callable[..., Iterable[bytes]]:
    """The application: POST writes, GET lists fifty open cases by their promise."""
    home, url = Path(os.environ["GEWU_HOME"]), os.environ.get("GEWU_DATABASE_URL")
    store = stores.Postgresql(url) if url else stores.Sqlite(home / stores.FILE)
    database, template = store.connect(), Template(home / "template.json", store)
    decode = msgspec.json.Decoder(Given).decode

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "GET":
            body, status = msgspec.json.encode(database.execute(LIST).fetchall()[:50]), "200 OK"
        else:
            given = decode(environ["wsgi.input"].read())
            database.execute("BEGIN IMMEDIATE" if store.mark == "?" else "BEGIN")
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
