"""Calling other units and officials to a case, and what they do there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gewu.cases import events, permissions
from gewu.cases.actions import clocks, conflicts, duty_calls, steps
from gewu.cases.lifecycle import ASSIGNMENT, CASE
from gewu.cases.models import Assignment, Case, CheckIn, Deadline, Whistle
from gewu.cases.rules import parties
from gewu.catalogue import actions as lists
from gewu.infra import store, stream
from gewu.kernel import worktime
from gewu.kernel.places import Level, ancestors
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.organisation.queries import Holder
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import Actor

#: The role by which an official who is called sees the cases that name this very person.
CALLED_OFFICIAL = "called_official"


@dataclass(frozen=True)
class Party:
    """Whom to call: a unit by its code or id, or else the holder of a post by the post's id."""

    unit: str = ""
    post: str = ""


def call_assist(
    number: str, unit: str = "", *, actor: Actor, now: datetime, task: str = "", post: str = ""
) -> Assignment:
    """Ask a unit, or an official on a post, to assist.

    Refused for a closed case, for the lead itself, for one already called, and for a post elsewhere.
    """
    with store.writing():
        case = steps.locked(number)
        permissions.require(actor, "dispatcher or lead", case)
        row = called(case, Party(unit, post), task, actor=actor, now=now)
        row.save(force_insert=True)
        tell_called(case, row, actor=actor, now=now)
    return row


def _lead_of(case: Case) -> str:
    """The department that leads, for which a refused call is counted; empty without a lead."""
    return organisation.known_unit(case.lead_id).department if case.lead_id else ""


def called(case: Case, party: Party, task: str, *, actor: Actor, now: datetime) -> Assignment:
    """The assignment of a party that may be called to an open case, not yet saved."""
    if case.state not in CASE.names(open=True):
        raise Refusal(say("已结束的工单不能再请协办"), Kind.CONFLICT)
    row = Assignment(case=case, task=task, offered_at=now)
    if party.post:
        _name_official(row, case, party.post, actor=actor, now=now)
        same = Assignment.objects.filter(case=case, post=row.post_id)
    else:
        unit = organisation.known_unit(party.unit)
        conflicts.check(case, unit)
        conflicts.check_leads(case, unit)
        lists.check_may_be_given(
            case.matter, case.place, unit, actor=actor, now=now, asked_by=_lead_of(case), about=case.number
        )
        row.unit_id, row.unit_path = unit.id, unit.path
        same = Assignment.objects.filter(case=case, unit_id=unit.id)
    if row.unit_id and case.lead_id == row.unit_id:
        raise Refusal(say("该单位已是主办单位"), Kind.CONFLICT, field="unit")
    if same.filter(state__in=ASSIGNMENT.names(open=True)).exists():
        raise Refusal(say("该单位已在协办"), Kind.CONFLICT, field="unit")
    return row


def _name_official(row: Assignment, case: Case, post: str, *, actor: Actor, now: datetime) -> None:
    holder = next((one for one in officials(case.place, now=now) if str(one.post) == post), None)
    if holder is None:
        raise Refusal(say("此地没有这个岗位，或它现在空缺"), Kind.MISSING, field="post")
    _check_may_come(case, holder, now)
    row.post_id, row.account_id = holder.post, holder.account
    row.party_zh, row.party_en = f"{holder.kind_zh} {holder.name}", f"{holder.kind_en} {holder.name}"
    if holder.account:
        security.ensure_role(holder.account, CALLED_OFFICIAL, actor=actor, now=now)


def _check_may_come(case: Case, holder: Holder, now: datetime) -> None:
    """Refuse an official of the unit that the case is about, or of one below it."""
    if not case.about_path:
        return
    if holder.holder_unit:
        conflicts.check(case, organisation.known_unit(holder.holder_unit))
    person = accounts.actor_of(holder.account, now=now) if holder.account else None
    if person and person.sits_in(case.about_path):
        raise Refusal(
            say("{name}就在被反映的单位任职，不能召来办理此单", name=holder.name),
            Kind.CONFLICT,
            field="post",
            advice=say("请召集其他单位的人员"),
        )


