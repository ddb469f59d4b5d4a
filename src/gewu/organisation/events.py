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
