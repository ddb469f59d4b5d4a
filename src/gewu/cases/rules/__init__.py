"""Pure decisions about cases, over small facts."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gewu.cases.rules.parties import NOBODY, JointFacts
from gewu.kernel.texts import Text, TextList, say

#: A reason too short to tell anything is no reason.
SHORTEST_REASON = 2
#: The longest text of a reason, a result or an answer, in characters.
LONGEST_WORDS = 4000

#: What each evidence token of the catalogue is called.
EVIDENCE_WORDS: Mapping[str, Text] = {
    "location": say("位置"),
    "photo_before": say("处置前照片"),
    "photo_after": say("处置后照片"),
    "intake_record": say("受理记录"),
    "party_consent": say("当事人同意"),
    "mediation_record": say("调解笔录"),
    "agreement_or_termination": say("调解协议或终止说明"),
    "follow_up_record": say("回访记录"),
    "rectification_notice": say("整改通知"),
    "recheck_record": say("复查记录"),
    "registration_record": say("登记记录"),
    "acceptance_notice": say("受理告知"),
    "reply_letter": say("答复意见"),
    "delivery_receipt": say("送达回证"),
    "transfer_receipt": say("转送回执"),
    "request_record": say("需求记录"),
    "service_record": say("服务记录"),
    "recipient_confirmation": say("服务对象确认"),
    "visit_record": say("走访记录"),
    "consent_record": say("同意书"),
    "question_record": say("问题记录"),
    "reply_record": say("答复记录"),
}
#: Tokens that only a picture can satisfy; the others may also be a written record.
PICTURES = frozenset({"photo_before", "photo_after"})
#: Tokens that show the work itself: after a failed check or a reopening they are asked for anew.
OF_THE_WORK = frozenset({"photo_after", "recheck_record", "service_record", "recipient_confirmation"})


@dataclass(frozen=True)
class EvidenceGiven:
    """One piece of evidence handed in: a kept file, or a written record."""

    token: str
    file: str = ""
    text: str = ""

    @property
    def counts(self) -> bool:
        return bool(self.file) if self.token in PICTURES else bool(self.file or self.text.strip())


@dataclass(frozen=True)
class CaseFacts:
    """What the guards of the lifecycle look at."""

    now: datetime
    actor: str
    has_lead: bool
    evidence_needed: tuple[str, ...]
    evidence_held: frozenset[str]
    handled_by: str
    checked_by: str
    solved: bool | None = None
    joint: JointFacts = NOBODY
    #: Until when the reporter may ask for it to be handled again; None while it is not closed.
    judged_until: datetime | None = None
    returns: int = 0
    ruled: bool = False
    asking: str = ""
    asked_by: str = ""
    extensions: int = 0
    #: When the office's own clock runs out; None when it is held or not asked for.
    office_due: datetime | None = None
    was_late: bool = False
    appeal: str = ""
    appealed_by: str = ""
    appeal_passed_by: str = ""
    self_handled: bool = False
    #: Whether a body outside has it now, so that nobody here works on it: 1 while it does.
    referred: int = 0


#: The facts that are columns of the case, by the same names.
COPIED = (
    "handled_by", "checked_by", "solved", "returns", "ruled", "asking", "asked_by", "extensions",
    "was_late", "appeal", "appealed_by", "appeal_passed_by", "self_handled", "referred",
)  # fmt: skip


def still_holds(token: str, given_in: int, now_in: int) -> bool:
    """Whether evidence of an earlier round of work counts in the present one."""
    return given_in == now_in or token not in OF_THE_WORK


def round_at(moment: datetime, reopened: Iterable[datetime]) -> int:
    """Which round of a case a moment lies in: 1 from its filing, one more from each reopening on."""
    return 1 + sum(one <= moment for one in reopened)


def not_referred(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return not facts.referred


def not_yet_confirmed(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.solved is not True


def missing_evidence(facts: CaseFacts, given: Mapping[str, Any]) -> tuple[str, ...]:
    """The tokens the class asks for that are neither held nor handed in now, in the class's order."""
    handed: Iterable[EvidenceGiven] = given.get("evidence") or ()
    return missing_of(
        facts.evidence_needed, facts.evidence_held | {one.token for one in handed if one.counts}
    )


def missing_of(needed: Iterable[str], there: Container[str]) -> tuple[str, ...]:
    """The kinds of evidence that are needed and not there, in the class's order."""
    return tuple(token for token in needed if token not in there)


def evidence_complete(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return not missing_evidence(facts, given)


def say_missing_evidence(facts: CaseFacts, given: Mapping[str, Any]) -> Text:
    return say_missing(missing_evidence(facts, given))


def say_missing(tokens: Iterable[str]) -> Text:
    """The refusal that names what is missing."""
    words = tuple(EVIDENCE_WORDS.get(token, Text(token)) for token in tokens)
    return say("还缺少办理凭证：{evidence}", evidence=TextList(words))


def other_than_handler(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.actor != facts.handled_by


def same_checker(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.actor == facts.checked_by


def within_reopening_period(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.judged_until is not None and facts.now <= facts.judged_until


def title_of(text: str) -> str:
    """The first sentence of a report, at most sixty characters, for lists."""
    line = " ".join(text.split())
    ends = [line.find(mark) for mark in "。！？；!?;" if line.find(mark) > 3]
    return line[: min([*ends, 60])]
