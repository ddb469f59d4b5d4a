"""The modules of the desk as data, all over one model of cases, places and units. A new one is one line."""

from __future__ import annotations

from dataclasses import dataclass

from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor
from gewu.web.setup import sections


@dataclass(frozen=True)
class Part:
    """One part of a module that has several, each under a tab: the rights of which any opens it."""

    key: str
    label: Text
    page: str
    rights: tuple[str, ...]


@dataclass(frozen=True)
class Module:
    """One module: its name, its page, and the rights of which any opens it; without any it is everyone's."""

    key: str
    label: Text
    page: str
    icon: str
    rights: tuple[str, ...] = ()
    #: False for a form, whose entries stand in the list of another module.
    lists: bool = True
    #: The module whose pages lead there too: whoever sees that one needs no second entry.
    within: str = ""
    #: Whether accounts of enterprises open it, too.
    outside: bool = False
    #: Its parts, one entry of the bar for all of them.
    parts: tuple[Part, ...] = ()


_FIELDWORK = ("fieldwork.read", "fieldwork.do", "fieldwork.plan", "fieldwork.approve")
MODULES: tuple[Module, ...] = (
    Module("enterprise", say("企业自查"), "enterprise", "camera", ("hazards.report",), outside=True),
    Module("inbox", say("工作台"), "desk_inbox", "tray", ("cases.read", "reports.read")),
    Module(
        "fieldwork", say("外勤"), "field_tasks", "map", _FIELDWORK,
        parts=(
            Part("fieldwork", say("巡查计划"), "field_tasks", _FIELDWORK),
            Part("rounds", say("走访排查"), "desk_rounds", ("fieldwork.read", "fieldwork.do")),
            Part("field", say("外勤应用"), "field", ("fieldwork.do",)),
        ),
    ),
    Module("visits", say("待核实"), "desk_visits", "place", ("reports.verify",)),
    Module("spot", say("当场处置"), "desk_self_handled", "camera", ("cases.self_handle",), lists=False),
    Module("initiate", say("自行立案"), "desk_initiate", "pen", ("cases.initiate",), lists=False),
    Module("new", say("来电登记"), "desk_new_report", "phone", ("reports.screen",), lists=False),
    Module("follow_ups", say("回访"), "desk_follow_ups", "phone", ("cases.follow_up",)),
    Module("alarms", say("告警"), "desk_alarms", "warn", ("alarms.read",)),
    Module("devices", say("设备"), "desk_devices", "aim", ("devices.manage",), within="alarms"),
    Module("board", say("总览图"), "board_root", "board", ("figures.read",)),
    Module(
        "systems", say("运行中心"), "systems", "board", ("cases.oversee", "connectors.manage"), lists=False
    ),
    Module("places", say("辖区"), "desk_places", "map"),
    Module("console", say("社区工作台"), "desk_console", "board", ("console.open",)),
    Module("hazards", say("企业隐患"), "desk_hazards", "warn", ("cases.handle", "cases.supervise")),
    Module("duty", say("值班"), "desk_duty", "people"),
    Module("alerts", say("预警"), "desk_alerts", "warn", ("alerts.draft", "alerts.approve")),
    Module(
        "desk_applications", say("准入申请"), "desk_applications", "pen", ("lists.apply",), within="setup"
    ),
    Module("identities", say("身份审批"), "identities", "people", ("identity.approve",)),
    Module("exports", say("导出审批"), "desk_exports", "tray", ("exports.approve",)),
    Module(
        "setup", say("设置"), "setup_home", "gear",
        tuple(dict.fromkeys(right for part in sections.SECTIONS for right in part.rights)),
    ),
    Module("notices", say("消息"), "desk_notices", "bell", outside=True),
)  # fmt: skip


def shown_to(actor: Actor) -> tuple[Module, ...]:
    """The modules that this actor may open, in the order of the bar."""
    able = [one for one in MODULES if not one.rights or any(map(actor.holds, one.rights))]
    open_to = [one for one in able if one.outside or not actor.outside]
    keys = {one.key for one in open_to}
    return tuple(one for one in open_to if one.within not in keys)


def parts_open_to(actor: Actor) -> dict[str, tuple[Part, ...]]:
    """Of each module that has parts those that this actor may open, by the key of the module."""
    return {
        one.key: tuple(part for part in one.parts if any(map(actor.holds, part.rights)))
        for one in MODULES
        if one.parts
    }
