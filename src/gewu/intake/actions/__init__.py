"""Door for writing: receiving reports, every step of their table, the reporter's verdict, past reports."""

from gewu.intake.actions import residents
from gewu.intake.actions.bulk import Line, Outcomes, Plan, read_lines, rehearse, run
from gewu.intake.actions.dated import DATED
from gewu.intake.actions.following import supplement, urge
from gewu.intake.actions.history import Outcome, PastReport, Taken, derived_end, take_in
from gewu.intake.actions.identity import ask_identity
from gewu.intake.actions.learning import learn
from gewu.intake.actions.mapping import Mapping, read_mapping
from gewu.intake.actions.outside import bring
from gewu.intake.actions.receiving import (
    Arrival,
    ReportDraft,
    load_channels,
    load_limits,
    receive,
    receive_all,
)
from gewu.intake.actions.retention import BATCH, erase_identities, erase_photos, erase_records
from gewu.intake.actions.steps import give_verdict, take
from gewu.intake.actions.supporting import MeToo, me_too
from gewu.intake.models import Report

__all__ = [
    "BATCH",
    "Arrival",
    "DATED",
    "Line",
    "Mapping",
    "MeToo",
    "Outcome",
    "Outcomes",
    "PastReport",
    "Plan",
    "Report",
    "ReportDraft",
    "Taken",
    "ask_identity",
    "bring",
    "derived_end",
    "erase_identities",
    "erase_photos",
    "erase_records",
    "give_verdict",
    "learn",
    "load_channels",
    "load_limits",
    "me_too",
    "read_lines",
    "read_mapping",
    "receive",
    "receive_all",
    "rehearse",
    "residents",
    "run",
    "supplement",
    "take",
    "take_in",
    "urge",
]
