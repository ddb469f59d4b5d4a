"""Shapes of the field app: what it takes along, what it sends when it is back, and what it hears of that."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints

from gewu.api.desk_shapes import Degrees, PartyStepGiven
from gewu.api.fieldwork_shapes import Answers as FormAnswers
from gewu.api.fieldwork_shapes import FieldStepGiven, NewFinding, SpotOut
from gewu.api.shapes import Code, Long, Moment, OpenStep, Short, StepGiven, Strict

#: Clocks of phones are wrong, but none of them is of another century.
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _of_our_times(at: datetime) -> datetime:
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if not _FIRST <= at <= _LAST:
        raise ValueError("a moment between 1970 and 2200")
    return at


PhoneTime = Annotated[datetime, AfterValidator(_of_our_times)]
Uploads = Annotated[list[UUID], Field(max_length=6)]
Metres = Annotated[float, Field(ge=0, le=1_000_000)]
MOST_COMMANDS = 200


class Command(Strict):
    """One thing done on the phone. ``id`` is the phone's own; sent again it is not done again.

    ``after`` names the commands without which this one makes no sense: it is refused while one of them is
    not taken. In ``content`` the text ``made:ID`` stands for the record that the command of that id made.
    """

    id: UUID
    kind: Code
    made_at: PhoneTime
    after: Annotated[list[UUID], Field(max_length=10)] = []
    content: Annotated[dict[str, Any], Field(max_length=40)]


class Commands(Strict):
    """What was done on one phone by one account, in order. ``sent_at`` is the phone's clock now."""

    account: UUID
    sent_at: PhoneTime
    commands: Annotated[list[Command], Field(min_length=1, max_length=MOST_COMMANDS)]


class ClashLine(Schema):
    """A field that both changed."""

    field: str
    base: str | None
    mine: str | None
    theirs: str | None


class Answer(Schema):
    """What became of a command: ``taken``, ``again`` (taken before), ``refused``, ``conflict``, ``later``.

    ``later`` is a fault of ours, not of the command; it is to be sent again.
    """

    id: UUID
    outcome: str
    about: str
    answer: dict[str, Any]
    reason: str
    advice: str
    field: str
    because: UUID | None
    version: int | None
    clashes: list[ClashLine]


class Answers(Schema):
    """One answer for each command, in their order."""

    now: Moment
    answers: list[Answer]


class UploadState(Schema):
    """How far a file has come; ``whole`` once it was checked and kept."""

    arrived: int
    whole: bool


class Grid(Schema):
    """A grid of the caller's with its shape as GeoJSON, empty where nothing is drawn."""

    code: str
    name: str
    path: str
    shape: dict[str, Any] | None


class Look(Schema):
    report: UUID
    text: str
    address: str
    place: str
    lon: float | None
    lat: float | None
    asked_at: Moment
    due_at: Moment


class CarriedStep(OpenStep):
    """A step that may be taken apart, and what it opens to the same person."""

    then: list[OpenStep]


class CarriedCase(Schema):
    number: str
    version: int
    title: str
    text: str
    result: str
    matter: str
    place: str
    address: str
    state: str
    state_label: str
    due_at: Moment
    lon: float | None
    lat: float | None
    evidence: list[str]
    steps: list[CarriedStep]
    may_whistle: bool


class Called(Schema):
    id: UUID
    number: str
    title: str
    task: str
    state_label: str
    come_by: Moment | None
    steps: list[OpenStep]


class Named(Schema):
    code: str
    name: str


class Matter(Named):
    group: str
    spot: bool


class Message(Schema):
    id: UUID
    at: Moment
    text: str
    body: str
    about: str
    read: bool


class Number(Schema):
    """How often something was done from the field: today, in seven days, in thirty."""

    kind: str
    label: str
    day: int
    week: int
    month: int


class Clue(Schema):
    """A clue that waits for someone to go and look."""

    id: UUID
    version: int
    rule: str
    about: str
    matter: str
    place: str
    address: str
    text: str
    due_at: Moment


class Hours(Schema):
    """One's own hours on patrol today as of ``Day.as_of``, in minutes, with the rule of rests."""

    walked: int
    left: int
    without_rest: int
    rest_after: int
    rest: int
    most: int


