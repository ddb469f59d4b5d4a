"""Rows of the organisation: units and posts, powers and duties, rosters."""

from gewu.organisation.models.powers import Evaluation, Mandate, MatterTransfer, PostDuty
from gewu.organisation.models.rosters import Booking, DutyKind, Shift, ShiftNote
from gewu.organisation.models.units import (
    CrewModel,
    Post,
    PostKind,
    StaffEntry,
    Structure,
    Unit,
    UnitAlias,
    UnitKind,
)

__all__ = [
    "Booking",
    "CrewModel",
    "DutyKind",
    "Evaluation",
    "Mandate",
    "MatterTransfer",
    "Post",
    "PostDuty",
    "PostKind",
    "Shift",
    "ShiftNote",
    "StaffEntry",
    "Structure",
    "Unit",
    "UnitAlias",
    "UnitKind",
]
