"""The steps open to a reader in the order of need: a few main ones, the others in named groups behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gewu.kernel.texts import Text, say
from gewu.web.presenting.parts import OpenStep

#: So many steps stand open beside a case; more of them hide what comes next.
MOST_MAIN = 3
#: Steps that are rarely what comes next, by what they are about; any other is a main one.
_ASIDE: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (say("改派、收回"), ("recall", "pass_up", "pass_down")),
    (say("延期、挂账、申诉"), ("ask_extension", "ask_shelving", "shelve", "appeal")),
    (say("标注"), ("tag", "untag", "name_concern")),
    (say("作废"), ("void",)),
)


@dataclass(frozen=True)
class StepGroup:
    """Steps of one kind, under what they are about."""

    label: Text
    steps: tuple[OpenStep, ...]


@dataclass(frozen=True)
class OpenSteps:
    """The main steps, and the groups of all others."""

    main: tuple[OpenStep, ...]
    more: tuple[StepGroup, ...]

    def has_aside(self, event: str) -> bool:
        """Whether this step stands in one of the groups."""
        return any(one.event == event for group in self.more for one in group.steps)


def grouped(steps: Sequence[OpenStep]) -> OpenSteps:
    """At most three main steps in their order; no step is lost, and none stands twice."""
    aside = {event for _, events in _ASIDE for event in events}
    onward = [one for one in steps if one.event not in aside]
    groups = [(say("其他步骤"), tuple(onward[MOST_MAIN:]))]
    groups += [(label, tuple(one for one in steps if one.event in events)) for label, events in _ASIDE]
    return OpenSteps(
        tuple(onward[:MOST_MAIN]), tuple(StepGroup(label, found) for label, found in groups if found)
    )
