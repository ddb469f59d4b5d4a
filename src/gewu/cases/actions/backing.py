"""How many reports stand behind a case, kept on its row so that no list has to count them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F

from gewu.cases.models import Case


def count_report(case_id: UUID, *, by: int) -> None:
    """One report more or less stands behind this case; called in the transaction that joins or parts them."""
    Case.objects.filter(pk=case_id).update(reports=F("reports") + by)
