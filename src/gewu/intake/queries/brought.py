"""Which cases grew out of what another system brought."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from gewu.intake.models import Report


def cases_brought(channel: str, outside_ids: Sequence[str]) -> dict[str, tuple[UUID, str]]:
    """Of these numbers of a channel those whose report became a case: its key and its number. One query."""
    found = Report.objects.filter(channel=channel, outside_id__in=outside_ids, case__isnull=False)
    return {
        outside: (case, number)
        for outside, case, number in found.values_list("outside_id", "case_id", "case__number")
        if outside and case
    }
