"""The API, version 1. Each endpoint translates in, calls one door, translates out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Query, Status, UploadedFile
from ninja.errors import AuthenticationError, HttpError, ValidationError

from gewu.api import (
    answering,
    auth,
    consents,
    fieldwork,
    finding,
    follow_ups,
    hazards,
    own,
    parties,
    people,
    problems,
    referrals,
    refusals,
    reports,
    shapes,
    visits,
)
from gewu.api.answering import Key
from gewu.api.field import doors as field
from gewu.api.refusals import can
from gewu.cases import actions as cases
from gewu.cases import queries as case_queries
from gewu.cases.actions import EvidenceGiven
from gewu.infra import files, rates
from gewu.infra.tongues import speaking
from gewu.infra.wording import translated
from gewu.intake import actions as intake
from gewu.intake import queries as intake_queries
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security import actions as security
from gewu.security.actors import ANONYMOUS, Actor

api = refusals.DescribedAPI(
    title="Gewu",
    version="1",
    description="Reports, cases and their steps. Refusals are problem details (RFC 9457).",
    auth=auth.Bearer(),
    docs_url=None,
    urls_namespace="api",
)
api.exception_handler(Refusal)(problems.of_refusal)
api.exception_handler(ValidationError)(problems.of_shape)
api.exception_handler(AuthenticationError)(problems.of_sign_in)
api.exception_handler(HttpError)(problems.of_malformed)
api.exception_handler(RequestDataTooBig)(problems.of_large)
for one in (
    people,
    reports,
    parties,
    follow_ups,
    fieldwork,
    visits,
    field,
    own,
    consents,
    hazards,
    referrals,
    finding,
):
    api.add_router("", one.router)


@api.post("/sign-in", auth=None, response=shapes.Token, openapi_extra=can(403, 429))
def sign_in(request: HttpRequest, given: shapes.SignIn) -> dict[str, Any]:
    """A bearer token for a name and a password."""
    auth.limited(request, "sign-in", per_hour=rates.SIGN_INS_PER_HOUR)
    now = timezone.now()
    account = auth.signed_in(given.name, given.password, given.code, now=now)
    return {
        "token": security.issue_token(account, now=now, label=given.label),
        "expires_at": now + security.TOKEN_LASTS,
    }


@api.post("/sign-out", response={204: None})
def sign_out(request: HttpRequest) -> Status[None]:
    """Void the token this call was made with."""
    security.end_token(request.headers["Authorization"].partition(" ")[2])
    return Status(204, None)


@api.post("/reports", auth=None, response={201: shapes.Receipt}, openapi_extra=can(404, 409, 429))
def report(
    request: HttpRequest,
    given: shapes.NewReport,
    idempotency_key: Key = "",
) -> HttpResponse:
    """Report a matter, without name or account. The answer holds the code to follow it by."""
    auth.limited(request, "reports")
    draft = intake.ReportDraft(channel="api", **answering.draft(given))
    return answering.answered(answering.received(draft, ANONYMOUS, idempotency_key), 201)


@api.get("/reports/{progress_code}", auth=None, response=shapes.Progress, openapi_extra=can(404, 429))
def progress(request: HttpRequest, progress_code: str) -> dict[str, Any]:
    """Where a report stands, for whoever holds its code."""
    auth.limited(request, "progress", per_hour=600)
    found = intake_queries.progress(progress_code, now=timezone.now())
    return {
        "progress_code": found.code,
        "state": found.state,
        "state_label": translated(found.public_label),
        "open": found.open,
        "received_at": found.received_at,
        "promised_by": found.case.due_at if found.case else found.due_at,
        "text": found.text,
        "address": found.address,
        "case": found.case.number if found.case else None,
        "answer": found.answer,
        "may_judge": found.case.may_judge if found.case else False,
        "timeline": answering.timeline(found.lines),
    }


@api.post(
    "/reports/{progress_code}/verdict", auth=None, response={204: None}, openapi_extra=can(404, 409, 429)
)
def verdict(request: HttpRequest, progress_code: str, given: shapes.Verdict) -> Status[None]:
    """Solved or not, by whoever holds the code; "not solved" with a reason reopens the case."""
    auth.limited(request, "verdict")
    intake.give_verdict(
        progress_code,
        solved=given.solved,
        words=given.words,
        satisfaction=given.satisfaction,
        now=timezone.now(),
    )
    return Status(204, None)


@api.get("/cases", response=shapes.CasePage, openapi_extra=can(404))
def case_list(
    request: HttpRequest,
    state: shapes.Code = "open",
    place: shapes.Code = "",
    matter: shapes.Code = "",
    unit: shapes.Code = "",
    origin: shapes.Code = "",
    text: shapes.Short = "",
    overdue: bool = False,
    sort: shapes.Code = "due",
    after: str = "",
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HttpResponse:
    """The cases in the caller's scope, by cursor."""
    now = timezone.now()
    filters = case_queries.Filters(
        state=state,
        place=place,
        matter=matter,
        unit=unit,
        origin=origin,
        text=text,
        overdue=overdue,
        sort=sort,
    )
    page = case_queries.inbox(auth.caller(request), filters, after=after, size=size, now=now)
    with speaking():
        lines = [_line(one, now) for one in page.rows]
    return answering.answered({"cases": lines, "after": page.after or None})


