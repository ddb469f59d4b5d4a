"""Taking in a table of reports by `gewu import`, beside plain rows by sqlite3."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from benchmarks import bare, processes
from benchmarks.ground import CALL, Ground
from benchmarks.table import Row

_COMMAND = (
    "from gewu.cli import main; main.COMMANDS.setdefault('import', 'gewu.cli.importing:import_'); main.main()"
)
#: Rows that the floor writes in one transaction, as an import does.
_BATCH = 100


def measure(ground: Ground, *, count: int) -> Iterator[Row]:
    """Rows of a table that each become a dispatched case, the start of the command included and apart."""
    from benchmarks import inside  # noqa: PLC0415 -- Django reads its settings when it is imported

    inside.statements(ground.call())
    bare.take_template(ground.store, ground.home / "template.json")
    with ground.copy() as place:
        floor = _floor(place, count)
    with ground.copy() as place:
        before = _dispatched(place)
        command = _import(place, _table(place.home / "reports.csv", count))
        seconds = _rows_s(place)
        if _dispatched(place) - before != count:
            raise RuntimeError(f"{_dispatched(place) - before} dispatched cases instead of {count}")
    more = {"rows s": seconds, "command s": command}
    what = f"{count:,} reports to dispatched cases"
    yield Row("import", what, count / seconds, "rows/s", "bare rows", floor, more)


def _dispatched(place: Ground) -> int:
    return int(place.rows("SELECT count(*) FROM case_ WHERE state = 'dispatched'")[0][0])


def _rows_s(place: Ground) -> float:
    """Seconds from the first row to the last, as the batch itself kept them."""
    begun, ended = (
        datetime.fromisoformat(str(one))
        for one in place.rows("SELECT started_at, finished_at FROM import_batch")[0]
    )
    return (ended - begun).total_seconds()


def _floor(place: Ground, count: int) -> float:
    database = place.store.connect()
    template = bare.Template(place.home / "template.json", place.store)
    begun = time.perf_counter()
    for n in range(count):
        if n % _BATCH == 0:
            database.execute("BEGIN")
        template.write(database, str(CALL["text"]))
        if n % _BATCH == _BATCH - 1 or n == count - 1:
            database.execute("COMMIT")
    seconds = time.perf_counter() - begun
    database.close()
    return count / seconds


def _table(path: Path, count: int) -> Path:
    chance = random.Random(count)
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        rows = csv.writer(file)
        rows.writerow(["编号", "内容", "地点", "经度", "纬度", "事项代码"])
        for n in range(count):
            lon, lat = chance.uniform(118.601, 118.629), chance.uniform(32.031, 32.059)
            text = f"{CALL['text']}（{n}）"
            rows.writerow([f"{path.stem}-{n}", text, CALL["address"], f"{lon:.6f}", f"{lat:.6f}", "C0101"])
    return path


def _import(place: Ground, table: Path) -> float:
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, "import", str(table), "--mapping", "reports"],
        cwd=processes.ROOT,
        env=processes.surroundings(place, processes.free_port()),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the import ended with {done.returncode}:\n{done.stdout}{done.stderr}"[-3000:])
    return time.perf_counter() - begun
