"""The tables of an edition of a list, of an application for an item and of a change of a dated rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gewu.catalogue import events
from gewu.catalogue.rules import ChangeFacts, EditionFacts
from gewu.kernel.lifecycle import Clock, Guard, Lifecycle, State, Step
from gewu.kernel.texts import Text, say

Given = Mapping[str, Any]


def _has_items(facts: EditionFacts, given: Given) -> bool:
    return facts.items > 0


def _has_basis(facts: EditionFacts, given: Given) -> bool:
    return not facts.without_basis


def say_without_basis(facts: EditionFacts, given: Given) -> Text:
    return say("没有依据的条目：{codes}", codes="、".join(facts.without_basis[:8]))


def _has_approver(facts: EditionFacts, given: Given) -> bool:
    return not facts.without_approver


def say_without_approver(facts: EditionFacts, given: Given) -> Text:
    return say("没有批准机关的条目：{codes}", codes="、".join(facts.without_approver[:8]))


def _is_split(facts: EditionFacts, given: Given) -> bool:
    return not facts.unsplit


def say_unsplit(facts: EditionFacts, given: Given) -> Text:
    return say("共同承担的条目要写明主办、协办和各自任务：{codes}", codes="、".join(facts.unsplit[:8]))


def _agrees(facts: EditionFacts, given: Given) -> bool:
    return not facts.rivals


def say_rivals(facts: EditionFacts, given: Given) -> Text:
    return say("同一事项、同一区域写了不同的主办或协办：{codes}", codes="、".join(facts.rivals[:8]))


def _is_answered(facts: EditionFacts, given: Given) -> bool:
    return facts.unanswered == 0


def say_unanswered(facts: EditionFacts, given: Given) -> Text:
    return say("还有 {n} 条意见没有答复", n=facts.unanswered)


def _is_other(facts: EditionFacts, given: Given) -> bool:
    return facts.actor != facts.drafted_by


ITEMS = Guard(_has_items, say("清单还没有条目"))
BASIS = Guard(_has_basis, say_without_basis)
APPROVED = Guard(_has_approver, say_without_approver)
SPLIT = Guard(_is_split, say_unsplit)
AGREED = Guard(_agrees, say_rivals)
ANSWERED = Guard(_is_answered, say_unanswered)
OTHER = Guard(_is_other, say("起草人不能自己批准，请由另一人批准"))


def _is_a_second(facts: ChangeFacts, given: Given) -> bool:
    return not facts.own


def _lies_ahead(facts: ChangeFacts, given: Given) -> bool:
    return facts.ahead


SECOND = Guard(_is_a_second, say("提出人不能自己批准，请由另一人批准"))
AHEAD = Guard(_lies_ahead, say("启用日期已到，不能追溯施行；请撤回后另定日期重新提出"))

LIST = Lifecycle(
    "list",
    say("清单"),
    states=(
        State("draft", say("草案"), say("起草中")),
        State("consulted", say("征求意见"), say("正在征求意见"), stage=1),
        State("approved", say("已批准"), say("已批准，待公布"), stage=2),
        State("published", say("已公布"), say("现行"), clock=Clock.STOPPED, stage=3),
        State("superseded", say("已修订"), say("已被新版替代"), open=False, clock=Clock.STOPPED, stage=3),
        State("withdrawn", say("已撤回"), say("已撤回"), open=False, clock=Clock.STOPPED, stage=3),
    ),
    steps=(
        Step(
            "consult", say("征求意见"), ("draft",), "consulted", "keeper", events.ConsultationOpened,
            only_if=(ITEMS,), key="c",
        ),
        Step(
            "redraft", say("退回修改"), ("consulted", "approved"), "draft", "keeper or approver",
            events.EditionSentBack, needs=("reason",), key="r",
        ),
        Step(
            "approve", say("批准"), ("consulted",), "approved", "approver", events.EditionApproved,
            needs=("authority",), only_if=(ITEMS, BASIS, SPLIT, AGREED, ANSWERED, OTHER), key="a",
        ),
        Step(
            "publish", say("公布"), ("approved",), "published", "keeper", events.EditionPublished,
            may_take=("since",), only_if=(ITEMS, BASIS, APPROVED, SPLIT, AGREED), key="p",
        ),
        Step(
            "supersede", say("由新版替代"), ("published",), "superseded", "rule", events.EditionSuperseded,
        ),
        Step(
            "withdraw", say("撤回"), ("draft", "consulted", "approved"), "withdrawn", "keeper",
            events.EditionWithdrawn, needs=("reason",), danger=True,
        ),
        Step(
            "withdraw", say("撤回"), ("published",), "withdrawn", "approver", events.EditionWithdrawn,
            needs=("reason",), danger=True,
        ),
    ),
)  # fmt: skip

APPLICATION = Lifecycle(
    "application",
    say("准入申请"),
    states=(
        State("applied", say("待评估"), say("已申请")),
        State("assessed", say("待批准"), say("已评估"), stage=1),
        State("approved", say("待公布"), say("已批准"), stage=2),
        State("published", say("已公布"), say("已准入"), clock=Clock.STOPPED, stage=3),
        State("ended", say("已退出"), say("已退出"), open=False, clock=Clock.STOPPED, stage=3),
        State("declined", say("未准入"), say("未准入"), open=False, clock=Clock.STOPPED, stage=3),
    ),
    steps=(
        Step(
            "assess", say("评估"), ("applied",), "assessed", "keeper", events.ApplicationAssessed,
            needs=("finding",), key="s",
        ),
        Step(
            "approve", say("批准准入"), ("assessed",), "approved", "approver", events.ApplicationApproved,
            needs=("authority",), only_if=(OTHER,), key="a",
        ),
        Step(
            "publish", say("公布"), ("approved",), "published", "keeper", events.ApplicationPublished,
            key="p",
        ),
        Step(
            "decline", say("不予准入"), ("applied", "assessed"), "declined", "keeper or approver",
            events.ApplicationDeclined, needs=("reason",), danger=True,
        ),
        Step(
            "end", say("退出"), ("published",), "ended", "keeper", events.ApplicationEnded,
            needs=("reason",), danger=True,
        ),
    ),
)  # fmt: skip

CHANGE = Lifecycle(
    "rule_change",
    say("规则改动"),
    states=(
        State("proposed", say("待批准"), say("待批准")),
        State("approved", say("已批准"), say("已批准"), open=False, clock=Clock.STOPPED, stage=1),
        State("refused", say("未批准"), say("未批准"), open=False, clock=Clock.STOPPED, stage=1),
        State("withdrawn", say("已撤回"), say("已撤回"), open=False, clock=Clock.STOPPED, stage=1),
    ),
    steps=(
        Step(
            "approve", say("批准"), ("proposed",), "approved", "approver", events.RuleChangeApproved,
            only_if=(SECOND, AHEAD), key="a",
        ),
        Step(
            "refuse", say("不批准"), ("proposed",), "refused", "approver", events.RuleChangeRefused,
            needs=("reason",), danger=True,
        ),
        Step(
            "withdraw", say("撤回"), ("proposed",), "withdrawn", "keeper", events.RuleChangeWithdrawn,
            needs=("reason",), danger=True,
        ),
    ),
)  # fmt: skip
