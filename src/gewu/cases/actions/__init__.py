"""Door for writing: filing a case, every step of its table, its assistants."""

from gewu.cases.actions.answers import AnswerDraft, add_answer, end_answer
from gewu.cases.actions.assists import Party, call_assist, take_assist
from gewu.cases.actions.backing import count_report
from gewu.cases.actions.bulk import Outcome, take_many
from gewu.cases.actions.filing import NewCase, file
from gewu.cases.actions.follow_ups import load_follow_up_rules, rate, take_follow_up
from gewu.cases.actions.spot import ORIGIN as SPOT_ORIGIN
from gewu.cases.actions.spot import self_handle
from gewu.cases.actions.steps import take
from gewu.cases.actions.whistles import Call, blow, load_call_kinds, take_whistle
from gewu.cases.models import Assignment, Case
from gewu.cases.rules import EvidenceGiven

__all__ = [
    "Assignment",
    "Case",
    "EvidenceGiven",
    "NewCase",
    "call_assist",
    "count_report",
    "SPOT_ORIGIN",
    "file",
    "self_handle",
    "take",
    "take_assist",
    "Call",
    "Party",
    "blow",
    "load_call_kinds",
    "take_whistle",
    "AnswerDraft",
    "add_answer",
    "end_answer",
    "Outcome",
    "take_many",
    "load_follow_up_rules",
    "rate",
    "take_follow_up",
]
