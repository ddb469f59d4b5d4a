"""Door for changing the net of places."""

from gewu.territory.actions.aliases import record_aliases
from gewu.territory.actions.boundaries import BoundaryFile, check_boundaries, import_boundaries
from gewu.territory.actions.demo import draw_grids, lay_cells, lay_lattice, load_demo_territory
from gewu.territory.actions.divisions import DivisionRow, load_divisions, record_divisions
from gewu.territory.actions.successions import (
    carry_out_successions,
    check_moves,
    plan_succession,
    undo_succession,
)
from gewu.territory.actions.waiting import AT_ONCE, note_not_taken, take_in, want_boundaries

__all__ = [
    "AT_ONCE",
    "BoundaryFile",
    "DivisionRow",
    "carry_out_successions",
    "check_boundaries",
    "check_moves",
    "draw_grids",
    "import_boundaries",
    "lay_cells",
    "lay_lattice",
    "load_demo_territory",
    "load_divisions",
    "note_not_taken",
    "plan_succession",
    "record_aliases",
    "record_divisions",
    "take_in",
    "undo_succession",
    "want_boundaries",
]
