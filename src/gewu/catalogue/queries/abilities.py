"""Which steps with lists and rules a role may take: asked of the permissions themselves."""

from __future__ import annotations

from gewu.catalogue import permissions
from gewu.catalogue.lifecycle import APPLICATION, CHANGE, LIST
from gewu.kernel.texts import Text
from gewu.security.actors import Actor
from gewu.security.queries import SAMPLE_PLACE


def abilities(sample: Actor) -> tuple[tuple[Text, tuple[Text, ...]], ...]:
    """The steps by table, in the table's order, that this actor may take within its reach."""
    may = {by for by, asks in permissions.WHO.items() if asks(sample, SAMPLE_PLACE)}
    found = []
    for table in (LIST, APPLICATION, CHANGE):
        steps = tuple({step.event: step.label for step in table.steps if step.by in may}.values())
        if steps:
            found.append((table.label, steps))
    return tuple(found)
