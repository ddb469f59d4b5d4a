"""The facts of a spot that may be put right in the field: of the place, never of a person. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gewu.kernel.branches import Clash
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say

#: What each is called, in the order of the form.
FACTS: Mapping[str, Text] = {
    "name": say("名称"),
    "kind": say("类型"),
    "address": say("地址"),
    "hours": say("开放或能联系的时间"),
    "access": say("从哪里进"),
    "fire": say("消防器材在哪里"),
    "area": say("所属重点区域"),
}
LONGEST: Mapping[str, int] = {"name": 80, "address": 200, "hours": 80, "access": 200, "fire": 200, "area": 60}
MINE, THEIRS = "mine", "theirs"


def checked(
    values: Mapping[str, str], *, kinds: Mapping[str, Text], struck: Callable[[str], str]
) -> dict[str, str]:
    """The facts of an edit without the spaces around them; ``struck`` strikes out the numbers of persons.

    Refused are none at all, a fact that spots do not have, an empty name, an unknown kind, too long a text,
    and a number by which a person is known or reached.
    """
    if not values:
        raise Refusal(say("没有改动"), field="values")
    found = {name: text.strip() for name, text in values.items()}
    for name, text in found.items():
        _check(name, text, kinds, struck)
    return found


def _check(name: str, text: str, kinds: Mapping[str, Text], struck: Callable[[str], str]) -> None:
    if name not in FACTS:
        raise Refusal(say("点位没有“{name}”这一项", name=name), field="values")
    if name == "name" and not text:
        raise Refusal(say("请填写点位名称"), field="name")
    if name == "kind" and text not in kinds:
        raise Refusal(say("没有“{kind}”这种点位", kind=text), field="kind")
    most = LONGEST.get(name, 12)
    if len(text) > most or "\0" in text:
        raise Refusal(say("文字过长，最多 {n} 个字", n=most), field=name)
    if struck(text).strip() != text:
        raise Refusal(
            say("点位只写地方的情况，不能有证件号、电话等个人号码"),
            field=name,
            advice=say("请删去号码"),
        )


def settled(
    values: Mapping[str, str], clashes: tuple[Clash, ...], choice: Mapping[str, str]
) -> dict[str, str]:
    """What of an edit is written once a person has chosen; for every fact that clashes a choice is wanted."""
    for one in clashes:
        if choice.get(one.field) not in (MINE, THEIRS):
            raise Refusal(say("请为“{field}”选一种写法", field=FACTS[one.field]), field=one.field)
    theirs = {one.field for one in clashes if choice[one.field] == THEIRS}
    return {name: text for name, text in values.items() if name not in theirs}
