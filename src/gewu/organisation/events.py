"""What happens to units and posts."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class UnitEvent(Event):
    subject = "unit"


class PostEvent(Event):
    subject = "post"
    audit = "role"


class StaffEvent(Event):
    subject = "staff"


class OrganisationEvent(Event):
    subject = "organisation"


@dataclass(frozen=True, kw_only=True)
class OrganisationSeedsLoaded(OrganisationEvent):
    sentence = say("{actor}载入单位类型 {unit_kinds} 种、岗位 {post_kinds} 种、队伍模式 {crew_models} 种")
    first = True
    unit_kinds: int
    post_kinds: int
    crew_models: int


@dataclass(frozen=True, kw_only=True)
class UnitAdded(UnitEvent):
    sentence = say("{actor}设立单位 {code}")
    first = True
    code: str
    kind: str
    parent: str = ""


@dataclass(frozen=True, kw_only=True)
class UnitClosed(UnitEvent):
    sentence = say("{actor}撤销单位 {code}")
    code: str


@dataclass(frozen=True, kw_only=True)
class UnitRenamed(UnitEvent):
    sentence = say("{actor}更改单位 {code} 的名称")
    code: str


@dataclass(frozen=True, kw_only=True)
class UnitAliasAdded(UnitEvent):
    sentence = say("{actor}登记单位 {code} 的别名")
    code: str


@dataclass(frozen=True, kw_only=True)
class UnitMoved(UnitEvent):
    sentence = say("{actor}将单位由 {old_path} 移至 {new_path}")
    old_path: str
    new_path: str


@dataclass(frozen=True, kw_only=True)
class Appointed(PostEvent):
    sentence = say("{actor}任命“{kind}”")
    first = True
    kind: str
    unit: UUID | None = None
    account: UUID | None = None
    holder_unit: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class PostEnded(PostEvent):
    sentence = say("{actor}结束“{kind}”的任职")
    kind: str


@dataclass(frozen=True, kw_only=True)
class StaffNoted(StaffEvent):
    sentence = say("{actor}登记人员记录“{kind}”")
    kind: str


@dataclass(frozen=True, kw_only=True)
class StaffStruck(StaffEvent):
    sentence = say("{actor}删去人员记录“{kind}”")
    kind: str


class PowerEvent(Event):
    subject = "power"
    audit = "rule"


class ShiftEvent(Event):
    subject = "shift"


@dataclass(frozen=True, kw_only=True)
class PowerGiven(PowerEvent):
    sentence = say("{actor}赋予单位一项权力，自 {since} 起")
    first = True
    unit: UUID
    since: str


@dataclass(frozen=True, kw_only=True)
class PowerEvaluated(PowerEvent):
    sentence = say("{actor}评估一项权力的行使情况")
    verdict: str


@dataclass(frozen=True, kw_only=True)
class PowerEnded(PowerEvent):
    sentence = say("{actor}收回一项权力，{until} 起不再行使")
    until: str


@dataclass(frozen=True, kw_only=True)
class MattersTransferred(PowerEvent):
    sentence = say("{actor}移交一类事项，权、人、钱一起转")
    unit: UUID
    before: UUID


@dataclass(frozen=True, kw_only=True)
class DutiesSet(OrganisationEvent):
    sentence = say("{actor}改定岗位“{kind}”的职责")
    first = True
    kind: str


@dataclass(frozen=True, kw_only=True)
class ShiftPlanned(ShiftEvent):
    sentence = say("{actor}排出一个班次")
    first = True
    kind: str


@dataclass(frozen=True, kw_only=True)
class ShiftCancelled(ShiftEvent):
    sentence = say("{actor}取消一个班次")


@dataclass(frozen=True, kw_only=True)
class ShiftBooked(ShiftEvent):
    sentence = say("{actor}排定值班人员")
    booking: UUID


@dataclass(frozen=True, kw_only=True)
class DutyTakenUp(ShiftEvent):
    sentence = say("{actor}到岗")
    booking: UUID


@dataclass(frozen=True, kw_only=True)
class DutyMissed(ShiftEvent):
    sentence = say("{actor}记录未到岗")
    booking: UUID


@dataclass(frozen=True, kw_only=True)
class BookingWithdrawn(ShiftEvent):
    sentence = say("{actor}撤下值班人员")
    booking: UUID


@dataclass(frozen=True, kw_only=True)
class ShiftHandedOver(ShiftEvent):
    sentence = say("{actor}写下交班记录")
    note: UUID


@dataclass(frozen=True, kw_only=True)
class ShiftTakenOver(ShiftEvent):
    sentence = say("{actor}接班并阅知交班记录")
    note: UUID
