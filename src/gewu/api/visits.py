"""Visits and the way of patrols over the API: whole visits, batches of positions, what was seen of a clue."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from gewu.api import auth
from gewu.api.answering import Key
from gewu.api.desk_shapes import Degrees
from gewu.api.field.shapes import Metres, PhoneTime, Position
from gewu.api.refusals import can
from gewu.api.shapes import Code, Long, Moment, Short, Strict
from gewu.fieldwork import actions, queries

router = Router(tags=["fieldwork"])


class Here(Strict):
    """Where one stands, in WGS84; ``mock`` as the telephone says it."""

    lon: Degrees | None = None
    lat: Degrees | None = None
    accuracy_m: Metres | None = None
    mock: bool = False


class NotedPart(Strict):
    """A finer class and photos for a part of the form that opens a matter."""

    matter: Code = ""
    photos: Annotated[list[UUID], Field(max_length=6)] = []
    address: Short = ""


class VisitRequest(Strict):
    """One thing that somebody asked for."""

    text: Long
    matter: Code


class NewVisit(Strict):
    """A visit as it was made: a planned one by its ``task``, else of a ``kind`` at a place or spot."""

    kind: Code = "visit"
    task: UUID | None = None
    place: Code = ""
    spot: UUID | None = None
    at: Here = Here()
    answers: Annotated[dict[Code, Long], Field(max_length=40)] = {}
    noted: Annotated[dict[Code, NotedPart], Field(max_length=20)] = {}
    requests: Annotated[list[VisitRequest], Field(max_length=20)] = []
    pairing: UUID | None = None
    made_at: PhoneTime | None = None


class VisitPart(Schema):
    """A part or request that was noted, with the case that it opened."""

    part: str
    matter: str
    number: str


class VisitMade(Schema):
    id: UUID
    state: str
    noted: list[VisitPart]


class Batch(Strict):
    """Positions of one's own opened patrol. ``id`` is the telephone's; sent again it is not kept again."""

    id: UUID
    points: Annotated[list[Position], Field(min_length=1, max_length=1000)]


class Taken(Schema):
    """What became of a batch; ``refused`` lay outside the opened patrol and were not kept."""

    kept: int
    marked: int
    refused: int


class OwnDay(Schema):
    """One's own hours on patrol today, in minutes."""

    walked_min: int
    left_min: int
    rest_due: bool
    full: bool


class ClueSeen(Strict):
    """What was seen on the spot of a clue."""

    finding: Long
    at: Here = Here()
    matter: Code = ""
    made_at: PhoneTime | None = None
    version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class ClueState(Schema):
    id: UUID
    state: str
    number: str
    due_at: Moment


@router.post("/fieldwork/visits", response={201: VisitMade}, openapi_extra=can(403, 404, 409))
def visit(request: HttpRequest, given: NewVisit, idempotency_key: Key = "") -> Status[dict[str, Any]]:
    """Record a whole visit: each filled part and request opens a case. The same key is the same visit."""
    actor, now = auth.caller(request), timezone.now()
    draft = actions.VisitDraft(
        kind=given.kind,
        task=given.task,
        place=given.place,
        spot=given.spot,
        at=actions.CheckInDraft(**given.at.model_dump()),
        answers=given.answers,
        noted={name: _noted(one) for name, one in given.noted.items()},
        requests=tuple(actions.Request(one.text, one.matter) for one in given.requests),
        pairing=given.pairing,
        key=idempotency_key,
        made_at=given.made_at,
    )
    made = actions.visit(draft, actor=actor, now=now)
    found = queries.visit(actor, made.pk, now=now).task
    noted = [{"part": one.part, "matter": one.matter, "number": one.number} for one in found.findings]
    return Status(201, {"id": made.pk, "state": found.line.state, "noted": noted})


def _noted(one: NotedPart) -> actions.Noted:
    return actions.Noted(one.matter, tuple(photo.hex for photo in one.photos), one.address)


@router.post("/fieldwork/tasks/{id}/positions", response={201: Taken}, openapi_extra=can(403, 404, 409, 413))
def positions(request: HttpRequest, id: UUID, given: Batch) -> Status[dict[str, Any]]:
    """Send positions of one's own opened patrol, in batches; 409 when all of them lie outside of it."""
    sent = [actions.Position(**one.model_dump()) for one in given.points]
    taken = actions.take_positions(id, given.id, sent, actor=auth.caller(request), now=timezone.now())
    return Status(201, taken.__dict__)


@router.get("/fieldwork/own-day", response=OwnDay)
def own_day(request: HttpRequest) -> dict[str, Any]:
    """How long the caller has patrolled today, and whether a rest is due."""
    day = queries.own_day(auth.caller(request), now=timezone.now())
    minutes = {"walked_min": day.worked, "left_min": day.left}
    told = {name: int(span.total_seconds() // 60) for name, span in minutes.items()}
    return {**told, "rest_due": day.rest_due, "full": day.full}


@router.post("/fieldwork/clues/{id}/steps/{event}", response=ClueState, openapi_extra=can(403, 404, 409))
def conclude(request: HttpRequest, id: UUID, event: Code, given: ClueSeen) -> dict[str, Any]:
    """Say what was seen on the spot of a clue: ``confirm`` opens a case, ``dismiss`` opens nothing."""
    actor, now = auth.caller(request), timezone.now()
    queries.clue(actor, id, now=now)
    actions.conclude(
        id, event, finding=given.finding, at=actions.CheckInDraft(**given.at.model_dump()),
        matter=given.matter, made_at=given.made_at, version=given.version, actor=actor, now=now,
    )  # fmt: skip
    line = queries.clue(actor, id, now=now)
    return {"id": line.id, "state": line.state, "number": line.number, "due_at": line.due_at}
