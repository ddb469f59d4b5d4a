"""A long list as a file, made by the process of an errand, beside the same cells straight from the table."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from benchmarks import processes
from benchmarks.ground import Ground
from benchmarks.table import Row

_CELLS = (
    "SELECT number, matter, title, place, lead_path, state, origin, filed_at, due_at, closed_at, "
    "returns, reports FROM case_ ORDER BY id"
)
#: Asks for the file of every case, and does what the background process does: begins a process for it.
_MADE = """
import json, os, subprocess, sys, time
from pathlib import Path
import django
django.setup()
from django.utils import timezone
from gewu.infra import errands
from gewu.security import actions as security, queries
actor = queries.actor_named(sys.argv[1], now=timezone.now())
key = security.begin_export("tab=all", rows=int(sys.argv[2]), place="320111", language="zh-hans",
                            actor=actor, now=timezone.now())
errand = errands.take(timezone.now())
words = [sys.executable, "-m", "gewu.config.errand", str(errand.pk), str(errand.tries), str(os.getpid())]
begun, peak = time.perf_counter(), 0
child = subprocess.Popen(words)
while child.poll() is None:
    try:
        kept = [line for line in Path(f"/proc/{child.pid}/smaps_rollup").read_text().splitlines()
                if line.startswith("Anonymous:")]
        peak = max(peak, *(int(line.split()[1]) for line in kept))
    except (OSError, TypeError):
        pass
    time.sleep(0.25)
seconds = time.perf_counter() - begun
path = security.file_of(key)
print(json.dumps({"s": seconds, "peak": peak / 1024, "file": path.stat().st_size / 1024**2}))
path.unlink()
"""
_SUPERVISOR = "zheng.jun"


def measure(ground: Ground, *, cases: int) -> Iterator[Row]:
    """Every case of the county as xlsx: rows a second, and what the process of the errand held at most."""
    environment = processes.surroundings(ground, processes.free_port())
    done = subprocess.run(
        [sys.executable, "-c", _MADE, _SUPERVISOR, str(cases)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    more = {"MiB at most": found["peak"], "MiB of file": found["file"], "s": found["s"]}
    yield Row(
        "export", f"{cases:,} cases as xlsx", cases / found["s"], "rows/s", "bare cells", _floor(ground), more
    )


def _floor(ground: Ground) -> float:
    """Rows a second from the table into a workbook, by the same writer, without rights and names."""
    from gewu.infra import sheets  # noqa: PLC0415 -- Django reads its settings when it is imported

    database = ground.store.connect()
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as file:
        cells = ([str(value) for value in row] for row in database.execute(f"{_CELLS} LIMIT 100000"))
        count = sheets.write_book(file, "", ["x"] * 12, cells)
    rate = count / (time.perf_counter() - begun)
    database.close()
    return rate