class Day(Schema):
    """Everything one takes along. Lists are cut at what fits a day; ``more`` names those that were."""

    as_of: Moment
    account: UUID
    name: str
    rights: list[str]
    grids: list[Grid]
    looks: list[Look]
    cases: list[CarriedCase]
    called: list[Called]
    clues: list[Clue]
    hours: Hours | None
    spots: list[SpotOut]
    spot_kinds: list[Named]
    conflicts: list[UUID]
    matters: list[Matter]
    evidence: list[Named]
    whistles: list[Named]
    units: list[Named]
    officials: list[Named]
    messages: list[Message]
    unread: int
    numbers: list[Number]
    more: list[str]


class SpotReport(Strict):
    """A report made on the spot."""

    text: Annotated[str, StringConstraints(max_length=20_000)]
    lon: Degrees | None = None
    lat: Degrees | None = None
    place: Code = ""
    address: Short = ""
    matter: Code = ""
    photos: Uploads = []
    sound: UUID | None = None


class ReportFinding(Strict):
    """What was seen at the place of a report."""

    report: UUID
    finding: Long
    photos: Uploads = []
    lon: Degrees | None = None
    lat: Degrees | None = None


class Shown(Strict):
    """One piece of evidence: a picture that was uploaded, or words."""

    token: Code
    upload: UUID | None = None
    text: Long = ""


class CaseStep(StepGiven):
    """A step of a case; ``version`` is the case as the phone had it."""

    number: Code
    event: Code
    shown: Annotated[list[Shown], Field(max_length=20)] = []


class Settled(Strict):
    """What was settled on the spot."""

    matter: Code
    place: Code
    text: Long
    result: Long
    address: Short = ""
    shown: Annotated[list[Shown], Field(max_length=20)] = []


class WhistleBlown(Strict):
    number: Code
    kind: Code
    task: Long
    units: Annotated[list[Code], Field(max_length=20)] = []
    posts: Annotated[list[UUID], Field(max_length=20)] = []


class CalledStep(PartyStepGiven):
    """A step of an assignment, such as the check-in."""

    number: Code
    task: UUID
    event: Code


class TaskStep(FieldStepGiven):
    """A step of a task of fieldwork; when it was done stands in the command."""

    task: UUID
    event: Code


class TaskFinding(NewFinding):
    """Something found on a task."""

    photos: Uploads = []


class VisitDone(Strict):
    """A visit as it was made: a planned one by its ``task``, else of a kind at a place."""

    kind: Code = "visit"
    task: UUID | None = None
    place: Code = ""
    lon: Degrees | None = None
    lat: Degrees | None = None
    answers: FormAnswers = {}


class Position(Strict):
    """Where one was, by the phone's own clock, in WGS84; ``mock`` as the phone says it."""

    at: PhoneTime
    lon: Degrees
    lat: Degrees
    accuracy_m: Metres | None = None
    mock: bool = False


class Positions(Strict):
    """One batch of positions of one's own opened patrol; the number of the command is that of the batch."""

    task: UUID
    points: Annotated[list[Position], Field(min_length=1, max_length=1000)]


class ClueLooked(Strict):
    """What was seen at the place of a clue, by someone who stood there."""

    clue: UUID
    event: Code
    finding: Long
    lon: Degrees | None = None
    lat: Degrees | None = None
    accuracy_m: Metres | None = None
    matter: Code = ""
    photos: Uploads = []
    version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class SpotEdited(Strict):
    """Facts of a spot put right: those that were changed, on top of version ``trunk`` or the step before."""

    spot: UUID
    branch: UUID
    trunk: Annotated[int, Field(ge=1, le=1_000_000)]
    step: Annotated[int, Field(ge=1, le=1000)] = 1
    values: Annotated[dict[Code, Short], Field(min_length=1, max_length=10)]


class SpotDecided(Strict):
    """Of an own edit that clashed: for each fact ``mine`` or ``theirs``, compared with ``version``."""

    conflict: UUID
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    choice: Annotated[dict[Code, Literal["mine", "theirs"]], Field(max_length=10)]


class PushKey(Schema):
    """The key by which a browser lets this platform announce messages; empty where it may call no service."""

    key: str


class PushKeys(Strict):
    p256dh: Annotated[str, StringConstraints(max_length=100)]
    auth: Annotated[str, StringConstraints(max_length=40)]


class Phone(Strict):
    """A subscription as browsers give it (`PushSubscription.toJSON`)."""

    endpoint: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    keys: PushKeys


class NoPhone(Strict):
    endpoint: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class NothingMore(Strict):
    """A command that says all by its kind."""
