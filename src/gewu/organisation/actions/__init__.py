"""Door for writing: kinds, units, names, posts, staff records, powers, duties, rosters."""

from gewu.organisation.actions.duties import DutyDraft, set_duties
from gewu.organisation.actions.posts import Particulars, appoint, end_post
from gewu.organisation.actions.powers import (
    PowerDraft,
    TransferDraft,
    end_power,
    evaluate_power,
    give_power,
    transfer_matters,
)
from gewu.organisation.actions.rosters import (
    book,
    cancel_shift,
    hand_over,
    plan_shifts,
    take_booking,
    take_over,
)
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
from gewu.organisation.rules import Pattern

__all__ = [
    "Pattern",
    "DutyDraft",
    "set_duties",
    "PowerDraft",
    "TransferDraft",
    "end_power",
    "evaluate_power",
    "give_power",
    "transfer_matters",
    "book",
    "cancel_shift",
    "hand_over",
    "plan_shifts",
    "take_booking",
    "take_over",
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
