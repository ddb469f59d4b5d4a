"""Each kind of assistant: what it reads, how it looks at it, and under which columns a file gives it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gewu.assistants.rules.features import View, every, plain
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say

#: What a person is, and no assistant may read: columns of these names are refused wherever they come from.
PERSONAL = frozenset(
    re.split(
        " ",
        "name person age birthday sex gender ethnicity nation religion marriage education occupation "
        "income politics health disability phone mobile identity id_number address_of_home account "
        "user_id 姓名 人名 年龄 出生日期 生日 性别 民族 国籍 宗教 信仰 婚姻 婚姻状况 学历 文化程度 职业 "
        "收入 政治面貌 健康 残疾 病史 电话 手机 手机号 身份证 身份证号 证件号码 户籍 籍贯 家庭住址 "
        "留言用户 反映人 用户",
    )
)

Item = Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """One assistant. ``columns`` names for each input the columns joined to give it, by preference."""

    name: str
    label: Text
    purpose: Text
    #: What it may not be used for.
    limits: Text
    columns: Mapping[str, tuple[tuple[str, ...], ...]]
    answer: tuple[str, ...]
    views: tuple[View, ...]
    derive: Callable[[Item], Item] = dict
    #: The class that is warned of, where there are two and one matters.
    warned: str = ""
    #: What rows are told apart by, so that no near copy is learned from and judged by.
    apart: tuple[str, ...] = ()
    #: How the weights are found (`training.LEARNERS`), and how freely.
    learner: str = "margin"
    freedom: float = 0.5
    #: A number that fewer items than this show is forgotten.
    seldom: int = 2

    def __post_init__(self) -> None:
        refuse_personal(self.columns)
        refuse_personal(view.field for view in self.views)

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(self.columns)


def refuse_personal(names: Iterable[str]) -> None:
    """Refuse to read what a person is: no assistant learns from it or is asked with it."""
    for name in names:
        if name.strip().casefold() in PERSONAL:
            raise Refusal(
                say("助手不得使用个人属性“{name}”", name=name),
                field="inputs",
                advice=say("助手只读事项的文字、类别和地方；请去掉这一项"),
            )


def _binned(value: float, edges: tuple[float, ...]) -> int:
    return sum(value >= edge for edge in edges)


_LENGTHS = (1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 60, 90, 150, 300)
_PARTS = (0.001, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 1.0)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def _part(own: frozenset[str], other: frozenset[str]) -> float:
    return len(own & other) / len(own) if own else 0.0


def _of_hazard(item: Item) -> Item:
    """How far a report only repeats its guide, how long it is, and its first and last signs."""
    said = plain(item.get("content", ""), small=True)
    guides = [plain(item.get(f"level_{n}", ""), small=True) for n in (4, 3, 2)]
    pairs = _pairs(said)
    copied = [_binned(_part(pairs, _pairs(guide)), _PARTS) for guide in guides]
    told = _binned(_part(_pairs(guides[0]), pairs), _PARTS)
    length = _binned(len(said), _LENGTHS)
    inside = next((n for n, guide in enumerate(guides, 1) if said and said in guide), 0)
    hints = (
        f"length {length}",
        f"copied {copied[0]}",
        f"above {copied[1]} {copied[2]}",
        f"told {told}",
        f"inside {inside}",
        f"length {length // 2} copied {copied[0] // 2} inside {inside}",
        f"copied {copied[0]} told {told}",
        f"begins {said[:2]}",
        f"ends {said[-2:]}",
        f"ends {said[-3:]}",
        f"numbered {item.get('content', '')[:1].isdigit()} {inside}",
    )
    return {
        **item,
        "hints": every(hints),
        "whole": said,
        "with_guide": every(f"{item.get('level_4', '')}|{one}" for one in (said, f"copied {copied[0] // 3}")),
    }


def _of_reply(item: Item) -> Item:
    """How long a reply is, and how much of the message it takes up."""
    said, asked = plain(item.get("reply", "")), plain(item.get("message", ""))
    length, taken = _binned(len(said), _LENGTHS), _binned(_part(_pairs(asked), _pairs(said)), _PARTS)
    sentences = _binned(sum(item.get("reply", "").count(sign) for sign in "。；，,"), (1, 2, 3, 4, 6, 9, 15))
    hints = (
        f"length {length}",
        f"taken {taken}",
        f"sentences {sentences}",
        f"length {length // 2} taken {taken // 2}",
        f"length {length} sentences {sentences}",
    )
    return {**item, "hints": every(hints)}


#: Facts of a matter, and which of them are taken together.
_FACTS = ("matter", "group", "kind", "street", "community", "channel", "wish")
_TOGETHER = (
    ("matter", "street"),
    ("matter", "community"),
    ("group", "street"),
    ("group", "community"),
    ("kind", "street"),
    ("matter", "wish"),
    ("matter", "channel"),
    ("kind", "channel"),
    ("street", "channel"),
    ("community", "channel"),
    ("matter", "street", "channel"),
    ("matter", "street", "wish"),
    ("matter", "month"),
)


def _of_unit(item: Item) -> Item:
    """Facts of a matter alone and together, as values."""
    known = {**item, "month": item.get("at", "")[:7]}
    sets: Iterable[tuple[str, ...]] = itertools.chain(((fact,) for fact in (*_FACTS, "month")), _TOGETHER)
    told = ("&".join(f"{name}={known.get(name, '')}" for name in names) for names in sets)
    return {**item, "facts": every(told)}


_TEXT = (("text",), ("分词文本",), ("留言主题", "留言详情"), ("title", "body"), ("content",), ("内容",))

KINDS: Mapping[str, Kind] = {
    one.name: one
    for one in (
        Kind(
            "matter",
            say("事项分类"),
            say("按描述推荐事项类别，由人选定"),
            say("不判断事情真假和轻重，不涉及反映人"),
            {"text": _TEXT},
            ("label", "class", "matter", "一级标签", "类别"),
            (View("text"), View("text", first=20, weight=0.7)),
            apart=("text",),
            freedom=1.0,
        ),
        Kind(
            "unit",
            say("承办单位"),
            say("没有派遣规则时，按以往的承办情况推荐单位，由人决定"),
            say("不替代职责清单；清单已定的以清单为准"),
            {
                "matter": (("matter",), ("SUB_TYPE_NAME",)),
                "group": (("group",), ("MAIN_TYPE_NAME",)),
                "kind": (("kind",), ("EVENT_TYPE_NAME",)),
                "street": (("street",), ("STREET_NAME",)),
                "community": (("community",), ("COMMUNITY_NAME",)),
                "channel": (("channel",), ("EVENT_SRC_NAME",)),
                "wish": (("wish",), ("EVENT_PROPERTY_NAME",)),
                "at": (("at",), ("CREATE_TIME",)),
            },
            ("unit", "label", "DISPOSE_UNIT_NAME", "承办单位"),
            (View("facts", "whole"),),
            _of_unit,
            learner="shares",
            freedom=3.0,
            seldom=1,
        ),
        Kind(
            "hazard",
            say("隐患上报质量"),
            say("提示可能没有写明问题的隐患上报，请企业补充"),
            say("只看文字，不评价企业和人；不据此处罚"),
            {
                "content": (("content",), ("内容",)),
                "level_1": (("level_1",),),
                "level_2": (("level_2",),),
                "level_3": (("level_3",),),
                "level_4": (("level_4",), ("guide",)),
            },
            ("label", "bad"),
            (
                View("content", high=4, small=True),
                View("hints", "whole"),
                View("whole", "whole", weight=0.7),
                View("with_guide", "whole", weight=0.4),
                View("level_4", "whole", weight=0.3),
            ),
            _of_hazard,
            warned="1",
            apart=("content",),
            freedom=0.3,
        ),
        Kind(
            "reply",
            say("答复是否说明"),
            say("提示可能什么也没有说明的答复，由经办人补充"),
            say("不评价经办人；不自动退回"),
            {
                "message": (("message",), ("留言主题", "留言详情"), ("text",)),
                "reply": (("reply",), ("答复意见",), ("answer",)),
            },
            ("label", "explains", "人工_可解释性"),
            (View("reply", high=3, small=True), View("hints", "whole")),
            _of_reply,
            warned="0",
            apart=("reply",),
            freedom=0.5,
        ),
    )
}


def kind_of(name: str) -> Kind:
    """One kind, or a refusal that names them."""
    if name not in KINDS:
        raise Refusal(
            say("没有“{name}”这种助手", name=name),
            field="kind",
            advice=say("可以选：{names}", names="、".join(KINDS)),
        )
    return KINDS[name]
