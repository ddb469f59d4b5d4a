"""The kinds of command that the field app may send, each a line of one table: its shape and its door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import BaseModel
from pydantic import ValidationError as ShapeError

from gewu.api.field import shapes
from gewu.cases import actions as cases
from gewu.cases import queries as case_queries
from gewu.cases.actions import Call, EvidenceGiven, Party
from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import queries
from gewu.infra import uploads
from gewu.infra.commands import Apart, Done
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.notifications import actions as messages
from gewu.security.actors import Actor


@dataclass(frozen=True)
class Hand:
    """Who did it, when it was done on the phone, when it came, and the number the phone gave it."""

    actor: Actor
    now: datetime
    made_at: datetime
    key: str
    #: By how much the phone's clock is behind ours.
    behind: timedelta = timedelta()


Deed = Callable[[Any, Hand], Done]


@dataclass(frozen=True)
class CommandKind:
    """A kind of command: what it is called, what its content looks like, and what it does."""

    label: Text
    shape: type[BaseModel]
    deed: Deed
    #: Whether it is work of its own, so that it counts among the own numbers.
    counts: bool = True


#: The channel of what staff bring in from the field.
CHANNEL = "grid"


def report(given: shapes.SpotReport, by: Hand) -> Done:
    """A report made on the spot, with its photos and its voice note."""
    wanted = [*given.photos, *([given.sound] if given.sound else [])]
    draft = intake.ReportDraft(
        channel=CHANNEL,
        text=given.text,
        lon=given.lon,
        lat=given.lat,
        place=given.place,
        address=given.address,
        matter=given.matter,
        photos=tuple(uploads.files_of(wanted, actor=by.actor)),
    )
    made = intake.receive(draft, actor=by.actor, now=by.now)
    return Done(f"report:{made.pk}", {"id": str(made.pk), "code": made.progress_code})


def finding(given: shapes.ReportFinding, by: Hand) -> Done:
    """What was seen at the place of a report that waits to be verified."""
    reports.require_visible(by.actor, given.report)
    photos = tuple(uploads.files_of(given.photos, actor=by.actor))
    intake.take(
        given.report, "record_finding", actor=by.actor, now=by.now,
        finding=given.finding, photos=photos, lon=given.lon, lat=given.lat,
    )  # fmt: skip
    return Done(f"report:{given.report}", {"id": str(given.report)})


def _shown(given: list[shapes.Shown], actor: Actor) -> tuple[EvidenceGiven, ...]:
    pictures = [one.upload for one in given if one.upload]
    kept = dict(zip(pictures, uploads.files_of(pictures, actor=actor), strict=True))
    return tuple(
        EvidenceGiven(one.token, file=kept[one.upload] if one.upload else "", text=one.text) for one in given
    )


def case_step(given: shapes.CaseStep, by: Hand) -> Done:
    """A step of a case: begin a check, close, send back, hand in the work."""
    case_queries.require_visible(by.actor, given.number)
    values = {name: one for name, one in given.values().items() if name not in ("number", "event", "shown")}
    values["evidence"] = _shown(given.shown, by.actor)
    taken = cases.take(given.number, given.event, actor=by.actor, now=by.now, **values)
    return Done(f"case:{taken.number}", {"number": taken.number, "version": taken.version})


def settled(given: shapes.Settled, by: Hand) -> Done:
    """What was settled on the spot; another person checks it."""
    new = cases.NewCase(
        matter=given.matter,
        place=given.place,
        text=given.text,
        origin=cases.SPOT_ORIGIN,
        received_at=by.now,
        address=given.address,
    )
    shown = _shown(given.shown, by.actor)
    made = cases.self_handle(new, result=given.result, evidence=shown, actor=by.actor, now=by.now)
    return Done(f"case:{made.number}", {"number": made.number, "version": made.version})


def whistle(given: shapes.WhistleBlown, by: Hand) -> Done:
    """A whistle on a case."""
    case_queries.require_visible(by.actor, given.number)
    parties = (*(Party(unit=one) for one in given.units), *(Party(post=str(one)) for one in given.posts))
    row = cases.blow(given.number, Call(given.kind, parties, given.task.strip()), actor=by.actor, now=by.now)
    return Done(f"case:{given.number}", {"id": str(row.pk), "number": given.number})


def called_step(given: shapes.CalledStep, by: Hand) -> Done:
    """A step of an assignment: sign for it, check in, say what was done."""
    case_queries.require_visible(by.actor, given.number)
    case_queries.require_task(given.number, given.task)
    values = {name: one for name, one in given.values().items() if name not in ("number", "task", "event")}
    cases.take_assist(given.task, given.event, actor=by.actor, now=by.now, **values)
    return Done(f"case:{given.number}", {"id": str(given.task), "number": given.number})


def messages_read(given: shapes.NothingMore, by: Hand) -> Done:
    """All messages so far were seen."""
    if by.actor.account_id:
        messages.mark_read(by.actor.account_id, now=by.now)
    return Done("")


def task_step(given: shapes.TaskStep, by: Hand) -> Done:
    """A step of a patrol or another task: begun, been there, looked at, ended."""
    queries.task_page(by.actor, given.task, now=by.now)
    values = {name: one for name, one in given.values().items() if name not in ("task", "event", "made_at")}
    if given.looks is not None:
        values["looks"] = tuple(fieldwork.Seen(one.stop, one.item, one.outcome) for one in given.looks)
    if given.at is not None:
        values["at"] = fieldwork.CheckInDraft(**given.at.model_dump())
    fieldwork.take(
        given.task, given.event, actor=by.actor, now=by.now, made_at=by.made_at, key=by.key, **values
    )
    return Done(f"task:{given.task}", {"id": str(given.task)})


def task_finding(given: shapes.TaskFinding, by: Hand) -> Done:
    """Something found on a patrol, with its photos; by rule it opens a case."""
    told = given.model_dump(exclude={"photos", "made_at"})
    photos = tuple(uploads.files_of(given.photos, actor=by.actor))
    draft = fieldwork.FindingDraft(**told, photos=photos, key=by.key, made_at=by.made_at)
    made = fieldwork.find(draft, actor=by.actor, now=by.now)
    return Done(f"task:{given.task}" if given.task else "", {"id": str(made.pk)})


def visit(given: shapes.VisitDone, by: Hand) -> Done:
    """A visit as it was made, whole: each part that is filled in opens its matter."""
    at = fieldwork.CheckInDraft(lon=given.lon, lat=given.lat)
    draft = fieldwork.VisitDraft(
        kind=given.kind, task=given.task, place=given.place, at=at, answers=given.answers,
        key=by.key, made_at=by.made_at,
    )  # fmt: skip
    made = fieldwork.visit(draft, actor=by.actor, now=by.now)
    return Done(f"task:{made.pk}", {"id": str(made.pk)})


def positions(given: shapes.Positions, by: Hand) -> Done:
    """A batch of positions of an opened patrol. Their times are set right as those of the commands are."""
    sent = [
        fieldwork.Position(**{**one.model_dump(), "at": min(one.at + by.behind, by.now)})
        for one in given.points
    ]
    taken = fieldwork.take_positions(given.task, UUID(by.key), sent, actor=by.actor, now=by.now)
    return Done(f"task:{given.task}", {"kept": taken.kept, "refused": taken.refused})


def clue(given: shapes.ClueLooked, by: Hand) -> Done:
    """What was seen on the spot of a clue: it opens a case, or nothing."""
    queries.clue(by.actor, given.clue, now=by.now)
    at = fieldwork.CheckInDraft(lon=given.lon, lat=given.lat, accuracy_m=given.accuracy_m)
    photos = tuple(uploads.files_of(given.photos, actor=by.actor))
    fieldwork.conclude(
        given.clue, given.event, finding=given.finding, at=at, matter=given.matter, photos=photos,
        made_at=by.made_at, version=given.version, actor=by.actor, now=by.now,
    )  # fmt: skip
    return Done(f"clue:{given.clue}", {"id": str(given.clue)})


def spot_edit(given: shapes.SpotEdited, by: Hand) -> Done:
    """Facts of a spot put right: joined with what others changed, or kept until a person has decided."""
    edit = fieldwork.SpotEdit(given.spot, given.branch, given.trunk, given.values, given.step)
    made = fieldwork.correct_spot(edit, key=UUID(by.key), actor=by.actor, now=by.now, made_at=by.made_at)
    answer = {"id": str(given.spot), "version": made.number, "others": list(made.others)}
    apart = Apart(made.clashes, made.number) if made.conflict else None
    return Done(f"spot:{given.spot}", answer, apart)


def spot_decided(given: shapes.SpotDecided, by: Hand) -> Done:
    """What a person chose where two had changed the same fact of a spot."""
    made = fieldwork.decide_spot(
        given.conflict, given.choice, version=given.version, actor=by.actor, now=by.now
    )
    return Done("", {"version": made.number})


KINDS: Mapping[str, CommandKind] = {
    "report": CommandKind(say("上报问题"), shapes.SpotReport, report),
    "finding": CommandKind(say("现场核实"), shapes.ReportFinding, finding),
    "case_step": CommandKind(say("工单核查与办理"), shapes.CaseStep, case_step),
    "settled": CommandKind(say("当场处置"), shapes.Settled, settled),
    "whistle": CommandKind(say("吹哨"), shapes.WhistleBlown, whistle),
    "called_step": CommandKind(say("报到与协办"), shapes.CalledStep, called_step),
    "task_step": CommandKind(say("巡查任务"), shapes.TaskStep, task_step),
    "task_finding": CommandKind(say("巡查发现"), shapes.TaskFinding, task_finding),
    "visit": CommandKind(say("走访"), shapes.VisitDone, visit),
    "clue": CommandKind(say("线索核查"), shapes.ClueLooked, clue),
    "spot_edit": CommandKind(say("更正点位"), shapes.SpotEdited, spot_edit),
    "spot_decided": CommandKind(say("定下点位的写法"), shapes.SpotDecided, spot_decided, counts=False),
    "positions": CommandKind(say("巡查位置"), shapes.Positions, positions, counts=False),
    "messages_read": CommandKind(say("查看消息"), shapes.NothingMore, messages_read),
}


def deed_of(kind: str, content: Mapping[str, Any], by: Hand) -> Done:
    """Do what a command asks for. Refused: an unknown kind, another shape, and whatever its door refuses."""
    known = KINDS.get(kind)
    if known is None:
        raise Refusal(
            say("服务器不认识“{kind}”这种操作", kind=kind), advice=say("请更新外勤应用后再试"), field="kind"
        )
    try:
        given = known.shape.model_validate(dict(content))
    except ShapeError as fault:
        where = ".".join(str(part) for part in fault.errors()[0]["loc"])
        raise Refusal(say("提交的数据格式不对"), field=where or "content") from None
    return known.deed(given, by)


def resolved(content: Mapping[str, Any], made: Mapping[UUID, Mapping[str, Any]]) -> dict[str, Any]:
    """The content with the ids of the records that earlier commands brought about in their places."""
    return {name: _resolved(one, made) for name, one in content.items()}


_MADE = "made:"


def _resolved(value: Any, made: Mapping[UUID, Mapping[str, Any]]) -> Any:
    if not isinstance(value, str) or not value.startswith(_MADE):
        return value
    found = next((one for key, one in made.items() if str(key) == value.removeprefix(_MADE)), None)
    if found is None or "id" not in found:
        raise Refusal(say("它说的那一条还没有被接受"), Kind.CONFLICT)
    return found["id"]
