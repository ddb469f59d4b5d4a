"""What waits at places that others are to take over."""

from __future__ import annotations

from gewu.infra.successors import Moves, counted
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report, VerificationTask
from gewu.kernel.texts import Text, say


def following(moves: Moves) -> tuple[tuple[Text, int], ...]:
    """How many open reports and looks at the spot would go along."""
    reports = Report.objects.filter(state__in=REPORT.names(open=True))
    looks = VerificationTask.objects.filter(done_at=None, dropped_at=None)
    return (say("待受理的反映"), counted(reports, moves)), (say("待核实"), counted(looks, moves))
