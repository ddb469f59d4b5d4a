"""``python -m benchmarks [--quick] [--only PART] [--json FILE]``."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import ground, table
from benchmarks.table import Row

PARTS = ("start", "write", "inbox", "points", "tiles", "import")


def main() -> None:
    """Measure the parts asked for, print each row as it comes, and keep all of them as JSON."""
    asked = _asked()
    begun = time.monotonic()
    rows: list[Row] = []
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; compare ratios, not numbers of two runs\n")
    try:
        with ground.founded() as place:
            for part in asked.only or PARTS:
                for row in _measures(place, quick=asked.quick)[part]():
                    rows.append(row)
                    print(table.printed(row), flush=True)
    finally:  # what was measured is worth keeping even when a later part fails
        table.write(rows, asked.json, seconds=time.monotonic() - begun, quick=asked.quick)
    print(f"\n{time.monotonic() - begun:.0f} s; written to {asked.json}")


def _measures(place: ground.Ground, *, quick: bool) -> dict[str, Callable[[], Iterator[Row]]]:
    from benchmarks import importing, inbox, points, starting, tiling, writing  # noqa: PLC0415 -- they need Django's settings

    return {
        "start": lambda: starting.measure(place),
        "write": lambda: writing.measure(place, seconds=1.5 if quick else 8),
        "inbox": lambda: inbox.measure(place, cases=20_000 if quick else 1_000_000),
        "points": lambda: points.measure(shapes=10_000, points=50_000 if quick else 200_000),
        "tiles": lambda: tiling.measure(shapes=20_000 if quick else 200_000),
        "import": lambda: importing.measure(place, count=300 if quick else 2_000),
    }


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under two minutes; rougher figures")
    parser.add_argument("--only", action="append", choices=PARTS, help="one part; may be repeated")
    parser.add_argument(
        "--json", type=Path, default=Path("build/benchmarks.json"), help="where the table goes"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
