"""The parts of setup, each with the right that opens it. A new part is one line here."""

from __future__ import annotations

from dataclasses import dataclass

from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor

PEOPLE, RULES = say("区域与队伍"), say("事项与规则")
LISTS, RUNNING = say("清单与准入"), say("账号与运行")


@dataclass(frozen=True)
class Section:
    """One part of setup: its page, what it is for, the rights of which any opens it, and its group."""

    page: str
    label: Text
    purpose: Text
    rights: tuple[str, ...]
    group: Text = RUNNING


SECTIONS: tuple[Section, ...] = (
    Section(
        "setup_places",
        say("区域边界"),
        say("网格边界、版本和并网前的编号"),
        ("grids.manage",),
        PEOPLE,
    ),
    Section(
        "setup_units",
        say("单位名录"),
        say("设立、改名、移动、撤销"),
        ("organisation.manage",),
        PEOPLE,
    ),
    Section(
        "setup_posts",
        say("岗位任职"),
        say("任命和结束任职"),
        ("organisation.manage",),
        PEOPLE,
    ),
    Section(
        "setup_crews",
        say("队伍模式"),
        say("队伍、组织层级和岗位种类"),
        ("organisation.manage",),
        PEOPLE,
    ),
    Section(
        "setup_consoles",
        say("社区工作台"),
        say("社区工作台由哪几块内容拼成，不用写程序"),
        ("organisation.manage",),
        PEOPLE,
    ),
    Section(
        "setup_duties",
        say("岗位职责"),
        say("每种岗位做什么、多久一次"),
        ("organisation.manage",),
        PEOPLE,
    ),
    Section(
        "setup_powers",
        say("赋权事项"),
        say("单位的权力清单：赋权、评估、收回，事项移交时权、人、钱一起转"),
        ("powers.keep", "organisation.manage"),
        PEOPLE,
    ),
    Section(
        "setup_matters",
        say("事项目录"),
        say("事项类别、立案条件、时限与凭证，时限改动先预演"),
        ("catalogue.manage",),
        RULES,
    ),
    Section(
        "setup_routes",
        say("派遣规则"),
        say("哪类事项在哪里归谁办：先用过去的工单预演，再公布"),
        ("catalogue.manage",),
        RULES,
    ),
    Section(
        "setup_rules",
        say("时限与规则"),
        say("环节时限、督办阶梯、受理时限、来源时限、吹哨、回访和告警：预演、提请、批准"),
        ("catalogue.manage", "lists.approve"),
        RULES,
    ),
    Section(
        "setup_coverage",
        say("规则缺口"),
        say("没有主办、互相冲突、无人承担和已失效的规则"),
        ("catalogue.manage", "lists.approve"),
        RULES,
    ),
    Section(
        "setup_calendar",
        say("工作日历"),
        say("各年放假与调休安排，时限按它计算"),
        ("catalogue.manage", "cases.supervise"),
        RULES,
    ),
    Section(
        "setup_lists",
        say("各类清单"),
        say("责任、准入、负面清单与流程、法规：起草、征求意见、批准、公布"),
        ("catalogue.manage", "lists.approve"),
        LISTS,
    ),
    Section(
        "desk_applications",
        say("准入申请"),
        say("部门申请把事项交给网格或社区：评估、批准、公布、退出"),
        ("catalogue.manage", "lists.approve"),
        LISTS,
    ),
    Section(
        "setup_fieldwork",
        say("巡查走访"),
        say("计划类型、记录表、检查清单的各版、每天任务上限"),
        ("catalogue.manage",),
        LISTS,
    ),
    Section(
        "setup_refused",
        say("清单外交办"),
        say("被清单拦下的交办，按部门计数"),
        ("catalogue.manage", "lists.approve", "cases.supervise"),
        LISTS,
    ),
    Section("setup_answers", say("答复模板"), say("办结答复时可套用的文字"), ("catalogue.manage",)),
    Section(
        "setup_accounts",
        say("账号与权限"),
        say("开通和停用账号，授予和结束角色"),
        ("accounts.manage",),
    ),
    Section(
        "setup_providers",
        say("统一认证"),
        say("用单位已有的身份服务登录，声明与角色的对应"),
        ("accounts.manage",),
    ),
    Section(
        "setup_roles",
        say("角色一览"),
        say("每个角色能做什么、谁在哪里担任、三员有无混用"),
        ("accounts.manage", "audit.read"),
    ),
    Section(
        "setup_audit",
        say("审计日志"),
        say("账号、角色、查看身份、导出和规则的每一次变动"),
        ("audit.read",),
    ),
    Section(
        "setup_retention",
        say("保存期限"),
        say("各类数据保存多久、保全和删除证明"),
        ("retention.manage", "audit.read"),
    ),
    Section(
        "setup_health",
        say("运行状况"),
        say("数据库、后台、磁盘、备份和每日摘要"),
        ("health.read",),
    ),
    Section(
        "setup_connectors",
        say("对接与连接"),
        say("外部系统的来件、回写和待更正，本机所连的服务、令牌和导入"),
        ("health.read", "accounts.manage", "connectors.manage", "connectors.correct"),
    ),
    Section(
        "setup_keys",
        say("接入密钥"),
        say("外部系统凭它送来反映和预警：签发、收回、到期"),
        ("accounts.manage",),
    ),
    Section(
        "setup_help",
        say("帮助手册"),
        say("改写各页的帮助，添加示范短片和分步图片"),
        ("handbook.keep",),
    ),
    Section(
        "setup_switches",
        say("功能开关"),
        say("推荐等功能的开与关，每次都写原因"),
        ("switches.manage",),
    ),
    Section(
        "setup_assistants",
        say("助手有多准"),
        say("助手推荐了什么、采纳和更正了多少、说明卡"),
        ("catalogue.manage", "cases.supervise", "audit.read"),
    ),
    Section(
        "setup_reclassing",
        say("往事重新分类"),
        say("把办结的事项按现在的目录再分一次，抽查有多准"),
        ("catalogue.manage",),
    ),
)


def shown_to(actor: Actor) -> tuple[Section, ...]:
    """The parts this actor may open, in their order."""
    return tuple(one for one in SECTIONS if any(actor.holds(right) for right in one.rights))


def grouped(shown: tuple[Section, ...]) -> list[tuple[Text, list[Section]]]:
    """The parts under the headings of their groups; a group without a part is left out."""
    found = [
        (group, [one for one in shown if one.group == group]) for group in (PEOPLE, RULES, LISTS, RUNNING)
    ]
    return [(group, parts) for group, parts in found if parts]
