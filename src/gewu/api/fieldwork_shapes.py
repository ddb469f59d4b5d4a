"""Shapes of fieldwork: kinds and lists, tasks with their stops, findings, records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from gewu.api.desk_shapes import Degrees
from gewu.api.shapes import Code, Given, Long, Moment, OpenStep, Short, Strict

Answers = dict[Code, Annotated[Any, Field(description="text, number, yes or no")]]


class FormField(Schema):
    """``type`` is text, long, count, choice or yes_no; what fills a field with a ``matter`` opens one."""

    code: str
    name: str
    type: str
    choices: list[str]
    required: bool
    matter: str


class Form(Schema):
    code: str
    name: str
    role: str
    duty: str
    fields: list[FormField]


class Kind(Schema):
    code: str
    name: str
    form: str
    listed: bool
    signs_none: bool
    checks_in: bool
    tracks: bool
    grace_days: int


class Item(Schema):
    code: str
    name: str
    category: str
    category_name: str
    matter: str
    evidence: list[str]


class Checklist(Schema):
    code: str
    name: str
    edition: int
    since: date
    items: list[Item]


class Basics(Schema):
    """All that a telephone keeps to work without a network."""

    kinds: list[Kind]
    forms: list[Form]
    checklists: list[Checklist]


class SpotOut(Schema):
    id: UUID
    place: str
    name: str
    kind: str
    area: str
    address: str
    hours: str
    access: str
    fire: str
    lon: float | None
    lat: float | None
    version: int


class Spots(Schema):
    spots: list[SpotOut]


class Stop(Schema):
    """One stop of the route; ``looks`` are the items looked at: code to fine, found or absent."""

    id: UUID
    seq: int
    place: str
    spot: UUID | None
    name: str
    area: str
    address: str
    lon: float | None
    lat: float | None
    looks_due: int
    looks_done: int
    seen_at: Moment | None
    looks: dict[str, str]


class FieldTaskLine(Schema):
    id: UUID
    kind: str
    title: str
    plan: UUID | None
    line: str
    about: str
    place: str
    day: date
    last_day: date
    opens_at: Moment
    due_at: Moment
    who: str
    team: str
    state: str
    state_label: str
    open: bool
    overdue: bool
    looks_due: int
    looks_done: int
    found: int


class FieldFinding(Schema):
    id: UUID
    stop: UUID | None
    item: str
    matter: str
    matter_name: str
    place: str
    made_at: Moment
    case: str | None


class FieldTask(FieldTaskLine):
    version: int
    form: str
    items: list[Item]
    stops: list[Stop]
    findings: list[FieldFinding]
    started_at: Moment | None
    ended_at: Moment | None
    steps: list[OpenStep]


class Today(Schema):
    tasks: list[FieldTask]


class FieldTaskPage(Schema):
    tasks: list[FieldTaskLine]
    after: str | None


class Look(Strict):
    stop: UUID
    item: Code
    outcome: Code = "fine"


class CheckIn(Strict):
    """Where one stands; nothing for a check-in in words. ``mock`` as the telephone says of its position."""

    stop: UUID | None = None
    lon: Degrees | None = None
    lat: Degrees | None = None
    datum: Code = "WGS84"
    accuracy_m: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] | None = None
    mock: bool = False


class FieldStepGiven(Given):
    """``made_at`` is when it was done on the telephone; left out, it is now."""

    version: int | None = None
    made_at: datetime | None = None
    at: CheckIn | None = None
    looks: Annotated[list[Look], Field(max_length=500)] | None = None
    answers: Answers | None = None
    reason: Long | None = None
    statement: Long | None = None
    account: Code | None = None


class NewFinding(Strict):
    """Something found. Its class is the item's, or ``matter``; where it is, by point, place or stop."""

    text: Long
    task: UUID | None = None
    stop: UUID | None = None
    item: Code = ""
    matter: Code = ""
    place: Code = ""
    lon: Degrees | None = None
    lat: Degrees | None = None
    datum: Code = "WGS84"
    address: Short = ""
    photos: Annotated[list[UUID], Field(max_length=6)] = []
    made_at: datetime | None = None


class NewRecord(Strict):
    form: Code
    place: Code = ""
    spot: UUID | None = None
    answers: Answers = {}
    made_at: datetime | None = None


class Record(Schema):
    id: UUID
    form: str
    task: UUID | None
    place: str
    who: str
    duty: str
    made_at: Moment
    arrived_at: Moment
    answers: dict[str, Any]


class RecordPage(Schema):
    records: list[Record]
    after: str | None
