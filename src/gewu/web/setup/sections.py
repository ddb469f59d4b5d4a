"""The parts of setup, each with the right that opens it. A new part is one line here."""

from __future__ import annotations

from dataclasses import dataclass

from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor


@dataclass(frozen=True)
class Section:
    """One part of setup: its page, what it is for, and the rights of which any opens it."""

    page: str
    label: Text
    purpose: Text
    rights: tuple[str, ...]


SECTIONS: tuple[Section, ...] = (
    Section("setup_places", say("区域"), say("网格边界、版本和并网前的编号"), ("grids.manage",)),
    Section("setup_units", say("单位"), say("设立、改名、移动、撤销"), ("organisation.manage",)),
    Section("setup_posts", say("岗位"), say("任命和结束任职"), ("organisation.manage",)),
    Section("setup_crews", say("队伍模式"), say("队伍、组织层级和岗位种类"), ("organisation.manage",)),
    Section(
        "setup_lists",
        say("清单"),
        say("责任、准入、负面清单与流程、法规：起草、征求意见、批准、公布"),
        ("catalogue.manage", "lists.approve"),
    ),
    Section(
        "desk_applications",
        say("准入申请"),
        say("部门申请把事项交给网格或社区：评估、批准、公布、退出"),
        ("catalogue.manage", "lists.approve"),
    ),
    Section(
        "setup_routes",
        say("派遣规则"),
        say("哪类事项在哪里归谁办：先用过去的工单预演，再公布"),
        ("catalogue.manage",),
    ),
    Section(
        "setup_coverage",
        say("规则缺口"),
        say("没有主办、互相冲突、无人承担和已失效的规则"),
        ("catalogue.manage", "lists.approve"),
    ),
    Section(
        "setup_matters",
        say("事项目录"),
        say("事项类别、立案条件、时限与凭证，时限改动先预演"),
        ("catalogue.manage",),
    ),
    Section(
        "setup_refused",
        say("清单外交办"),
        say("被清单拦下的交办，按部门计数"),
        ("catalogue.manage", "lists.approve", "cases.supervise"),
    ),
    Section("setup_answers", say("答复模板"), say("办结答复时可套用的文字"), ("catalogue.manage",)),
    Section(
        "setup_assistants",
        say("推荐效果"),
        say("系统推荐了什么、采纳和更正了多少"),
        ("catalogue.manage", "cases.supervise", "audit.read"),
    ),
    Section(
        "setup_calendar",
        say("工作日历"),
        say("各年放假与调休安排，时限按它计算"),
        ("catalogue.manage", "cases.supervise"),
    ),
)


def shown_to(actor: Actor) -> tuple[Section, ...]:
    """The parts this actor may open, in their order."""
    return tuple(one for one in SECTIONS if any(actor.holds(right) for right in one.rights))
