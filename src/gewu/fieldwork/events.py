"""What happens to plans, tasks, records and lists of fieldwork."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.kernel.events import Event
from gewu.kernel.texts import say


class FieldworkEvent(Event):
    subject = "fieldwork"


@dataclass(frozen=True, kw_only=True)
class FieldworkLoaded(FieldworkEvent):
    sentence = say("{actor}载入计划类型 {kinds} 种、记录表 {forms} 种、检查清单 {lists} 份")
    first = True
    kinds: int
    forms: int
    lists: int


class ChecklistEvent(Event):
    subject = "checklist"


@dataclass(frozen=True, kw_only=True)
class ChecklistRevised(ChecklistEvent):
    sentence = say("{actor}发布清单 {code} 第 {edition} 版，共 {items} 项")
    first = True
    code: str
    edition: int
    items: int


@dataclass(frozen=True, kw_only=True)
class LoadLimitSet(FieldworkEvent):
    sentence = say("{actor}设定每天任务上限 {tasks} 项")
    first = True
    tasks: int


class SpotEvent(Event):
    subject = "spot"


@dataclass(frozen=True, kw_only=True)
class SpotAdded(SpotEvent):
    sentence = say("{actor}设立点位")
    first = True


@dataclass(frozen=True, kw_only=True)
class SpotClosed(SpotEvent):
    sentence = say("{actor}撤销点位")


@dataclass(frozen=True, kw_only=True)
class SpotCorrected(SpotEvent):
    sentence = say("{actor}更正点位信息，成为第 {number} 版")
    number: int
    made_at: datetime
    #: The edit that clashed and was decided by this.
    conflict: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class SpotEditKept(SpotEvent):
    sentence = say("{actor}的更正与别人改的是同一处，等人来定")
    conflict: UUID
    made_at: datetime


class PlanEvent(Event):
    subject = "plan"


@dataclass(frozen=True, kw_only=True)
class PlanMade(PlanEvent):
    sentence = say("{actor}拟定计划")
    first = True
    kind: str


@dataclass(frozen=True, kw_only=True)
class PlanChanged(PlanEvent):
    sentence = say("{actor}修改计划")


@dataclass(frozen=True, kw_only=True)
class PlanApproved(PlanEvent):
    sentence = say("{actor}批准计划")


@dataclass(frozen=True, kw_only=True)
class PlanAllowed(PlanEvent):
    sentence = say("{actor}同意安排清单外任务")


@dataclass(frozen=True, kw_only=True)
class PlanSentBack(PlanEvent):
    sentence = say("{actor}退回计划修改")


@dataclass(frozen=True, kw_only=True)
class PlanWithdrawn(PlanEvent):
    sentence = say("{actor}撤回计划")


@dataclass(frozen=True, kw_only=True)
class PlanEnded(PlanEvent):
    sentence = say("{actor}结束计划，取消未执行的任务 {cancelled} 项")
    cancelled: int


@dataclass(frozen=True, kw_only=True)
class TasksLaid(PlanEvent):
    sentence = say("生成任务 {count} 项，至 {until}")
    count: int
    until: str


class TaskEvent(Event):
    subject = "task"


@dataclass(frozen=True, kw_only=True)
class TaskLaid(TaskEvent):
    sentence = say("列入任务")
    first = True
    kind: str
    plan: UUID | None = None
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskOpened(TaskEvent):
    sentence = say("到了执行时间")


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(TaskEvent):
    sentence = say("{actor}指定由谁执行")
    account: UUID


@dataclass(frozen=True, kw_only=True)
class TaskStarted(TaskEvent):
    sentence = say("{actor}开始执行")
    made_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskCheckedIn(TaskEvent):
    sentence = say("{actor}签到")
    made_at: datetime
    stop: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class TaskLookedAt(TaskEvent):
    sentence = say("{actor}填写检查项 {count} 项")
    count: int


@dataclass(frozen=True, kw_only=True)
class TaskDone(TaskEvent):
    sentence = say("{actor}完成任务：检查 {looked}/{due}，发现问题 {found} 件")
    made_at: datetime
    looked: int
    due: int
    found: int


@dataclass(frozen=True, kw_only=True)
class NoneSigned(TaskEvent):
    sentence = say("{actor}签字确认未发现问题，检查 {looked}/{due}")
    made_at: datetime
    looked: int
    due: int


@dataclass(frozen=True, kw_only=True)
class LookerSent(TaskEvent):
    sentence = say("就近派人现场查看")
    account: UUID


@dataclass(frozen=True, kw_only=True)
class TaskSettled(TaskEvent):
    sentence = say("结果已在原件上填写")


@dataclass(frozen=True, kw_only=True)
class TaskDropped(TaskEvent):
    sentence = say("原件已办理，不再需要")


@dataclass(frozen=True, kw_only=True)
class TaskMissed(TaskEvent):
    sentence = say("到期未执行")


@dataclass(frozen=True, kw_only=True)
class TaskCancelled(TaskEvent):
    sentence = say("{actor}取消任务")


class FindingEvent(Event):
    subject = "finding"


@dataclass(frozen=True, kw_only=True)
class FindingMade(FindingEvent):
    sentence = say("{actor}上报发现的问题")
    first = True
    matter: str
    report: UUID
    made_at: datetime
    item: str = ""
    task: UUID | None = None
    number: str = ""


class RecordEvent(Event):
    subject = "work_record"


@dataclass(frozen=True, kw_only=True)
class RecordMade(RecordEvent):
    sentence = say("{actor}填写工作记录")
    first = True
    form: str
    made_at: datetime
    task: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class TrackSeen(TaskEvent):
    sentence = say("{actor}查看了巡查轨迹")
    audit = "track"
    account: UUID


class ClueEvent(Event):
    subject = "clue"


@dataclass(frozen=True, kw_only=True)
class ClueRaised(ClueEvent):
    sentence = say("{actor}提出线索，交人到现场核查")
    first = True
    rule: str
    task: UUID


@dataclass(frozen=True, kw_only=True)
class ClueConfirmed(ClueEvent):
    sentence = say("{actor}到现场核查属实")
    rule: str


@dataclass(frozen=True, kw_only=True)
class ClueDismissed(ClueEvent):
    sentence = say("{actor}到现场核查不属实")
    rule: str


class DrawEvent(Event):
    subject = "draw"


@dataclass(frozen=True, kw_only=True)
class SampleDrawn(DrawEvent):
    sentence = say("{actor}按种子 {seed} 从 {population} 件中抽出 {drawn} 件复查")
    first = True
    of: str
    seed: str
    digest: str
    population: int
    drawn: int


@dataclass(frozen=True, kw_only=True)
class DrawnUpheld(DrawEvent):
    sentence = say("{actor}复查第 {seq} 件属实")
    seq: int


@dataclass(frozen=True, kw_only=True)
class DrawnRefuted(DrawEvent):
    sentence = say("{actor}复查第 {seq} 件不实")
    seq: int


@dataclass(frozen=True, kw_only=True)
class RestDue(TaskEvent):
    sentence = say("连续巡查已两小时，提醒休息")
    account: UUID


@dataclass(frozen=True, kw_only=True)
class ResultSigned(TaskEvent):
    sentence = say("{unit}签字")
    unit: UUID
