"""The doors of the field app: a day to take along, commands when it is back, files in parts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Status

from gewu.api import auth
from gewu.api.field import day, kinds, shapes
from gewu.api.refusals import can
from gewu.api.shapes import Code
from gewu.cases import queries as case_queries
from gewu.infra import commands, uploads
from gewu.infra.commands import Apart, Done, Outcome, Sent
from gewu.infra.wording import translated
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.notifications import actions as sending
from gewu.notifications import queries as messages
from gewu.notifications.actions import Subscription
from gewu.security.actors import Actor

router = Router()
log = logging.getLogger(__name__)
#: What the recording of a report is kept as.
VOICE_NOTE = "voice_note"


@router.get("/field/day", response=shapes.Day)
def the_day(request: HttpRequest) -> dict[str, Any]:
    """Everything that one takes along to where there is no network."""
    return day.of(auth.caller(request), timezone.now())


@router.post("/field/commands", response=shapes.Answers, openapi_extra=can(403, 409, 503))
def sync(request: HttpRequest, given: shapes.Commands) -> dict[str, Any]:
    """Take what was done on a phone, in order; each once, and a refused one stops only those that name it.

    409 when it was done by another account than the one that sends it: nobody's work is sent as another's.
    """
    actor, now = auth.caller(request), timezone.now()
    if actor.account_id != given.account:
        raise Refusal(
            say("这些内容是另一个账号填的，不能以您的名义提交"),
            Kind.CONFLICT,
            field="account",
            advice=say("请由填写的人登录后提交"),
        )
    answers = [_answered(one, given.sent_at, actor, now) for one in given.commands]
    return {"now": now, "answers": answers}


def _answered(one: shapes.Command, sent_at: datetime, actor: Actor, now: datetime) -> dict[str, Any]:
    made_at, behind = commands.made(one.made_at, sent_at=sent_at, now=now)
    sent = Sent(one.id, one.kind, made_at, one.content, tuple(one.after), behind)
    try:
        return _told(commands.once(sent, _deed(sent, actor, now), actor=actor, now=now))
    except OperationalError:
        raise  # the database is away or its disk is full: nothing of the rest can be kept either
    except Exception:
        # One command that we cannot digest must not keep a whole day's work on the phone.
        log.exception("the command %s of kind %s failed", one.id, one.kind)
        reason = translated(say("服务器处理时出错，稍后会自动重试"))
        return {**_NOTHING, "id": one.id, "outcome": "later", "reason": reason}


def _deed(sent: Sent, actor: Actor, now: datetime) -> Callable[[], Done]:
    def deed() -> Done:
        made = commands.answers_of(sent.after, actor=actor) if sent.after else {}
        hand = kinds.Hand(actor, now, sent.made_at, str(sent.id), sent.clock_behind)
        return kinds.deed_of(sent.kind, kinds.resolved(sent.content, made), hand)

    return deed


_NOTHING: dict[str, Any] = {
    "about": "", "answer": {}, "reason": "", "advice": "", "field": "", "because": None, "version": None,
    "clashes": [],
}  # fmt: skip


def _told(answer: commands.Answer) -> dict[str, Any]:
    told = {**_NOTHING, "id": answer.id, "outcome": answer.outcome.value, "about": answer.about}
    told |= {"answer": dict(answer.answer), "because": answer.because}
    refusal = answer.refusal
    if refusal is not None:
        told |= {"reason": translated(refusal.text), "field": refusal.field or ""}
        told["advice"] = translated(refusal.advice) if refusal.advice else ""
    if isinstance(refusal, Apart) and answer.outcome is Outcome.CONFLICT:
        told["version"] = refusal.version
        told["clashes"] = [
            {"field": one.field, **{name: _said(getattr(one, name)) for name in ("base", "mine", "theirs")}}
            for one in refusal.clashes
        ]
    return told


def _said(value: Any) -> str | None:
    return None if value is None else str(value)


@router.get("/field/uploads/{id}", response=shapes.UploadState)
def upload_state(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """How far a file has come, from which byte on to go on."""
    return _state(uploads.state(id, actor=auth.caller(request)))


@router.put("/field/uploads/{id}", response=shapes.UploadState, openapi_extra=can(403, 409, 413, 503))
def upload(
    request: HttpRequest,
    id: UUID,
    kind: Code,
    purpose: Code,
    size: Annotated[int, Query(ge=1, le=2**31 - 1)],
    digest: Annotated[str, Query(pattern=r"^[0-9a-f]{64}$")],
    offset: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> dict[str, Any]:
    """Send a part of a photo or voice note as the body; with the last the whole is checked by its digest."""
    known = case_queries.EVIDENCE_WORDS if kind == "photo" else (VOICE_NOTE,)
    if purpose not in known:
        raise Refusal(say("这里只收办理事项的照片和录音"), field="purpose")
    whole = uploads.Whole(kind, purpose, size, digest)
    actor, now = auth.caller(request), timezone.now()
    return _state(uploads.put(id, whole, offset, request.body, actor=actor, now=now))


def _state(state: uploads.State) -> dict[str, Any]:
    return {"arrived": state.arrived, "whole": state.file is not None}


@router.get("/field/push", response=shapes.PushKey)
def push_key(request: HttpRequest) -> dict[str, Any]:
    """The key with which a phone subscribes to announcements."""
    return {"key": messages.push_key() if settings.PUSH_SERVICES else ""}


@router.post("/field/push", response={204: None}, openapi_extra=can(403))
def subscribe(request: HttpRequest, given: shapes.Phone) -> Status[None]:
    """Have the caller's messages announced on this phone: that there is one, not what it says."""
    phone = Subscription(given.endpoint, given.keys.p256dh, given.keys.auth)
    sending.subscribe(phone, actor=auth.caller(request), now=timezone.now())
    return Status(204, None)


@router.post("/field/push/end", response={204: None})
def unsubscribe(request: HttpRequest, given: shapes.NoPhone) -> Status[None]:
    """Announce nothing on this phone any more."""
    sending.unsubscribe(given.endpoint, actor=auth.caller(request))
    return Status(204, None)