def officials(place: str, *, now: datetime) -> tuple[Holder, ...]:
    """Who holds a post at a place or at one above it, up to the county, the nearest first."""
    way = [place, *(one for one in reversed(list(ancestors(place))) if len(one) >= Level.COUNTY.digits)]
    return tuple(holder for one in dict.fromkeys(way) for holder in organisation.posts_at(one, now=now))


def tell_called(case: Case, row: Assignment, *, actor: Actor, now: datetime) -> None:
    """Tell that this party was called, with what it is asked to do."""
    told = events.AssistCalled(id=case.pk, place=case.place, unit=row.unit_id, assignment=row.pk)
    stream.tell(told, actor=actor, now=now, words={"reason": row.task})


def start_check_in(case: Case, row: Assignment, whistle: Whistle, *, now: datetime) -> None:
    """Start the clock within which a called party has to come; one called to a meeting comes from then on."""
    limit = worktime.Limit(whistle.kind.amount, worktime.Unit(whistle.kind.time_unit))
    start = max(now, whistle.meet_at) if whistle.meet_at else now
    row.clock = clocks.new(case, "check_in", limit, start=start, unit=row.unit_id)
    row.clock.save(force_insert=True)


def take_assist(assignment: UUID, event: str, *, actor: Actor, now: datetime, **given: Any) -> Assignment:
    """Take one step of an assignment, by its own table."""
    with store.writing():
        row = _locked(assignment)
        take_step(row, event, actor=actor, now=now, given=given)
    return row


def _locked(assignment: UUID) -> Assignment:
    rows = Assignment.objects.select_for_update(of=("self",))
    row = rows.select_related("case", "whistle__kind", "clock").filter(pk=assignment).first()
    if row is None:
        raise Refusal(say("没有这项协办任务"), Kind.MISSING)
    return row


def take_step(row: Assignment, event: str, *, actor: Actor, now: datetime, given: Mapping[str, Any]) -> None:
    """Take a step of an assignment that is locked already; whoever calls has the transaction open."""
    step = ASSIGNMENT.row(event, row.state)
    permissions.require(actor, step.by, row.case, row)
    steps.check_words(given)
    step.check(parties.AssistFacts(called=row.whistle_id is not None), given)
    row.state = step.to or row.state
    row.result = given.get("result") or row.result
    row.ended_at = None if ASSIGNMENT.state(row.state).open else now
    if event in ("sign_for", "check_in"):
        row.signed_at = now
    _keep_time(row, event, given, actor=actor, now=now)
    row.save()
    details = {"unit": row.unit_id, "assignment": row.pk}
    stream.tell_step(step, row.case_id, row.case.place, details=details, given=given, actor=actor, now=now)


def _keep_time(row: Assignment, event: str, given: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """The clock of an answer: met by coming or signing, dropped by leaving, started anew when asked again."""
    if event == "check_in":
        _check_in(row, given, actor=actor, now=now)
    elif event == "sign_for":
        _stop(row.clock, "met_at", now)
    elif event == "offer_again" and row.clock is not None and row.whistle is None:
        limit = clocks.stage(row.case, "sign_for")
        row.clock = clocks.new(row.case, duty_calls.CLOCK, limit, start=now, unit=row.unit_id)
        row.clock.save(force_insert=True)
    elif event == "offer_again" and row.whistle is not None:
        start_check_in(row.case, row, row.whistle, now=now)
    elif event in ("return", "withdraw"):
        _stop(row.clock, "dropped_at", now)


def _stop(clock: Deadline | None, how: str, now: datetime) -> None:
    if clock is not None and clock.met_at is None and clock.dropped_at is None:
        setattr(clock, how, now)
        clock.save(update_fields=[how])


def _check_in(row: Assignment, given: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    _stop(row.clock, "met_at", now)
    lon, lat = given.get("lon"), given.get("lat")
    known = None not in (lon, lat, row.case.lon, row.case.lat)
    far = parties.metres_between((lon, lat), (row.case.lon, row.case.lat)) if known else None  # type: ignore[arg-type]  # known says that none is empty
    CheckIn.objects.update_or_create(
        assignment=row,
        defaults={
            "at": now,
            "by": actor.ref,
            "address": str(given.get("address") or "").strip()[:200],
            "lon": lon,
            "lat": lat,
            "distance_m": far,
        },
    )
