"""Pure decisions about powers: over which matters, when looked at again, what moves with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, TextList, say

#: What a class of matters or a group of classes looks like.
_MATTER = re.compile(r"[A-Z]\d{0,6}")
SHORTEST_BASIS = 4


class Verdict(Enum):
    """What an evaluation of a delegated power comes to."""

    KEPT = "kept"
    ADJUSTED = "adjusted"
    WITHDRAWN = "withdrawn"


VERDICTS: Mapping[str, Text] = {
    Verdict.KEPT.value: say("承接得住，继续"),
    Verdict.ADJUSTED.value: say("须改进，继续"),
    Verdict.WITHDRAWN.value: say("承接不住，收回"),
}


def check_matters(matters: Sequence[str]) -> None:
    """Refuse a power over nothing, over what is no class of matters, and one class named twice."""
    if not matters:
        raise Refusal(say("请列出这项权力包括哪些事项"), field="matters")
    for one in matters:
        if not _MATTER.fullmatch(one):
            raise Refusal(say("“{code}”不是事项编码", code=one), field="matters")
        if any(other != one and one.startswith(other) for other in matters):
            raise Refusal(say("“{code}”已包括在更大的一类里", code=one), field="matters")
    if len(set(matters)) < len(matters):
        raise Refusal(say("同一事项只列一次"), field="matters")


def check_term(*, basis: str, since: date, until: date | None, every_days: int | None) -> None:
    """Refuse a power without a basis, one that ends before it begins, and an evaluation never due."""
    if len(basis.strip()) < SHORTEST_BASIS:
        raise Refusal(say("请写明依据：文件名称和文号"), field="basis")
    if until is not None and until <= since:
        raise Refusal(say("结束日期要晚于开始日期"), field="until")
    if every_days is not None and every_days < 1:
        raise Refusal(say("评估周期至少一天"), field="evaluate_every_days")


def covering(matter: str, listed: Iterable[str]) -> str | None:
    """The listed class that a matter belongs to: the longest one that begins it."""
    found = [one for one in listed if matter.startswith(one)]
    return max(found, key=len) if found else None


def next_evaluation(on: date, every_days: int | None) -> date | None:
    """When a power is to be evaluated after that day; none without a set period."""
    return on + timedelta(days=every_days) if every_days else None


def in_force(since: date, until: date | None, today: date) -> bool:
    """Whether a power holds on a day: from its first day on, and no more on the day it ends."""
    return since <= today and (until is None or today < until)


@dataclass(frozen=True)
class Parts:
    """What goes along when a class of matters is handed over."""

    basis: str
    posts: int
    places_of_staff: int
    yuan: int
    budget_line: str


def check_parts(parts: Parts) -> None:
    """Refuse a transfer that lacks power, staff or money, naming what is missing: 权、人、钱随事转.

    Staff are posts that move, or established places that are transferred vacant; money is whole yuan a
    year with the line of the budget it comes from.
    """
    missing = [
        word
        for word, there in (
            (say("权（依据文件）"), len(parts.basis.strip()) >= SHORTEST_BASIS),
            (say("人（人员或编制）"), parts.posts + parts.places_of_staff > 0),
            (say("钱（年度经费和预算科目）"), parts.yuan > 0 and bool(parts.budget_line.strip())),
        )
        if not there
    ]
    if missing:
        raise Refusal(
            say("权、人、钱要随事一起转，还缺：{parts}", parts=TextList(tuple(missing))),
            Kind.CONFLICT,
            field="parts",
            advice=say("三项补齐后一起移交"),
        )
