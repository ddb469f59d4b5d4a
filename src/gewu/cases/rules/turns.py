"""Pure decisions about the turns of a case: whose it is, more time, shelving, appeals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from gewu.cases.rules import CaseFacts
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.kernel.worktime import Limit, Unit

#: After so many returns an arbiter rules (the case has been to two offices and neither calls it its own).
RETURNS_BEFORE_ARBITER = 2
#: At most so many extensions are approved; refused ones are not counted.
MOST_EXTENSIONS = 2
#: What an office writes when it cannot say whose a case is.
UNKNOWN = "unknown"
#: The name under which the units that cases are about are held in memory.
CONCERNS = "concerns"


def for_arbiter_now(returns: int, *, ruled: bool) -> bool:
    """Whether a case on the desk has been returned so often that only an arbiter may send it on."""
    return returns >= RETURNS_BEFORE_ARBITER and not ruled


def for_arbiter(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return for_arbiter_now(facts.returns, ruled=facts.ruled)


def not_for_arbiter(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return not for_arbiter(facts, given)


def not_ruled(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return not facts.ruled


def nothing_asked(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return not facts.asking


def extension_asked(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.asking == "extension"


def shelving_asked(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.asking == "shelving"


def other_than_asker(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.actor != facts.asked_by


def extensions_left(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.extensions < MOST_EXTENSIONS


def before_the_limit(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.office_due is not None and facts.now <= facts.office_due


def was_late(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.was_late


def not_yet_appealed(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return not facts.appeal


def appeal_made(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.appeal == "asked"


def appeal_passed(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.appeal == "passed"


def appeal_open(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.appeal in ("asked", "passed")


def other_than_appellant(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.actor != facts.appealed_by


def other_than_first_reviewer(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.actor != facts.appeal_passed_by


def handled_on_the_spot(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return facts.self_handled


def handled_by_an_office(facts: CaseFacts, given: Mapping[str, Any]) -> bool:
    return not facts.self_handled


def granted_amount(asked: object, limit: Decimal, *, whole: bool) -> Decimal:
    """How much an extension adds: one original limit unless less is asked for.

    Refused are what is no number, more than one original limit, and parts of days.
    """
    if asked in (None, ""):
        return limit
    amount = as_amount(asked)
    if not (amount.is_finite() and 0 < amount <= limit) or amount != round(amount, 2):
        raise Refusal(say("延长的时间要大于零，且不超过一个原时限（{limit}）", limit=limit), field="amount")
    if whole and amount % 1:
        raise Refusal(say("按天计的时限要是整数"), field="amount")
    return amount


def as_amount(asked: object) -> Decimal:
    """What was asked for as a number; zero for what is none."""
    try:
        return Decimal(str(asked))
    except InvalidOperation:
        return Decimal(0)


def check_wanted_end(until: datetime, *, limit: datetime) -> None:
    """Refuse a wanted end that is not after the limit as it stands."""
    if until.tzinfo is None or until <= limit:
        raise Refusal(say("希望办到的时间要晚于现在的时限"), field="until")


def checked_end(until: datetime | None, *, now: datetime, latest: datetime) -> datetime:
    """The end of a shelving; refused when it is not ahead, or later than the longest shelving ends."""
    if until is None or until.tzinfo is None:
        raise Refusal(say("请填写挂账截止时间"), field="until")
    if until <= now:
        raise Refusal(say("挂账截止时间要晚于现在"), field="until")
    if until > latest:
        raise Refusal(say("挂账最长一年，不能超过这个时间"), field="until")
    return until


#: Kinds of matters that may be settled on the spot: hazards, disputes and petitions have a procedure.
SPOT_KINDS = frozenset({"component", "event", "service", "consultation"})
#: The longest limit of a class that may be settled on the spot, in each unit: one day's work.
SPOT_LIMITS = {Unit.URGENT_HOUR: 24, Unit.WORK_HOUR: 8, Unit.WORK_DAY: 1, Unit.CALENDAR_DAY: 1}


def for_the_spot(kind: str, limit: Limit) -> bool:
    """Whether a class is small enough to be settled on the spot: of a plain kind, and within a day."""
    return kind in SPOT_KINDS and limit.amount <= SPOT_LIMITS[limit.unit]


def conflicted(about_path: str, unit_path: str) -> bool:
    """Whether a unit is the one that a matter is about, or stands below it."""
    return bool(about_path) and unit_path.startswith(about_path)
