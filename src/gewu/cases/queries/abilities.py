"""Which steps of a case a role may take: asked of the permissions themselves, never written down."""

from __future__ import annotations

from gewu.cases import permissions
from gewu.cases.lifecycle import ASSIGNMENT, CASE, FOLLOW_UP, WHISTLE
from gewu.cases.models import Assignment, Case
from gewu.kernel.lifecycle import Lifecycle
from gewu.kernel.texts import Text
from gewu.security.actors import Actor
from gewu.security.queries import SAMPLE_PLACE, SAMPLE_UNIT


def abilities(sample: Actor) -> tuple[tuple[Text, tuple[Text, ...]], ...]:
    """The steps by table, in the table's order, that this actor may take in a case within its reach."""
    found = ((table.label, _steps(table, sample)) for table in (CASE, ASSIGNMENT, WHISTLE, FOLLOW_UP))
    return tuple((label, steps) for label, steps in found if steps)


def _steps(table: Lifecycle, sample: Actor) -> tuple[Text, ...]:
    case = Case(place=SAMPLE_PLACE, lead_path=SAMPLE_UNIT)
    task = Assignment(
        case=case, unit_path="" if sample.account_id else SAMPLE_UNIT, account_id=sample.account_id
    )
    may = {by for by, asks in permissions.WHO.items() if asks(sample, case, task)}
    return tuple({step.event: step.label for step in table.steps if step.by in may}.values())
