"""Loading the kinds of alerts."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from gewu.command.models import AlertKind
from gewu.command.queries.kinds import HELD_KINDS
from gewu.infra import store, versions


def load_kinds(path: Path) -> int:
    """Load the kinds of a file; returns how many. What exists is brought up to date."""
    rows = [
        AlertKind(**{**row, "weather_codes": [one for one in row["weather_codes"].split(";") if one]})
        for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))
    ]
    with store.writing():
        AlertKind.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name_zh", "name_en", "category", "weather_codes"],
        )
        versions.changed(HELD_KINDS)
    return len(rows)
