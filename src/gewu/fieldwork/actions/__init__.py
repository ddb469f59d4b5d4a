"""Door for writing: kinds, lists, spots, plans, tasks, records, findings, visits, tracks, clues, samples."""

from gewu.fieldwork.actions.clues import conclude, raise_clue
from gewu.fieldwork.actions.corrections import Corrected, SpotEdit, correct_spot, decide_spot
from gewu.fieldwork.actions.kinds import ItemDraft, item_of, load_seeds, revise_checklist, set_load_limit
from gewu.fieldwork.actions.laying import lay_ahead
from gewu.fieldwork.actions.looks import LookWanted, send, settle
from gewu.fieldwork.actions.plans import (
    PlanDraft,
    StopDraft,
    change_plan,
    end_due_plans,
    make_plan,
    take_plan,
)
from gewu.fieldwork.actions.records import FindingDraft, Noted, RecordDraft, find, record
from gewu.fieldwork.actions.rehearsal import Rehearsed, rehearse
from gewu.fieldwork.actions.sampling import DrawDraft, draw, look_again
from gewu.fieldwork.actions.signing import sign
from gewu.fieldwork.actions.spots import SpotDraft, add_spot, close_spot
from gewu.fieldwork.actions.tasks import CheckInDraft, Seen, miss_overdue, open_due, remind_to_rest, take
from gewu.fieldwork.actions.tracks import Position, Taken, erase_tracks, look_at, take_positions
from gewu.fieldwork.actions.visits import Request, VisitDraft, visit
from gewu.fieldwork.models import Clue, Plan, Task
from gewu.fieldwork.rules import Rhythm

__all__ = [
    "CheckInDraft",
    "Clue",
    "Corrected",
    "DrawDraft",
    "FindingDraft",
    "ItemDraft",
    "LookWanted",
    "Noted",
    "Plan",
    "PlanDraft",
    "Position",
    "RecordDraft",
    "Rehearsed",
    "Request",
    "Rhythm",
    "Seen",
    "SpotDraft",
    "SpotEdit",
    "StopDraft",
    "Taken",
    "Task",
    "VisitDraft",
    "add_spot",
    "change_plan",
    "close_spot",
    "conclude",
    "correct_spot",
    "decide_spot",
    "draw",
    "end_due_plans",
    "erase_tracks",
    "find",
    "item_of",
    "lay_ahead",
    "load_seeds",
    "look_again",
    "look_at",
    "make_plan",
    "miss_overdue",
    "open_due",
    "raise_clue",
    "record",
    "rehearse",
    "remind_to_rest",
    "revise_checklist",
    "send",
    "set_load_limit",
    "settle",
    "sign",
    "take",
    "take_plan",
    "take_positions",
    "visit",
]
