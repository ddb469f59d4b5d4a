"""Door for writing: filing a case, every step of its table, its assistants."""

from gewu.cases.actions.answers import AnswerDraft, add_answer, end_answer
from gewu.cases.actions.assists import Party, call_assist, take_assist
from gewu.cases.actions.backing import count_report
from gewu.cases.actions.bulk import Outcome, take_many
from gewu.cases.actions.dated import DATED
from gewu.cases.actions.filing import Filing, NewCase, file, file_all, prepared
from gewu.cases.actions.follow_ups import load_follow_up_rules, rate, take_follow_up
from gewu.cases.actions.hazards import ORIGIN as HAZARD_ORIGIN
from gewu.cases.actions.hazards import REPORT as REPORT_HAZARD
from gewu.cases.actions.hazards import Found, check_oneself, report_hazard
from gewu.cases.actions.initiated import INITIATE, initiate
from gewu.cases.actions.initiated import ORIGIN as INITIATED_ORIGIN
from gewu.cases.actions.referrals import (
    Incoming,
    erase_referred,
    follow,
    load_referral_kinds,
    receive,
    refer,
    take_referral,
)
from gewu.cases.actions.residents import blow_for_residents
from gewu.cases.actions.retention import ERASED, erase_words
from gewu.cases.actions.spot import ORIGIN as SPOT_ORIGIN
from gewu.cases.actions.spot import self_handle
from gewu.cases.actions.steps import take
from gewu.cases.actions.whistles import Call, blow, load_call_kinds, take_whistle
from gewu.cases.models import Assignment, Case
from gewu.cases.rules import EvidenceGiven

__all__ = [
    "Incoming",
    "erase_referred",
    "follow",
    "load_referral_kinds",
    "receive",
    "refer",
    "take_referral",
    "DATED",
    "ERASED",
    "HAZARD_ORIGIN",
    "REPORT_HAZARD",
    "Found",
    "check_oneself",
    "report_hazard",
    "INITIATE",
    "INITIATED_ORIGIN",
    "initiate",
    "Assignment",
    "Case",
    "EvidenceGiven",
    "NewCase",
    "call_assist",
    "count_report",
    "SPOT_ORIGIN",
    "erase_words",
    "file",
    "Filing",
    "file_all",
    "prepared",
    "self_handle",
    "take",
    "take_assist",
    "Call",
    "Party",
    "blow",
    "blow_for_residents",
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
