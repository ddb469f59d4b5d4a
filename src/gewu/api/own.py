"""What people keep for their work, by the API: lists under a name, and templates of answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from gewu.api import auth, own_shapes
from gewu.api.refusals import can
from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.insight import actions as insight
from gewu.insight import queries as kept

router = Router()


@router.get("/lists", response=own_shapes.KeptLists)
def kept_lists(request: HttpRequest) -> dict[str, Any]:
    """The lists that the caller keeps, and those shared at its desk."""
    found = kept.kept_lists(auth.caller(request))
    return {
        "lists": [
            {"id": one.id, "name": one.name, "list": one.query, "own": one.own, "shared": one.shared}
            for one in found
        ]
    }


@router.post("/lists", response={201: own_shapes.Asked}, openapi_extra=can(403, 409))
def keep_list(request: HttpRequest, given: own_shapes.ListKept) -> Status[dict[str, Any]]:
    """Keep a list under a name."""
    row = insight.keep_list(
        given.name,
        given.list.as_query(),
        actor=auth.caller(request),
        now=timezone.now(),
        shared=given.shared,
    )
    return Status(201, {"id": row.pk})


@router.delete("/lists/{id}", response={204: None}, openapi_extra=can(404))
def forget_list(request: HttpRequest, id: UUID) -> Status[None]:
    """Forget a list of one's own."""
    insight.forget_list(id, actor=auth.caller(request))
    return Status(204, None)


@router.get("/answers", response=own_shapes.AnswerTemplates)
def answers(request: HttpRequest) -> dict[str, Any]:
    """The templates of answers in force today, and those that will be, in the order of classes."""
    auth.caller(request)
    return {"answers": [_answer(one) for one in queries.answers(on=timezone.localdate())]}


@router.post("/answers", response={201: own_shapes.Asked}, openapi_extra=can(403, 404))
def add_answer(request: HttpRequest, given: own_shapes.NewAnswer) -> Status[dict[str, Any]]:
    """Word a template from today on."""
    row = cases.add_answer(
        cases.AnswerDraft(**given.model_dump()),
        since=timezone.localdate(),
        actor=auth.caller(request),
        now=timezone.now(),
    )
    return Status(201, {"id": row.pk})


@router.post("/answers/{id}/end", response={204: None}, openapi_extra=can(403, 404))
def end_answer(request: HttpRequest, id: UUID) -> Status[None]:
    """Have a template end today."""
    cases.end_answer(id, on=timezone.localdate(), actor=auth.caller(request), now=timezone.now())
    return Status(204, None)


def _answer(one: queries.AnswerLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "matter": one.matter,
        "title_zh": one.title.zh,
        "title_en": one.title.en,
        "text_zh": one.text.zh,
        "text_en": one.text.en,
        "since": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None,
    }
