"""Door for reading: which cases someone sees, lists and counters, one case whole."""

from gewu.cases.queries.examples import told_of
from gewu.cases.queries.figures import (
    MatterCount,
    PeriodCount,
    PlaceCount,
    StateCount,
    by_matter,
    by_period,
    by_place,
    by_state,
)
from gewu.cases.queries.lists import (
    CaseLine,
    Filters,
    counters,
    inbox,
    line_of,
    may_see_file,
    open_case,
    require_visible,
    visible_to,
)
from gewu.cases.queries.neighbours import PublicLine, public_case, public_open
from gewu.cases.queries.record import (
    STAGES,
    CasePage,
    ClockFacts,
    OpenStep,
    PublicCase,
    TaskLine,
    open_to,
    page,
    public,
)
from gewu.cases.queries.timeline import CLOCK_WORDS, Line, public_line, sentence_of, timeline
from gewu.cases.rules import EVIDENCE_WORDS, PICTURES

__all__ = [
    "CLOCK_WORDS",
    "EVIDENCE_WORDS",
    "PICTURES",
    "STAGES",
    "CaseLine",
    "CasePage",
    "ClockFacts",
    "Filters",
    "Line",
    "MatterCount",
    "OpenStep",
    "PeriodCount",
    "PlaceCount",
    "PublicCase",
    "PublicLine",
    "StateCount",
    "TaskLine",
    "by_matter",
    "by_period",
    "by_place",
    "by_state",
    "counters",
    "inbox",
    "line_of",
    "may_see_file",
    "open_case",
    "open_to",
    "page",
    "public",
    "public_case",
    "public_line",
    "public_open",
    "require_visible",
    "sentence_of",
    "timeline",
    "told_of",
    "visible_to",
]
