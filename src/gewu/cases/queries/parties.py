"""Those called to a case beside its lead: their parts, check-ins and whistles, and what that blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from gewu.cases import permissions
from gewu.cases.actions import assists, steps, whistles
from gewu.cases.lifecycle import ASSIGNMENT, CASE, JOINT, WHISTLE
from gewu.cases.models import Assignment, Case, Whistle
from gewu.cases.queries.lists import open_case
from gewu.cases.rules.parties import AssistFacts, JointFacts, WhistleFacts
from gewu.catalogue import queries as catalogue
from gewu.kernel import worktime
from gewu.kernel.lifecycle import Step
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.organisation.queries import Holder
from gewu.security import queries as security
from gewu.security.actors import Actor


@dataclass(frozen=True)
class OpenStep:
    """A step that this actor may take now: a button with its key and its form."""

    event: str
    label: Text
    key: str
    danger: bool
    needs: tuple[str, ...]
    may_take: tuple[str, ...]
    note: Text | None = None
    #: What its form holds before anyone has typed, by field.
    begins_with: Mapping[str, str] = field(default_factory=dict)


def open_step(step: Step) -> OpenStep:
    """A row of a table as a button."""
    return OpenStep(step.event, step.label, step.key, step.danger, step.needs, step.may_take)


@dataclass(frozen=True)
class CheckInFacts:
    """That a called party came: when, where, how far from the case, within its limit or not."""

    at: datetime
    address: str
    distance_m: int | None
    in_time: bool


@dataclass(frozen=True)
class TaskLine:
    """One assignment of another unit or of an official, with the time to come or sign by, if any."""

    id: UUID
    unit: Name
    state: str
    state_label: Text
    open: bool
    task: str
    result: str
    offered_at: datetime
    steps: tuple[OpenStep, ...]
    whistle: UUID | None
    come_by: datetime | None
    check_in: CheckInFacts | None


def task_line(actor: Actor, case: Case, row: Assignment) -> TaskLine:
    """One assignment with the steps that this actor may take in it."""
    state, facts = ASSIGNMENT.state(row.state), AssistFacts(called=row.whistle_id is not None)
    open_steps = tuple(
        open_step(step)
        for step in ASSIGNMENT.steps_from(row.state)
        if permissions.WHO[step.by](actor, case, row) and step.open_for(facts)
    )
    return TaskLine(
        row.pk, party_of(row), row.state, state.label, state.open, row.task, row.result, row.offered_at,
        open_steps, row.whistle_id, row.clock.due_at if row.clock else None, _check_in(row),
    )  # fmt: skip


def party_of(row: Assignment) -> Name:
    """What a called party is called."""
    return organisation.known_unit(row.unit_id).name if row.unit_id else Name(row.party_zh, row.party_en)


def is_missing(row: Assignment, now: datetime) -> bool:
    """Whether a called party has not come though its time is over, and nobody sent it home."""
    awaited = row.state == "offered" and getattr(row, "check_in", None) is None
    return awaited and row.clock is not None and row.clock.due_at < now


def _check_in(row: Assignment) -> CheckInFacts | None:
    came = getattr(row, "check_in", None)
    if came is None:
        return None
    in_time = row.clock is None or came.at <= row.clock.due_at
    return CheckInFacts(came.at, came.address, came.distance_m, in_time)


@dataclass(frozen=True)
class WhistleLine:
    """One whistle with its parties, each with the time at which it came."""

    id: UUID
    kind: Name
    state: str
    state_label: Text
    open: bool
    task: str
    result: str
    caller: str
    responsible: str
    supporters: int
    blown_at: datetime
    ended_at: datetime | None
    #: When and where the parties meet, where they were called by appointment.
    meet_at: datetime | None
    meet_where: str
    #: Who ought to have come by now and did not.
    missing: tuple[Name, ...]
    parties: tuple[TaskLine, ...]
    steps: tuple[OpenStep, ...]


@dataclass(frozen=True)
class Condition:
    """A joint condition that holds: what it is, and who is to see to it."""

    label: Text
    desk: Text
    blocks: bool


@dataclass(frozen=True)
class Parties:
    """The whistles of a case, whether this actor may blow one, and what of others' parts blocks the case."""

    whistles: tuple[WhistleLine, ...]
    may_whistle: bool
    conditions: tuple[Condition, ...]


def parties_of(actor: Actor, case: Case, tasks: Sequence[Assignment], *, now: datetime) -> Parties:
    """What a page shows of those called to a case; a query for names where there are whistles."""
    blown = {row.whistle.pk: row.whistle for row in tasks if row.whistle}
    people = {ref for one in blown.values() for ref in (one.caller, one.responsible)}
    names = security.names_of(people) if people else {}
    holding = JOINT.holding(_Facts(steps.joint_facts(tasks, now=now)))
    return Parties(
        whistles=tuple(
            _whistle(actor, case, one, [row for row in tasks if row.whistle_id == one.pk], names, now)
            for one in blown.values()
        ),
        may_whistle=CASE.state(case.state).open
        and (permissions.WHO["residents"](actor, case, None) or permissions.WHO["lead"](actor, case, None)),
        conditions=tuple(
            Condition(row.label, permissions.WORDS[row.desk], bool(row.blocks)) for row in holding
        ),
    )


@dataclass(frozen=True)
class _Facts:
    joint: JointFacts


def _whistle(
    actor: Actor,
    case: Case,
    row: Whistle,
    parties: Sequence[Assignment],
    names: Mapping[str, str],
    now: datetime,
) -> WhistleLine:
    state = WHISTLE.state(row.state)
    facts = WhistleFacts(unanswered=sum(map(whistles.is_unanswered, parties)))
    open_steps = tuple(
        open_step(step)
        for step in WHISTLE.steps_from(row.state)
        if permissions.WHO[step.by](actor, case, parties[0]) and step.open_for(facts)
    )
    return WhistleLine(
        row.pk, Name(row.kind.name_zh, row.kind.name_en), row.state, state.label, state.open, row.task,
        row.result, names.get(row.caller, ""), names.get(row.responsible, ""), row.supporters, row.blown_at,
        row.ended_at, row.meet_at, row.meet_where,
        tuple(party_of(one) for one in parties if is_missing(one, now)),
        tuple(task_line(actor, case, one) for one in parties), open_steps,
    )  # fmt: skip


@dataclass(frozen=True)
class KindLine:
    """A kind of whistle for this actor; ``enough`` says whether enough residents stand behind the case."""

    code: str
    name: Name
    limit: worktime.Limit
    supporters: int
    enough: bool
    by_appointment: bool = False


@dataclass(frozen=True)
class CallPage:
    """What the form of a whistle offers."""

    number: str
    title: str
    version: int
    reports: int
    kinds: tuple[KindLine, ...]
    officials: tuple[Holder, ...]


def call_page(actor: Actor, number: str, *, now: datetime) -> CallPage:
    """The kinds that may be blown on a case and the officials of its places; refused to whoever may not."""
    case = open_case(actor, number)
    kinds = tuple(
        KindLine(
            row.code,
            Name(row.name_zh, row.name_en),
            worktime.Limit(row.amount, worktime.Unit(row.time_unit)),
            row.supporters,
            case.reports >= row.supporters,
            row.by_appointment,
        )
        for row in whistles.kinds_in_force(catalogue.day_of(now)).values()
        if permissions.WHO[row.caller](actor, case, None)
    )
    if not kinds:
        raise Refusal(say("您不能在此地吹哨"), Kind.FORBIDDEN)
    return CallPage(
        case.number, case.title, case.version, case.reports, kinds, assists.officials(case.place, now=now)
    )
