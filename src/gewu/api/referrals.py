"""What is handed over between the desk and bodies outside, by the API: lists, handing over, each step."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status

from gewu.api import answering, auth, shapes
from gewu.api.refusals import can
from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.infra.wording import translated

router = Router()


class ReferralOut(Schema):
    """One handing over with both clocks; what came in names its report, and its case once there is one."""

    id: UUID
    kind: str
    basis: str
    outgoing: bool
    joint: bool
    state: str
    state_label: str
    open: bool
    case: str | None
    report: UUID | None
    place: str
    outside_no: str
    sent_at: shapes.Moment
    accept_by: shapes.Moment
    accepted_at: shapes.Moment | None
    handle_by: shapes.Moment | None
    ended_at: shapes.Moment | None
    late_to_accept: bool
    late_to_handle: bool
    steps: list[shapes.OpenStep]
    timeline: list[shapes.TimelineLine]


class ReferralPage(Schema):
    referrals: list[ReferralOut]
    after: str | None


class NewReferral(shapes.Strict):
    """``kind`` is a row of data: ``to_police``, ``police_on_site``; the other side reads the reason."""

    kind: shapes.Code
    reason: shapes.Long


class ReferralStepGiven(shapes.Given):
    """What a step may be given; which is needed stands in its ``steps``."""

    reason: shapes.Long | None = None
    result: shapes.Long | None = None


@router.get("/referrals", response=ReferralPage)
def referrals(
    request: HttpRequest,
    state: shapes.Code = "open",
    after: shapes.Short = "",
    size: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """What is handed over in the caller's places, both ways, newest first, by cursor."""
    page = queries.referrals(auth.caller(request), state, now=timezone.now(), after=after, size=size)
    return {"referrals": [_referral(one) for one in page.rows], "after": page.after or None}


@router.get("/referrals/{referral}", response=ReferralOut, openapi_extra=can(404))
def referral(request: HttpRequest, referral: UUID) -> dict[str, Any]:
    """One handing over with its history."""
    return _referral(queries.referral(auth.caller(request), referral, now=timezone.now()))


@router.post("/cases/{number}/referrals", response={201: ReferralOut}, openapi_extra=can(403, 404, 409))
def refer(request: HttpRequest, number: str, given: NewReferral) -> Status[dict[str, Any]]:
    """Hand a case over. 409 says why it cannot be handed away now: an emergency never is."""
    actor, now = auth.caller(request), timezone.now()
    queries.require_visible(actor, number)
    row = cases.refer(number, given.kind, reason=given.reason, actor=actor, now=now)
    return Status(201, _referral(queries.referral(actor, row.pk, now=now)))


@router.post("/referrals/{referral}/steps/{event}", response=ReferralOut, openapi_extra=can(403, 404, 409))
def referral_step(
    request: HttpRequest, referral: UUID, event: str, given: ReferralStepGiven
) -> dict[str, Any]:
    """Withdraw it, or write down what the other side said: taken, sent back with a reason, done."""
    actor, now = auth.caller(request), timezone.now()
    queries.referral(actor, referral, now=now)
    cases.take_referral(referral, event, actor=actor, now=now, **given.values())
    return _referral(queries.referral(actor, referral, now=now))


def _referral(one: queries.ReferralLine) -> dict[str, Any]:
    plain = (
        "id", "basis", "outgoing", "joint", "state", "open", "report", "place", "outside_no", "sent_at",
        "accept_by", "accepted_at", "handle_by", "ended_at", "late_to_accept", "late_to_handle",
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in plain},
        "kind": translated(one.kind),
        "state_label": translated(one.state_label),
        "case": one.number or None,
        "steps": answering.steps(one.steps),
        "timeline": answering.timeline(one.lines),
    }
