"""Rows of cases and of all that hangs on them."""

from gewu.cases.models.cases import (
    AnswerTemplate,
    Application,
    Assignment,
    CallKind,
    Case,
    CaseTag,
    CheckIn,
    Deadline,
    Evidence,
    Whistle,
)
from gewu.cases.models.follow_ups import FollowUp, FollowUpRule
from gewu.cases.models.hazards import Hazard, SelfCheck
from gewu.cases.models.referrals import Referral, ReferralKind

__all__ = [
    "Referral",
    "ReferralKind",
    "Hazard",
    "SelfCheck",
    "AnswerTemplate",
    "Application",
    "Assignment",
    "CallKind",
    "Case",
    "CaseTag",
    "CheckIn",
    "Deadline",
    "Evidence",
    "FollowUp",
    "FollowUpRule",
    "Whistle",
]
