"""Pure decisions: which readings are believed, when an alarm is raised and when it is over."""

from gewu.sensing.rules.choosing import (
    DAYS,
    SHAPES,
    SIDES,
    AlarmRule,
    checked_hours,
    in_force,
    is_watched,
    rules_for,
)
from gewu.sensing.rules.judging import AT_REST, Progress, Verdict, judged
from gewu.sensing.rules.readings import (
    AHEAD_MS,
    FAULTS,
    LARGEST_SEQ,
    OLDEST_MS,
    Known,
    Measure,
    fault_of,
    numbers_in,
)
from gewu.sensing.rules.responding import (
    COMMANDS,
    AlarmFacts,
    Responses,
    case_ended,
    case_runs,
    not_yet_answered,
    summed_up,
)

__all__ = [
    "AHEAD_MS",
    "AT_REST",
    "COMMANDS",
    "DAYS",
    "FAULTS",
    "LARGEST_SEQ",
    "OLDEST_MS",
    "SHAPES",
    "SIDES",
    "AlarmFacts",
    "AlarmRule",
    "Known",
    "Measure",
    "Progress",
    "Responses",
    "Verdict",
    "case_ended",
    "case_runs",
    "checked_hours",
    "fault_of",
    "in_force",
    "is_watched",
    "judged",
    "not_yet_answered",
    "numbers_in",
    "rules_for",
    "summed_up",
]
