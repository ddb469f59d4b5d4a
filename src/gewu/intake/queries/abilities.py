"""Which steps of a report a role may take: asked of the permissions themselves, never written down."""

from __future__ import annotations

from gewu.intake import permissions
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report
from gewu.kernel.texts import Text
from gewu.security.actors import Actor
from gewu.security.queries import SAMPLE_PLACE


def abilities(sample: Actor) -> tuple[tuple[Text, tuple[Text, ...]], ...]:
    """The steps, in the table's order, that this actor may take with a report within its reach."""
    report = Report(place=SAMPLE_PLACE)
    may = {by for by, asks in permissions.WHO.items() if asks(sample, report)}
    steps = tuple({step.event: step.label for step in REPORT.steps if step.by in may}.values())
    return ((REPORT.label, steps),) if steps else ()
