"""Hazards of enterprises for all three parties, self-checks by the enterprise; and who is on duty now."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from gewu.api import answering, auth, shapes
from gewu.api.refusals import can
from gewu.cases import actions
from gewu.cases import queries as cases
from gewu.cases.actions import EvidenceGiven, Found
from gewu.infra.wording import translated
from gewu.kernel.places import checked
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor

router = Router()


class HazardOut(Schema):
    """A hazard with its three parties."""

    number: str
    state: str
    open: bool
    matter: str
    title: str
    enterprise: str
    line: str
    regulator: str
    found_by_itself: bool
    guide: str
    filed_at: datetime
    due_at: datetime
    closed_at: datetime | None


@router.get("/hazards", auth=auth.AnyBearer(), response=list[HazardOut], openapi_extra=can(401))
def hazards(request: HttpRequest) -> list[dict[str, Any]]:
    """Hazards of enterprises in the caller's scope; an enterprise has its own alone."""
    names = ("matter", "enterprise", "line", "regulator")
    return [
        {**asdict(one), **{name: getattr(one, name).zh for name in names}}
        for one in cases.hazards(auth.caller(request))
    ]


class NewHazard(shapes.Strict):
    """A hazard as it was found; photos are named by what `/photos` answered."""

    matter: shapes.Code
    text: shapes.Long
    address: shapes.Short = ""
    guide: shapes.Short = ""
    photos: Annotated[list[UUID], Field(max_length=4)] = []

    def found(self) -> Found:
        photos = tuple(map(str, self.photos))
        return Found(self.matter, self.text.strip(), self.address.strip(), photos, self.guide.strip())


class ReportedHazard(NewHazard):
    """``enterprise`` is the code of the unit; an enterprise may leave it out and means itself."""

    enterprise: shapes.Code = ""


class NewSelfCheck(shapes.Strict):
    """What was looked for, what was found of it, and who looked how; nothing found is a record, too."""

    looked_for: Annotated[list[shapes.Code], Field(max_length=200)]
    found: Annotated[list[NewHazard], Field(max_length=50)] = []
    statement: shapes.Short


class SelfCheckOut(Schema):
    """One self-check, with the numbers of the hazards that it opened where it was just made."""

    at: shapes.Moment
    looked_for: int
    found: int
    statement: str
    cases: list[str] = []


class LookedFor(Schema):
    """A class of hazards in force."""

    code: str
    name: str


class HazardPage(Schema):
    """One hazard: where it stands, its history, and the steps open to the caller."""

    number: str
    state: str
    state_label: str
    open: bool
    version: int
    due_at: shapes.Moment
    enterprise: str
    line: str
    regulator: str
    evidence_needed: list[str]
    steps: list[shapes.OpenStep]
    timeline: list[shapes.TimelineLine]


@router.get("/hazards/checklist", auth=auth.AnyBearer(), response=list[LookedFor])
def checklist(request: HttpRequest) -> list[dict[str, str]]:
    """What an enterprise looks for: the classes of hazards in force."""
    found = cases.checklist(now=timezone.now())
    return [{"code": one.code, "name": translated(Name(one.name_zh, one.name_en))} for one in found]


@router.get("/hazards/{number}", auth=auth.AnyBearer(), response=HazardPage, openapi_extra=can(404))
def hazard(request: HttpRequest, number: str) -> dict[str, Any]:
    """One hazard, the same for all three parties."""
    return _page(auth.caller(request), number)


@router.post("/hazards", auth=auth.AnyBearer(), response={201: HazardPage}, openapi_extra=can(403, 404, 409))
def report(request: HttpRequest, given: ReportedHazard) -> Status[dict[str, Any]]:
    """Report a hazard: the enterprise its own, an officer of the line or the regulator what was inspected."""
    actor = auth.caller(request)
    code = given.enterprise or cases.own_enterprise(actor).code
    case = actions.report_hazard(code, given.found(), actor=actor, now=timezone.now())
    return Status(201, _page(actor, case.number))


@router.post(
    "/hazards/{number}/steps/{event}",
    auth=auth.AnyBearer(),
    response=HazardPage,
    openapi_extra=can(403, 404, 409),
)
def step(request: HttpRequest, number: str, event: str, given: shapes.StepGiven) -> dict[str, Any]:
    """Take a step of a hazard: the enterprise rectifies, the department of the line checks."""
    actor = auth.caller(request)
    _page(actor, number)
    values = given.values()
    values["evidence"] = tuple(EvidenceGiven(**one) for one in values.get("evidence", ()))
    actions.take(number, event, actor=actor, now=timezone.now(), **values)
    return _page(actor, number)


@router.get("/self-checks", auth=auth.AnyBearer(), response=list[SelfCheckOut], openapi_extra=can(403))
def self_checks(request: HttpRequest) -> list[dict[str, Any]]:
    """The self-checks of the caller's own enterprise, the newest first."""
    return [asdict(one) for one in cases.self_checks(auth.caller(request))]


@router.post(
    "/self-checks", auth=auth.AnyBearer(), response={201: SelfCheckOut}, openapi_extra=can(403, 404, 409)
)
def check_oneself(request: HttpRequest, given: NewSelfCheck) -> Status[dict[str, Any]]:
    """Record a self-check of the caller's own enterprise, and open what it found."""
    actor = auth.caller(request)
    row, opened = actions.check_oneself(
        cases.own_enterprise(actor).code,
        given.looked_for,
        [one.found() for one in given.found],
        statement=given.statement,
        actor=actor,
        now=timezone.now(),
    )
    made = {"at": row.at, "looked_for": len(row.looked_for), "found": row.found, "statement": row.statement}
    return Status(201, {**made, "cases": [one.number for one in opened]})


def _page(actor: Actor, number: str) -> dict[str, Any]:
    """A case that is no hazard, or out of scope, is refused as if it did not exist."""
    page = cases.page(actor, number, now=timezone.now())
    parties = cases.hazard_of(page.line.id)
    if parties is None:
        raise Refusal(say("没有编号为“{number}”的隐患", number=number[:40]), Kind.MISSING)
    return {
        "number": number,
        "state": page.line.state,
        "state_label": translated(page.line.state_label),
        "open": page.line.open,
        "version": page.version,
        "due_at": page.line.due_at,
        **{name: translated(one) for name, one in parties.items()},
        "evidence_needed": list(page.matter.evidence),
        "steps": answering.steps(page.steps),
        "timeline": answering.timeline(page.lines),
    }


class OnDutyOut(Schema):
    """One shift that runs now."""

    force: str
    kind: str
    unit: str
    place: str
    spot: str
    begins_at: datetime
    ends_at: datetime
    people: list[str]
    gap: int


@router.get("/on-duty", response=list[OnDutyOut], openapi_extra=can(401, 422))
def on_duty(request: HttpRequest, place: str = "") -> list[dict[str, Any]]:
    """Who is on duty now in a place, by force, kind and place; the whole of this installation without one."""
    where = checked(place) if place else settings.COUNTY
    found = organisation.on_duty(auth.caller(request), where, now=timezone.now())
    return [
        {
            "force": force.force, "kind": one.kind.zh, "unit": one.unit.code, "place": one.place,
            "spot": one.spot, "begins_at": one.begins_at, "ends_at": one.ends_at,
            "people": [who.name for who in one.people], "gap": one.gap,
        }
        for force in found
        for one in force.shifts
    ]  # fmt: skip
