"""What happened to devices and alarms."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class DeviceEvent(Event):
    subject = "device"
    audit = "rule"


@dataclass(frozen=True, kw_only=True)
class DeviceRegistered(DeviceEvent):
    sentence = say("{actor}登记了设备 {code}")
    first = True
    code: str


@dataclass(frozen=True, kw_only=True)
class DeviceRetired(DeviceEvent):
    sentence = say("{actor}停用了设备")


@dataclass(frozen=True, kw_only=True)
class MaintenanceSet(DeviceEvent):
    sentence = say("{actor}安排检修，期间不告警")
    audit = ""
    since: str
    until: str


@dataclass(frozen=True, kw_only=True)
class MaintenanceEnded(DeviceEvent):
    sentence = say("{actor}结束了检修")
    audit = ""


@dataclass(frozen=True, kw_only=True)
class DeviceFellSilent(DeviceEvent):
    sentence = say("设备已长时间没有消息")
    audit = ""


@dataclass(frozen=True, kw_only=True)
class DeviceHeardAgain(DeviceEvent):
    sentence = say("设备又有消息了")
    audit = ""


@dataclass(frozen=True, kw_only=True)
class CommandAsked(DeviceEvent):
    sentence = say("{actor}向设备下发了指令")
    audit = ""
    command: UUID


class AlarmEvent(Event):
    subject = "alarm"


@dataclass(frozen=True, kw_only=True)
class AlarmRaised(AlarmEvent):
    sentence = say("设备告警")
    first = True
    device: UUID
    alarm: str


@dataclass(frozen=True, kw_only=True)
class AlarmCaseOpened(AlarmEvent):
    sentence = say("立案为工单 {number}")
    case: UUID
    number: str


@dataclass(frozen=True, kw_only=True)
class AlarmGrouped(AlarmEvent):
    sentence = say("与附近同类告警一并归入工单 {number}")
    case: UUID
    number: str


@dataclass(frozen=True, kw_only=True)
class AlarmAcknowledged(AlarmEvent):
    sentence = say("{actor}确认收到告警")


@dataclass(frozen=True, kw_only=True)
class AlarmResponded(AlarmEvent):
    sentence = say("承办单位已签收，响应开始")


@dataclass(frozen=True, kw_only=True)
class AlarmCleared(AlarmEvent):
    sentence = say("读数恢复正常，告警解除")


@dataclass(frozen=True, kw_only=True)
class AlarmStoodDown(AlarmEvent):
    sentence = say("{actor}人工解除了告警")


@dataclass(frozen=True, kw_only=True)
class AlarmCaseEnded(AlarmEvent):
    sentence = say("工单 {number} 已办结，写回告警")
    number: str


@dataclass(frozen=True, kw_only=True)
class AlarmCaseReopened(AlarmEvent):
    sentence = say("工单 {number} 重新办理")
    number: str


@dataclass(frozen=True, kw_only=True)
class AlarmUnanswered(AlarmEvent):
    sentence = say("响应时限已过，还没有人响应")
    number: str = ""


class OnCase(Event):
    """What the timeline of a case says of the alarms behind it."""

    subject = "case"


@dataclass(frozen=True, kw_only=True)
class CaseAlarmJoined(OnCase):
    sentence = say("附近又有同类设备告警，并入此单")
    alarm: UUID


@dataclass(frozen=True, kw_only=True)
class CaseAlarmCleared(OnCase):
    sentence = say("设备读数恢复正常，告警已解除")
    alarm: UUID
