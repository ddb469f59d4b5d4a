"""Pure decisions about follow-up: whom to ask, what an answer says, and how sure a rate is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gewu.kernel.texts import Text, say

#: What a number from 1 to 5 says; 0 stands for nothing said.
SATISFACTION: tuple[Text, ...] = (
    say("未评满意程度"), say("很不满意"), say("不满意"), say("一般"), say("满意"), say("很满意"),
)  # fmt: skip
#: From here on an answer counts as satisfied.
SATISFIED = 4
SOLVED: Mapping[bool, Text] = {True: say("已解决"), False: say("没有解决")}
#: So many calls without an answer before a follow-up may be given up.
TRIES = 3


@dataclass(frozen=True)
class FollowUpFacts:
    """What the guards of a follow-up look at."""

    tries: int


def unsolved_says_why(facts: FollowUpFacts, given: Mapping[str, Any]) -> bool:
    return given.get("solved") is not False or bool(str(given.get("reason") or "").strip())


def tried_enough(facts: FollowUpFacts, given: Mapping[str, Any]) -> bool:
    return facts.tries >= TRIES


def say_tries_left(facts: FollowUpFacts, given: Mapping[str, Any]) -> Text:
    return say("至少联系 {n} 次仍没有联系上，才能结束回访；已联系 {tries} 次", n=TRIES, tries=facts.tries)


def is_satisfaction(given: object) -> bool:
    """Whether this is one of the five answers."""
    return isinstance(given, int) and not isinstance(given, bool) and 1 <= given < len(SATISFACTION)


def sampled(case_id: UUID, closing: int, percent: int) -> bool:
    """Whether this closing is asked about: by a number that its id alone decides, so anyone can check it."""
    digest = hashlib.sha256(case_id.bytes + closing.to_bytes(2, "big")).digest()
    return int.from_bytes(digest[:4], "big") * 100 < percent << 32
