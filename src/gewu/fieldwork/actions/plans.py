"""Plans: made by one person, approved by another, ended by hand or by their last day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import events, permissions, queries, rules
from gewu.fieldwork.actions import laying
from gewu.fieldwork.lifecycle import PLAN, TASK
from gewu.fieldwork.models import Plan, PlanPlace, PlanSigner, Spot, Task
from gewu.infra import store, stream
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security.actors import CLOCK, Actor
from gewu.territory import queries as territory

#: A plan stops at so many places at most: every grid of a large county.
MOST_STOPS = 3000
LONGEST = {"title": 80, "purpose": 300}
WHO = ("post", "crew", "unit", "account")


@dataclass(frozen=True)
class StopDraft:
    """One stop of a route: a place by its code, or a spot by its id."""

    place: str = ""
    spot: UUID | None = None


@dataclass(frozen=True)
class PlanDraft:
    """A plan as it is made. ``unit`` is the code of the unit whose plan it is; empty for the territory's own.

    ``who`` and ``whom`` as in `models.Plan`; ``items`` are codes of the checklist, none for all of them.
    """

    kind: str
    title: str
    stops: tuple[StopDraft, ...]
    who: str
    whom: str
    rhythm: rules.Rhythm
    since: date
    until: date | None = None
    purpose: str = ""
    line: str = ""
    unit: str = ""
    checklist: str = ""
    items: tuple[str, ...] = ()
    opens_at: time | None = None
    closes_at: time | None = None
    public: bool = False
    key_period: bool = False
    #: Codes of the departments that have to sign its records.
    signers: tuple[str, ...] = ()
    #: Code of the item of the work list of its post; empty for work that is not on it.
    listed: str = ""


def make_plan(draft: PlanDraft, *, actor: Actor, now: datetime) -> Plan:
    """Draft a plan, which does nothing until another person has approved it.

    Refused are whoever may not plan at all of its places, unknown places, people, lists and items, a
    rhythm without a day, hours that run backwards, and a key period without an end.
    """
    with store.writing():
        row, stops = prepared(draft, actor=actor, now=now)
        row.made_by, row.made_at = actor.ref, now
        row.save(force_insert=True)
        _put_stops(row, stops)
        _put_signers(row, draft.signers)
        told = events.PlanMade(id=row.pk, place=row.place, kind=draft.kind)
        stream.tell(told, actor=actor, now=now)
    return row


def change_plan(
    plan_id: UUID, draft: PlanDraft, *, actor: Actor, now: datetime, version: int | None = None
) -> Plan:
    """Change a plan that is still being drafted, as `make_plan` would make it."""
    with store.writing():
        before = _locked(plan_id, version)
        step = PLAN.row("change", before.state)
        permissions.require_plan(actor, step.by, before)
        row, stops = prepared(draft, actor=actor, now=now)
        row.pk, row.made_by, row.made_at = before.pk, before.made_by, before.made_at
        row.version = before.version + 1
        row.save(force_update=True)
        row.stops.all().delete()
        row.signers.all().delete()
        _put_stops(row, stops)
        _put_signers(row, draft.signers)
        stream.tell_step(step, row.pk, row.place, details={}, given={}, actor=actor, now=now)
    return row


def take_plan(
    plan_id: UUID, event: str, *, actor: Actor, now: datetime, version: int | None = None, **given: Any
) -> Plan:
    """Take a step of a plan: approve, send_back, withdraw, end. What is changed goes by `change_plan`.

    An approved plan has its tasks laid ahead at once, as far as `laying.AHEAD`; an ended one has those
    cancelled that nobody has begun.
    """
    with store.writing():
        row = _locked(plan_id, version)
        step = PLAN.row(event, row.state)
        permissions.require_plan(actor, step.by, row)
        step.check(queries.plan_facts(row, actor, now), given)
        row.state = step.to or row.state
        row.version += 1
        details = _EFFECTS.get(event, _nothing)(row, actor, now)
        row.save(force_update=True)
        stream.tell_step(step, row.pk, row.place, details=details, given=given, actor=actor, now=now)
        if row.state == "running":
            laying.lay(row, now=now)
    return row


def end_due_plans(now: datetime, *, most: int = 100) -> int:
    """End the plans whose last day has passed and whose tasks are all over; returns how many."""
    today = catalogue.day_of(now)
    over = Plan.objects.filter(state__in=PLAN.names(open=True), until__lt=today)
    busy = Task.objects.filter(state__in=TASK.names(open=True)).values("plan")
    done = 0
    for key in over.exclude(state="drafted").exclude(pk__in=busy).values_list("pk", flat=True)[:most]:
        take_plan(key, "end", actor=CLOCK, now=now)
        done += 1
    return done


def _locked(plan_id: UUID, version: int | None) -> Plan:
    row = Plan.objects.select_for_update().filter(pk=plan_id).first()
    if row is None:
        raise Refusal(say("没有这项计划"), Kind.MISSING)
    if version is not None and version != row.version:
        raise Refusal(
            say("您打开之后，此计划已变为“{state}”", state=PLAN.state(row.state).label),
            Kind.CONFLICT,
            advice=say("请刷新后再办"),
        )
    return row


Details = Mapping[str, Any]


def _approve(row: Plan, actor: Actor, now: datetime) -> Details:
    row.approved_by, row.approved_at = actor.ref, now
    return {}


def _end(row: Plan, actor: Actor, now: datetime) -> Details:
    row.ended_at = now
    waiting = Task.objects.filter(plan=row, state__in=("planned", "due"))
    keys = list(waiting.values_list("pk", "place"))
    waiting.update(state="cancelled", ended_at=now, arrived_at=now)
    for key, place in keys:
        stream.tell(events.TaskCancelled(id=key, place=place), actor=actor, now=now)
    return {"cancelled": len(keys)}


def _nothing(row: Plan, actor: Actor, now: datetime) -> Details:
    return {}


def _allow(row: Plan, actor: Actor, now: datetime) -> Details:
    row.allowed_by = actor.ref
    return {}


_EFFECTS = {"approve": _approve, "allow": _allow, "end": _end}

Stops = Sequence[tuple[str, UUID | None]]


def prepared(draft: PlanDraft, *, actor: Actor, now: datetime) -> tuple[Plan, Stops]:
    """The plan that a draft would be, with its stops; all that is refused is refused here."""
    kind = queries.kind(draft.kind)
    _check_words(draft)
    rhythm = rules.checked_rhythm(draft.rhythm, draft.since, draft.until)
    if draft.key_period and draft.until is None:
        raise Refusal(say("重点时段的计划要写明截止日期"), field="until")
    _check_hours(draft, kind)
    stops = _stops(draft.stops)
    place = _common([code for code, _ in stops])
    unit = organisation.known_unit(draft.unit) if draft.unit else None
    path, seat = (unit.path, unit.place) if unit else ("", "")
    if not permissions.may_plan(actor, place, path, seat):
        raise Refusal(say("您没有在这些地点安排计划的权限"), Kind.FORBIDDEN, field="stops")
    _check_whom(draft)
    _check_list(draft, listed=kind.listed)
    row = Plan(
        kind_id=draft.kind, title=draft.title.strip(), purpose=draft.purpose.strip(), line=draft.line,
        unit_id=unit.id if unit else None, unit_path=path, place=place, who=draft.who, whom=draft.whom,
        checklist=draft.checklist, items=list(draft.items), rhythm=rhythm.name,
        weekdays=list(rhythm.weekdays), month_days=list(rhythm.month_days),
        dates=[one.isoformat() for one in rhythm.dates], workdays=rhythm.workdays,
        since=draft.since, until=draft.until, opens_at=draft.opens_at, closes_at=draft.closes_at,
        public=draft.public, key_period=draft.key_period, listed=draft.listed,
    )  # fmt: skip
    _check_listed(row, now)
    return row, stops


def _check_listed(row: Plan, now: datetime) -> None:
    work = queries.work_list_of(row, now)
    if row.listed and (work is None or not work.names(row.listed)):
        raise Refusal(
            say("这个岗位的工作清单里没有“{code}”", code=row.listed[:20]), Kind.MISSING, field="listed"
        )


def _check_words(draft: PlanDraft) -> None:
    if not draft.title.strip():
        raise Refusal(say("请填写计划名称"), field="title")
    for name, most in LONGEST.items():
        text = str(getattr(draft, name))
        if len(text) > most:
            raise Refusal(say("文字过长，最多 {n} 个字", n=most), field=name)
        if "\0" in text:
            raise Refusal(say("文字中有不能保存的字符"), field=name)


def _check_hours(draft: PlanDraft, kind: queries.KindFacts) -> None:
    opens, closes = draft.opens_at or kind.opens_at, draft.closes_at or kind.closes_at
    if opens and closes and opens >= closes:
        raise Refusal(say("每天的开始时间要早于结束时间"), field="opens_at")


def _check_line(line: str) -> None:
    if line and line not in catalogue.departments():
        raise Refusal(say("没有“{line}”这个部门", line=line), Kind.MISSING, field="line")


def _check_whom(draft: PlanDraft) -> None:
    _check_line(draft.line)
    if draft.who not in WHO:
        raise Refusal(say("请选择由谁执行"), field="who")
    if draft.who == "post":
        organisation.post_kind(draft.whom)
    elif draft.who == "crew":
        organisation.crew_model(draft.whom)
    elif draft.who == "unit":
        organisation.known_unit(draft.whom)
    else:
        laying.account_of(draft.whom)


def _check_list(draft: PlanDraft, *, listed: bool) -> None:
    if not listed:
        if draft.checklist or draft.items:
            raise Refusal(say("此类计划不用检查清单"), field="checklist")
        return
    if not draft.checklist:
        raise Refusal(say("请选择检查清单"), field="checklist")
    known = queries.checklist(draft.checklist, draft.since)
    for code in draft.items:
        known.item(code)


def _stops(drafts: Sequence[StopDraft]) -> Stops:
    """The stops in their order, without repeats; a spot stands in the place where it lies."""
    if not 0 < len(drafts) <= MOST_STOPS:
        raise Refusal(say("计划要有 1 到 {n} 个地点", n=MOST_STOPS), field="stops")
    spots = _spots([one.spot for one in drafts if one.spot])
    known = territory.paths_of({one.place for one in drafts if not one.spot})
    found: dict[tuple[str, UUID | None], None] = {}
    for one in drafts:
        if one.spot:
            found[spots[one.spot], one.spot] = None
        elif one.place not in known or len(one.place) < Level.COMMUNITY.digits:
            raise Refusal(
                say("“{place}”不是社区、网格或微网格", place=one.place),
                Kind.INVALID,
                field="stops",
                advice=say("计划的地点写到社区、网格或网格中的点位"),
            )
        else:
            found[one.place, None] = None
    return tuple(found)


def _spots(keys: Sequence[UUID]) -> Mapping[UUID, str]:
    found = dict(Spot.objects.filter(pk__in=keys, closed_at=None).values_list("pk", "place"))
    if len(found) < len(set(keys)):
        raise Refusal(say("有的点位已经撤销"), Kind.MISSING, field="stops")
    return found


def _common(codes: Sequence[str]) -> str:
    """The smallest place that holds all of these."""
    first, last = min(codes), max(codes)
    for level in sorted(Level, key=lambda one: -one.digits):
        cut = first[: level.digits]
        if len(cut) == level.digits and last.startswith(cut) and all(one.startswith(cut) for one in codes):
            return cut
    raise Refusal(say("这些地点不在同一个省"), field="stops")


def _put_stops(row: Plan, stops: Stops) -> None:
    PlanPlace.objects.bulk_create(
        PlanPlace(plan=row, seq=seq, place=place, spot_id=spot)
        for seq, (place, spot) in enumerate(stops, start=1)
    )


def _put_signers(row: Plan, codes: Sequence[str]) -> None:
    units = {unit.id: unit for unit in map(organisation.known_unit, codes)}
    PlanSigner.objects.bulk_create(PlanSigner(plan=row, unit_id=key) for key in units)
