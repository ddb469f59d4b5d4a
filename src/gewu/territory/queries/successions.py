"""Which place stands for which from a day on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from gewu.infra.successors import Moves
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.scopes import within
from gewu.territory.lifecycle import SUCCESSION
from gewu.territory.models import Succession

#: Successions that are listed.
MOST_LISTED = 50


@dataclass(frozen=True)
class SuccessionLine:
    """One succession as it is listed."""

    id: UUID
    moves: Moves
    since: date
    reason: str
    state: str
    state_label: Text
    open: bool


def successions(inside: str) -> tuple[SuccessionLine, ...]:
    """The newest fifty of an installation's place: one query."""
    rows = Succession.objects.filter(within("inside", inside)).order_by("-planned_at")
    return tuple(_line(row) for row in rows[:MOST_LISTED])


def succession(key: UUID) -> SuccessionLine:
    """One of them; an unknown one is refused."""
    row = Succession.objects.filter(pk=key).first()
    if row is None:
        raise Refusal(say("没有这次区域承接"), Kind.MISSING)
    return _line(row)


def _line(row: Succession) -> SuccessionLine:
    state = SUCCESSION.state(row.state)
    return SuccessionLine(row.pk, row.moves, row.since, row.reason, row.state, state.label, state.open)
