"""Fieldwork over the API: what a telephone keeps, today's tasks, their steps, findings and records."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from gewu.api import auth, fieldwork_shapes, shapes
from gewu.api.answering import Key
from gewu.api.refusals import can
from gewu.fieldwork import actions, queries
from gewu.infra.wording import said, translated
from gewu.kernel.texts import Name

router = Router(tags=["fieldwork"])
Size = Annotated[int, Query(ge=1, le=200)]
#: Without days the records of so long are given.
LATELY = timedelta(days=30)


@router.get("/fieldwork/basics", response=fieldwork_shapes.Basics)
def basics(request: HttpRequest) -> dict[str, Any]:
    """Kinds, forms and the lists in force today: what a telephone keeps to work without a network."""
    auth.caller(request)
    today = timezone.localdate()
    listed = [one for one in queries.checklists() if one.since <= today]
    return {
        "kinds": [_kind(one) for one in queries.kinds()],
        "forms": [_form(one) for one in queries.forms()],
        "checklists": [_list(queries.checklist(one.code, today)) for one in listed],
    }


@router.get("/fieldwork/spots", response=fieldwork_shapes.Spots)
def spots(request: HttpRequest, place: shapes.Code, kind: shapes.Code = "") -> dict[str, Any]:
    """The spots of a place in the caller's scope."""
    found = queries.spots(auth.caller(request), place, kind=kind)
    return {"spots": [one.__dict__ for one in found]}


@router.get("/fieldwork/today", response=fieldwork_shapes.Today)
def today(request: HttpRequest) -> dict[str, Any]:
    """All that the caller may do today, whole: stops with their points, items, what was seen, open steps."""
    found = queries.my_day(auth.caller(request), now=timezone.now())
    return {"tasks": [_task(one) for one in found]}


@router.get("/fieldwork/tasks", response=fieldwork_shapes.FieldTaskPage, openapi_extra=can(404))
def tasks(
    request: HttpRequest,
    state: shapes.Code = "open",
    place: shapes.Code = "",
    kind: shapes.Code = "",
    since: date | None = None,
    until: date | None = None,
    mine: bool = False,
    after: shapes.Short = "",
    size: Size = 50,
) -> dict[str, Any]:
    """The tasks in the caller's scope, by cursor, those due first."""
    filters = queries.TaskFilters(state=state, place=place, kind=kind, since=since, until=until, mine=mine)
    page = queries.tasks(auth.caller(request), filters, after=after, size=size, now=timezone.now())
    return {"tasks": [_line(one) for one in page.rows], "after": page.after or None}


@router.get("/fieldwork/tasks/{id}", response=fieldwork_shapes.FieldTask)
def task(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """One task with its stops and the steps open to the caller."""
    return _task(queries.task_page(auth.caller(request), id, now=timezone.now()))


@router.post(
    "/fieldwork/tasks/{id}/steps/{event}",
    response=fieldwork_shapes.FieldTask,
    openapi_extra=can(403, 404, 409),
)
def step(
    request: HttpRequest,
    id: UUID,
    event: shapes.Code,
    given: fieldwork_shapes.FieldStepGiven,
    idempotency_key: Key = "",
) -> dict[str, Any]:
    """Take a step of a task. The same deed with the same Idempotency-Key changes nothing when sent again."""
    actor, now = auth.caller(request), timezone.now()
    queries.task_page(actor, id, now=now)
    values = given.values()
    if given.looks is not None:
        values["looks"] = tuple(actions.Seen(one.stop, one.item, one.outcome) for one in given.looks)
    if given.at is not None:
        values["at"] = actions.CheckInDraft(**given.at.model_dump())
    actions.take(id, event, actor=actor, now=now, key=idempotency_key, **values)
    return _task(queries.task_page(actor, id, now=now))


@router.post(
    "/fieldwork/findings",
    response={201: fieldwork_shapes.FieldFinding},
    openapi_extra=can(403, 404, 409),
)
def finding(
    request: HttpRequest, given: fieldwork_shapes.NewFinding, idempotency_key: Key = ""
) -> Status[dict[str, Any]]:
    """Report something found; the answer names the case that it opened, if a rule opened one."""
    photos = tuple(one.hex for one in given.photos)
    values = {**given.model_dump(), "photos": photos}
    draft = actions.FindingDraft(**values, key=idempotency_key)
    made = actions.find(draft, actor=auth.caller(request), now=timezone.now())
    return Status(201, _finding(queries.finding_of(made)))


@router.post(
    "/fieldwork/records",
    response={201: fieldwork_shapes.Record},
    openapi_extra=can(403, 404, 409),
)
def new_record(
    request: HttpRequest, given: fieldwork_shapes.NewRecord, idempotency_key: Key = ""
) -> Status[dict[str, Any]]:
    """Keep a filled form that belongs to no task."""
    actor = auth.caller(request)
    draft = actions.RecordDraft(**given.model_dump(), key=idempotency_key)
    made = actions.record(draft, actor=actor, now=timezone.now())
    return Status(201, _record(queries.record_page(actor, made.pk)[0]))


@router.get("/fieldwork/records", response=fieldwork_shapes.RecordPage, openapi_extra=can(404))
def records(
    request: HttpRequest,
    place: shapes.Code = "",
    since: date | None = None,
    until: date | None = None,
    form: shapes.Code = "",
    mine: bool = False,
    after: shapes.Short = "",
    size: Size = 50,
) -> dict[str, Any]:
    """The records in the caller's scope, the newest first, by cursor; without days those of a month."""
    last = until or timezone.localdate()
    page = queries.records(
        auth.caller(request),
        place,
        since or last - LATELY,
        last,
        form=form,
        mine=mine,
        after=after,
        size=size,
    )
    return {"records": [_record(one) for one in page.rows], "after": page.after or None}


def _said(name: Name) -> str:
    return translated(name)


def _kind(one: queries.KindFacts) -> dict[str, Any]:
    return {**one.__dict__, "name": _said(one.name)}


def _form(one: queries.FormFacts) -> dict[str, Any]:
    fields = [{**each.__dict__, "name": _said(each.name)} for each in one.fields]
    return {"code": one.code, "name": _said(one.name), "role": one.role, "duty": one.duty, "fields": fields}


def _list(one: queries.ListFacts) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": _said(one.name),
        "edition": one.edition,
        "since": one.since,
        "items": [_item(each) for each in one.items],
    }


def _item(one: queries.ItemFacts) -> dict[str, Any]:
    return {**one.__dict__, "name": _said(one.name), "category_name": _said(one.category_name)}


def _line(one: queries.TaskLine) -> dict[str, Any]:
    return {
        **one.__dict__,
        "title": said(one.title),
        "kind": one.kind.code,
        "state_label": translated(one.label),
    }


def _task(one: queries.TaskPage) -> dict[str, Any]:
    return {
        **_line(one.line),
        "version": one.version,
        "form": one.form.code,
        "items": [_item(each) for each in one.items],
        "stops": [each.__dict__ for each in one.stops],
        "findings": [_finding(each) for each in one.findings],
        "started_at": one.started_at,
        "ended_at": one.ended_at,
        "steps": [
            {
                "event": each.event,
                "label": translated(each.label),
                "needs": each.needs,
                "may_take": each.may_take,
            }
            for each in one.steps
        ],
    }


def _finding(one: queries.FindingLine) -> dict[str, Any]:
    return {**one.__dict__, "matter_name": _said(one.matter_name), "case": one.number or None}


def _record(one: queries.RecordLine) -> dict[str, Any]:
    return {
        **one.__dict__,
        "form": one.form.code,
        "answers": {each.code: value for each, value in one.answers},
    }
