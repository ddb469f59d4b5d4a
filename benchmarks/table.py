"""The rows of the table: a figure, the floor it stands beside, and their ratio."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One measurement. ``ratio`` is the figure over that of its floor, in the sense named in ``unit``."""

    part: str
    what: str
    value: float
    unit: str
    floor: str = ""
    floor_value: float | None = None
    more: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.value / self.floor_value if self.floor_value else None


def printed(row: Row) -> str:
    """One line of the table."""
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} × {row.floor} ({short(row.floor_value or 0)})"
    more = "  ".join(f"{name} {short(value)}" for name, value in row.more.items())
    return f"{row.part:<8} {row.what:<44} {short(row.value):>9} {row.unit:<8} {ratio:<42} {more}".rstrip()


def short(value: float) -> str:
    """A number with three figures that count, and no more digits than it means."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def write(rows: Iterable[Row], path: Path, *, seconds: float, quick: bool) -> None:
    """The table as JSON, with what it was measured on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    found = {
        "python": platform.python_version(),
        "system": platform.system(),
        "cores": os.cpu_count(),
        "load_at_end": os.getloadavg(),
        "seconds": round(seconds, 1),
        "quick": quick,
        "rows": [{**asdict(row), "ratio": row.ratio} for row in rows],
    }
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
