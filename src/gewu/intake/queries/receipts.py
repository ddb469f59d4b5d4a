"""The receipt of one report and its case, for whoever holds the progress code."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings

from gewu.infra import receipts
from gewu.intake.models import Report
from gewu.intake.queries.record import of_code


def receipt(code: str, *, now: datetime) -> dict[str, Any]:
    """A report and its case as hashes and nothing personal; a wrong code is refused."""
    row = of_code(code)
    case = row.case
    chains = [("report", row.pk), *([("case", case.pk)] if case else [])]
    return {
        **receipts.of(chains),
        "issued_at": now.isoformat(timespec="seconds"),
        "county": settings.COUNTY,
        "case": case.number if case else None,
        "code_digest": code_digest(row),
    }


def code_digest(row: Report) -> str:
    """What shows whose receipt it is to one who holds the code, and tells the code to nobody."""
    return hashlib.sha256(f"{row.pk.hex}:{row.progress_code}".encode()).hexdigest()
