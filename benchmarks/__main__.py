"""``python -m benchmarks [--quick] [--only PART] [--json FILE]``."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.testing import POSTGRESQL, answers

from benchmarks import ground, table
from benchmarks.table import Row

PARTS = ("start", "write", "inbox", "search", "points", "tiles", "import", "open", "sensors", "assistants")
#: Those that are measured on PostgreSQL too, where one answers.
OF_DATABASES = ("write", "inbox", "search", "import")


def main() -> None:
    """Measure the parts asked for, print each row as it comes, and keep all of them as JSON."""
    asked = _asked()
    begun = time.monotonic()
    rows: list[Row] = []
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; compare ratios, not numbers of two runs\n")
    try:
        with ground.founded(asked.server) as place:
            for part in asked.only or PARTS:
                for row in _measures(
                    place,
                    asked.cases or (20_000 if asked.quick else 1_000_000),
                    asked.keep,
                    quick=asked.quick,
                )[part]():
                    rows.append(row)
                    print(table.printed(row), flush=True)
    finally:  # what was measured is worth keeping even when a later part fails
        table.write(rows, asked.json, seconds=time.monotonic() - begun, quick=asked.quick)
    print(f"\n{time.monotonic() - begun:.0f} s; written to {asked.json}", flush=True)
    if not asked.server and answers("127.0.0.1", 5432):
        _again_on_postgresql(asked)


def _again_on_postgresql(asked: argparse.Namespace) -> None:
    """The parts that ask a database once more, in a process of its own with settings of its own."""
    parts = [part for part in asked.only or PARTS if part in OF_DATABASES]
    if not parts:
        return
    print("\nthe same on PostgreSQL:", flush=True)
    words = ["--server", POSTGRESQL, "--json", str(asked.json.with_suffix(".postgresql.json"))]
    words += [word for part in parts for word in ("--only", part)]
    words += ["--quick"] * asked.quick + (["--cases", str(asked.cases)] if asked.cases else [])
    subprocess.run([sys.executable, "-m", "benchmarks", *words], check=True)


def _measures(
    place: ground.Ground, cases: int, keep: Path | None, *, quick: bool
) -> dict[str, Callable[[], Iterator[Row]]]:
    from benchmarks import (  # noqa: PLC0415 -- they need Django's settings
        assisting,
        importing,
        inbox,
        opening,
        points,
        searching,
        sensing,
        starting,
        tiling,
        writing,
    )

    return {
        "start": lambda: starting.measure(place),
        "write": lambda: writing.measure(place, seconds=1.5 if quick else 8),
        "inbox": lambda: inbox.measure(place, cases=cases, keep=keep),
        "search": lambda: searching.measure(place, cases=cases, keep=keep),
        "points": lambda: points.measure(shapes=10_000, points=50_000 if quick else 200_000),
        "tiles": lambda: tiling.measure(shapes=20_000 if quick else 200_000),
        "open": lambda: opening.measure(place),
        "sensors": lambda: sensing.measure(place, count=10_000 if quick else 100_000),
        "assistants": lambda: assisting.measure(count=2_000 if quick else 10_000),
        "import": lambda: importing.measure(place, count=300 if quick else 2_000),
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under two minutes; rougher figures")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; may be repeated")
    parser.add_argument(
        "--server",
        default="",
        metavar="URL",
        help="measure on this PostgreSQL server only; else on SQLite, then on a local one if it answers",
    )
    parser.add_argument("--cases", type=int, help="how many cases the inbox is measured over")
    parser.add_argument(
        "--keep", type=Path, help="folder in which the cases of the inbox are kept for the next run"
    )
    parser.add_argument(
        "--json", type=Path, default=Path("build/benchmarks.json"), help="where the table goes"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
