"""Pure decisions about alerts."""

from gewu.command.rules.messages import (
    COLOURS,
    STATUSES,
    TELLING,
    Area,
    Circle,
    Info,
    Message,
    Point,
    Reference,
    Resource,
    colour_of,
    faults,
)
from gewu.command.rules.steps import (
    AlertFacts,
    is_cancelling,
    is_current,
    is_from_outside,
    is_telling,
    not_acknowledged,
    other_person,
    still_stands,
)

__all__ = [
    "COLOURS",
    "STATUSES",
    "TELLING",
    "AlertFacts",
    "Area",
    "Circle",
    "Info",
    "Message",
    "Point",
    "Reference",
    "Resource",
    "colour_of",
    "faults",
    "is_cancelling",
    "is_current",
    "is_from_outside",
    "is_telling",
    "not_acknowledged",
    "other_person",
    "still_stands",
]
