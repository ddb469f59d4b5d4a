"""What is open at places that others are to take over."""

from __future__ import annotations

from gewu.cases.lifecycle import CASE, FOLLOW_UP
from gewu.cases.models import Case, FollowUp
from gewu.infra.successors import Moves, counted
from gewu.kernel.texts import Text, say


def following(moves: Moves) -> tuple[tuple[Text, int], ...]:
    """How many open cases and waiting follow-ups would go along."""
    cases = Case.objects.filter(state__in=CASE.names(open=True))
    asked = FollowUp.objects.filter(state__in=FOLLOW_UP.names(open=True))
    return (say("在办工单"), counted(cases, moves)), (say("待回访"), counted(asked, moves))
