"""What may be said in a clue, and how far the rules that bring them can be believed. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say

#: What a clue can be about. A person is not among them.
ABOUT: dict[str, Text] = {
    "place": say("地点"),
    "facility": say("设施"),
    "unit": say("单位场所"),
}
LONGEST = 1000


@dataclass(frozen=True)
class LooksFacts:
    """What the guards of a look look at: of a clue, or of what was drawn to be looked at again."""

    actor: str
    #: Who raised the clue, signed the statement or made the finding.
    author: str
    #: How often this actor checked in there, with a position that no program made up.
    check_ins: int


def someone_went(facts: LooksFacts, given: object) -> bool:
    return facts.check_ins > 0


def another_looks(facts: LooksFacts, given: object) -> bool:
    return facts.actor != facts.author


def checked_text(text: str, struck: str) -> str:
    """The words of a clue; ``struck`` are the same with all numbers of persons struck out.

    Refused are no words, too many, and any number by which a person is known or reached.
    """
    text = text.strip()
    if not text:
        raise Refusal(say("请写明数据显示了什么"), field="text")
    if len(text) > LONGEST:
        raise Refusal(say("最多 {n} 个字", n=LONGEST), field="text")
    if struck.strip() != text:
        raise Refusal(
            say("线索只说地点和设施，不能有证件号、电话等个人号码"),
            field="text",
            advice=say("请删去号码，只写地点和现象"),
        )
    return text


@dataclass(frozen=True)
class RuleTally:
    """What became of the clues of one rule."""

    open: int
    confirmed: int
    false: int

    @property
    def looked(self) -> int:
        return self.confirmed + self.false