@api.get("/cases/{number}", response=shapes.Case)
def case(request: HttpRequest, number: str) -> dict[str, Any]:
    """One case with its timeline and the steps open to the caller."""
    return _case(auth.caller(request), number)


@api.post("/cases/{number}/steps/{event}", response=shapes.Stepped, openapi_extra=can(403, 404, 409))
def step(request: HttpRequest, number: str, event: str, given: shapes.StepGiven) -> HttpResponse:
    """Take a step of the case's table. 409 says why it cannot be taken now."""
    actor = auth.caller(request)
    case_queries.require_visible(actor, number)
    values = given.values()
    values["evidence"] = tuple(EvidenceGiven(**one) for one in values.get("evidence", ()))
    now = timezone.now()
    taken = cases.take(number, event, actor=actor, now=now, **values)
    line = case_queries.line_of(taken)
    return answering.answered(
        {
            "number": line.number,
            "state": line.state,
            "state_label": translated(line.state_label),
            "open": line.open,
            "version": taken.version,
            "due_at": line.due_at.astimezone(UTC),
            "steps": answering.steps(case_queries.open_to(actor, taken, now=now)),
        }
    )


@api.post("/self-handled", response={201: shapes.CaseLine}, openapi_extra=can(403, 404, 409))
def self_handled(request: HttpRequest, given: shapes.SelfHandled) -> Status[dict[str, Any]]:
    """File what a grid worker has settled on the spot, with what shows it; another person checks it."""
    now = timezone.now()
    new = cases.NewCase(
        matter=given.matter_code,
        place=given.place,
        text=given.text,
        origin=cases.SPOT_ORIGIN,
        received_at=now,
        address=given.address,
    )
    evidence = tuple(EvidenceGiven(**one.model_dump()) for one in given.evidence)
    case = cases.self_handle(new, result=given.result, evidence=evidence, actor=auth.caller(request), now=now)
    return Status(201, _line(case_queries.line_of(case), now))


@api.post("/cases/steps/{event}", response=shapes.ManyStepped, openapi_extra=can(403, 404))
def step_of_many(request: HttpRequest, event: str, given: shapes.ManyGiven) -> dict[str, Any]:
    """Take one step of several cases, each by itself; what was refused is named with its reason."""
    outcome = cases.take_many(
        given.numbers, event, actor=auth.caller(request), now=timezone.now(), **given.values()
    )
    refused = [{"number": one.number, "reason": translated(one.text)} for one in outcome.refused]
    return {"done": list(outcome.done), "refused": refused}


@api.post("/photos", auth=auth.AnyBearer(), response={201: shapes.Kept}, openapi_extra=can(403))
def photo(request: HttpRequest, purpose: str, photo: File[UploadedFile]) -> Status[dict[str, str]]:
    """Keep a photo, to be named as evidence of a step. Metadata is removed."""
    if purpose not in case_queries.EVIDENCE_WORDS:
        raise Refusal(
            say("这里只收办理事项的照片"),
            field="purpose",
            advice=say("平台不收人脸、车牌等用于识别人或车的特征"),
        )
    kept = files.keep_photo(
        photo.read(files.MOST_BYTES + 1), purpose=purpose, actor=auth.caller(request), now=timezone.now()
    )
    return Status(201, {"id": str(kept)})


def _case(actor: Actor, number: str) -> dict[str, Any]:
    now = timezone.now()
    page = case_queries.page(actor, number, now=now)
    return {
        **_line(page.line, now),
        "version": page.version,
        "text": page.text,
        "lon": page.lon,
        "lat": page.lat,
        "routed_because": page.route_zh,
        "evidence_needed": list(page.matter.evidence),
        "clocks": [_clock(one) for one in page.clocks],
        "answer": page.answer,
        "steps": answering.steps(page.steps),
        "timeline": answering.timeline(page.lines),
    }


def _clock(one: case_queries.ClockFacts) -> dict[str, Any]:
    return {
        "clock": one.clock,
        "label": translated(case_queries.CLOCK_WORDS[one.clock]),
        "round": one.round,
        "unit": translated(one.unit),
        "started_at": one.started_at.astimezone(UTC),
        "due_at": one.due_at.astimezone(UTC),
        "paused": one.paused,
        "met_at": one.met_at.astimezone(UTC) if one.met_at else None,
    }


def _line(line: case_queries.CaseLine, now: datetime) -> dict[str, Any]:
    return {
        "number": line.number,
        "state": line.state,
        "state_label": translated(line.state_label),
        "open": line.open,
        "matter": line.matter,
        "title": line.title,
        "place": line.place,
        "address": line.address,
        "unit": translated(line.unit),
        "origin": line.origin,
        "filed_at": line.filed_at.astimezone(UTC),
        "due_at": line.due_at.astimezone(UTC),
        "closed_at": line.closed_at.astimezone(UTC) if line.closed_at else None,
        "overdue": line.open and line.due_at < now,
    }
