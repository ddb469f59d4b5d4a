"""Door for writing: kinds, units, names, posts, staff records."""

from gewu.organisation.actions.posts import Particulars, appoint, end_post
from gewu.organisation.actions.seeds import load_seeds
from gewu.organisation.actions.staff import note_staff, strike_staff
from gewu.organisation.actions.units import (
    UnitSpec,
    add_alias,
    add_unit,
    add_units,
    close_unit,
    move_unit,
    rename_unit,
)

__all__ = [
    "Particulars",
    "UnitSpec",
    "add_alias",
    "add_unit",
    "add_units",
    "appoint",
    "close_unit",
    "end_post",
    "load_seeds",
    "move_unit",
    "note_staff",
    "rename_unit",
    "strike_staff",
]
