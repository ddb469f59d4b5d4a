"""Rows of fieldwork: kinds and lists, spots and plans, tasks, and what was done and found."""

from gewu.fieldwork.models.clues import Clue, ClueRule
from gewu.fieldwork.models.kinds import CheckItem, Checklist, PlanKind, RecordForm
from gewu.fieldwork.models.plans import LoadLimit, Plan, PlanPlace, PlanTemplate, Spot
from gewu.fieldwork.models.records import Finding, Look, Record, Statement
from gewu.fieldwork.models.sampling import Draw, Drawn
from gewu.fieldwork.models.signing import PlanSigner, Signature
from gewu.fieldwork.models.spots import SpotConflict, SpotVersion
from gewu.fieldwork.models.tasks import CheckIn, Stop, Task
from gewu.fieldwork.models.tracks import Footprint, Track, TrackPart

__all__ = [
    "CheckIn",
    "CheckItem",
    "Checklist",
    "Clue",
    "ClueRule",
    "Draw",
    "Drawn",
    "Finding",
    "Footprint",
    "LoadLimit",
    "Look",
    "Plan",
    "PlanKind",
    "PlanPlace",
    "PlanSigner",
    "PlanTemplate",
    "Record",
    "RecordForm",
    "Signature",
    "Spot",
    "SpotConflict",
    "SpotVersion",
    "Statement",
    "Stop",
    "Task",
    "Track",
    "TrackPart",
]
