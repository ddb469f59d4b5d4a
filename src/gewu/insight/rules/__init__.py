"""Pure decisions: what a case adds to figures, how entries of the search are marked, spelled and ranked."""

from gewu.insight.rules.marks import desk_mark, kind_mark, matter_mark, person_mark, place_marks, state_mark
from gewu.insight.rules.ranking import Ranked, alike, ranked
from gewu.insight.rules.spelling import spelled
from gewu.insight.rules.standing import LEVELS, at_levels, told

__all__ = [
    "LEVELS",
    "Ranked",
    "alike",
    "at_levels",
    "desk_mark",
    "kind_mark",
    "matter_mark",
    "person_mark",
    "place_marks",
    "ranked",
    "spelled",
    "state_mark",
    "told",
]
