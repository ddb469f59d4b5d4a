"""Shapes of what the desk does beside the cases themselves: reports, parties, follow-ups, neighbours."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from gewu.api.shapes import Code, Contact, Given, Long, Moment, OpenStep, Short, Strict, TimelineLine

Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class CheckedIn(Schema):
    at: Moment
    address: str
    distance_m: int | None
    in_time: bool


class Task(Schema):
    """The part of one unit or official in a case; one that a whistle called has a time to come by."""

    id: UUID
    party: str
    state: str
    state_label: str
    open: bool
    task: str
    result: str
    offered_at: Moment
    whistle: UUID | None
    come_by: Moment | None
    check_in: CheckedIn | None
    steps: list[OpenStep]


class Whistle(Schema):
    id: UUID
    kind: str
    state: str
    state_label: str
    open: bool
    task: str
    result: str
    caller: str
    supporters: int
    blown_at: Moment
    ended_at: Moment | None
    parties: list[Task]
    steps: list[OpenStep]


class Condition(Schema):
    """What of others' parts holds the case up, and who is to see to it."""

    label: str
    desk: str
    blocks: bool


class Parties(Schema):
    """Everyone called to a case beside its lead."""

    number: str
    version: int
    tasks: list[Task]
    whistles: list[Whistle]
    conditions: list[Condition]
    may_call: bool
    may_whistle: bool


class CalledTask(Task):
    """An assignment in a list, with its case."""

    number: str
    title: str
    place: str


class TaskPage(Schema):
    tasks: list[CalledTask]
    after: str | None


class CallKind(Schema):
    """A kind of whistle; ``enough`` says whether enough residents stand behind the case."""

    code: str
    name: str
    amount: float
    time_unit: str
    supporters: int
    enough: bool


class Official(Schema):
    post: UUID
    kind: str
    name: str
    place: str


class Calls(Schema):
    """What may be blown on a case, and which officials can be called."""

    kinds: list[CallKind]
    officials: list[Official]


class NewCall(Strict):
    """``unit`` by its code, or ``post`` by its id; one of both."""

    unit: Code = ""
    post: UUID | None = None
    task: Long = ""


class NewWhistle(Strict):
    kind: Code
    task: Long
    units: Annotated[list[Code], Field(max_length=20)] = []
    posts: Annotated[list[UUID], Field(max_length=20)] = []


class Blown(Schema):
    """A whistle that was blown; its parties stand under the case."""

    id: UUID
    number: str
    parties: int


class PartyStepGiven(Given):
    """What a step of an assignment or of a whistle may be given; which is needed stands in its ``steps``."""

    reason: Long | None = None
    result: Long | None = None
    address: Short | None = None
    lon: Degrees | None = None
    lat: Degrees | None = None


class FollowUpLine(Schema):
    id: UUID
    number: str
    title: str
    matter: str
    place: str
    state: str
    state_label: str
    way: str
    due_at: Moment
    tries: int
    answered_at: Moment | None
    solved: bool | None
    satisfaction: str
    reason: str


class FollowUpPage(Schema):
    follow_ups: list[FollowUpLine]
    after: str | None


class FollowUp(FollowUpLine):
    """One question with what the officer should know of the case."""

    version: int
    text: str
    result: str
    answer: str
    closed_at: Moment | None
    #: Whether "not solved" has the case handled again.
    reopens: bool
    steps: list[OpenStep]


class FollowUpGiven(Given):
    version: int | None = None
    solved: bool | None = None
    #: From 1, very dissatisfied, to 5, very satisfied.
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None
    reason: Long | None = None


class ReportLine(Schema):
    id: UUID
    state: str
    state_label: str
    open: bool
    text: str
    place: str
    address: str
    channel: str
    matter: str
    received_at: Moment
    due_at: Moment


class ReportPage(Schema):
    reports: list[ReportLine]
    after: str | None


class Report(ReportLine):
    """One report with the steps open to the caller; who raised it is masked."""

    version: int
    lon: float | None
    lat: float | None
    finding: str
    answer: str
    case: str | None
    reporter: str
    steps: list[OpenStep]
    timeline: list[TimelineLine]


class ReportStepped(Schema):
    """How a report stands after a step, and what its taker may do next."""

    id: UUID
    state: str
    state_label: str
    open: bool
    version: int
    case: str | None
    steps: list[OpenStep]


class ReportStepGiven(Given):
    """What a step of a report may be given; which of it is needed stands in the report's ``steps``."""

    version: int | None = None
    matter: Code | None = None
    place: Code | None = None
    about: Code | None = None
    case: Code | None = None
    reason: Long | None = None
    answer: Long | None = None
    finding: Long | None = None
    #: Ids of kept photos of what was seen on the spot, and where whoever looked stood.
    photos: Annotated[list[Code], Field(max_length=6)] | None = None
    lon: Degrees | None = None
    lat: Degrees | None = None


class Visit(Schema):
    """A look at the spot that waits."""

    report: UUID
    text: str
    address: str
    place: str
    asked_at: Moment
    due_at: Moment
    overdue: bool


class VisitPage(Schema):
    visits: list[Visit]
    after: str | None


class PublicMatter(Schema):
    """An open matter as its neighbours may know it: class and grid, nobody's words."""

    number: str
    matter: str
    place: str
    state_label: str
    filed_at: Moment
    due_at: Moment
    reports: int


class PublicPage(Schema):
    matters: list[PublicMatter]
    after: str | None


class MeToo(Strict):
    """What a neighbour adds; all of it may be left out."""

    text: Annotated[str, StringConstraints(max_length=20_000)] = ""
    contact: Contact | Annotated[str, StringConstraints(max_length=120)] | None = None
