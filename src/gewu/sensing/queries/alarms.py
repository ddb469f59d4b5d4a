"""Alarms as pages show them: those not settled, one with its history, how soon they are answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.infra import stream
from gewu.infra.paging import Order, Page, page
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.security import scopes
from gewu.security.actors import Actor
from gewu.sensing import permissions, rules
from gewu.sensing.actions.steps import facts_of
from gewu.sensing.lifecycle import ALARM
from gewu.sensing.models import Alarm
from gewu.sensing.queries.known import rule_facts, watch
from gewu.sensing.rules import Measure, Responses

SIZE = 50


@dataclass(frozen=True)
class AlarmLine:
    """One alarm in a list. ``over`` and ``known`` are its two bits: cleared, acknowledged."""

    id: UUID
    name: Name
    device: str
    device_name: str
    place: str
    state: str
    label: Text
    known: bool
    over: bool
    value: float
    worst: float
    threshold: float
    measure: Measure | None
    raised_at: datetime
    respond_by: datetime
    responded_at: datetime | None
    cleared_at: datetime | None
    case: str
    case_ended: bool
    #: How many others joined its case; whether it joined another's.
    joined: int
    in_storm: bool

    @property
    def contradicts(self) -> bool:
        """Whether the case is closed while the device still says that it is not over."""
        return self.case_ended and not self.over


@dataclass(frozen=True)
class AlarmStep:
    """A step that this reader may take."""

    event: str
    label: Text
    needs: tuple[str, ...]
    key: str
    danger: bool


@dataclass(frozen=True)
class AlarmPage:
    """One alarm with its history and the steps open to a reader."""

    line: AlarmLine
    version: int
    rule: rules.AlarmRule
    met_at: datetime
    acknowledged_by: str
    steps: tuple[AlarmStep, ...]
    told: tuple[stream.Told, ...]
    storm: tuple[AlarmLine, ...]


def visible_to(actor: Actor) -> Q:
    """The alarms an actor may see: those in the places of the right."""
    return scopes.visible(actor, permissions.READ, place="place", unit=lambda path: scopes.NOTHING)


def alarms(actor: Actor, *, settled: bool = False, place: str = "", after: str = "") -> Page[AlarmLine]:
    """Alarms newest first: those that wait for something, or those that are settled. Three queries."""
    rows = _rows(actor).filter(state__in=ALARM.names(open=not settled))
    if place:
        rows = rows.filter(scopes.within("place", place))
    return page(rows, Order("raised_at"), after=after, size=SIZE, show=_lines)


def _rows(actor: Actor) -> QuerySet[Alarm]:
    return Alarm.objects.filter(visible_to(actor)).select_related("device", "case")


def _lines(rows: Sequence[Alarm]) -> tuple[AlarmLine, ...]:
    firsts = [row.pk for row in rows if row.case_id]
    joined: dict[UUID | None, int] = {}
    for first in (
        Alarm.objects.filter(storm_of__in=firsts).values_list("storm_of", flat=True) if firsts else ()
    ):
        joined[first] = joined.get(first, 0) + 1
    return tuple(_line(row, joined.get(row.pk, 0)) for row in rows)


def _line(row: Alarm, joined: int = 0) -> AlarmLine:
    kind = watch().kinds.get(row.device.kind_id)
    return AlarmLine(
        id=row.pk,
        name=Name(row.name_zh, row.name_en),
        device=row.device.code,
        device_name=row.device.name,
        place=row.place,
        state=row.state,
        label=ALARM.state(row.state).label,
        known=row.acknowledged_at is not None,
        over=row.cleared_at is not None,
        value=row.value,
        worst=row.worst,
        threshold=row.threshold,
        measure=kind.measures.get(row.quantity) if kind else None,
        raised_at=row.raised_at,
        respond_by=row.respond_by,
        responded_at=row.responded_at,
        cleared_at=row.cleared_at,
        case=row.case.number if row.case else "",
        case_ended=row.case_ended_at is not None,
        joined=joined,
        in_storm=row.storm_of_id is not None,
    )


def alarm(actor: Actor, key: UUID) -> AlarmPage:
    """One alarm; refused as if it did not exist to whoever may not see it."""
    row = _rows(actor).select_related("rule").filter(pk=key).first()
    if row is None:
        raise Refusal(say("没有这条告警"), Kind.MISSING)
    storm = _storm(row)
    return AlarmPage(
        line=_line(row, len(storm)),
        version=row.version,
        rule=rule_facts(row.rule),
        met_at=row.met_at,
        acknowledged_by=row.acknowledged_by,
        steps=_steps(row, actor),
        told=stream.timeline("alarm", row.pk),
        storm=storm,
    )


def _storm(row: Alarm) -> tuple[AlarmLine, ...]:
    """The others of the same storm, oldest first."""
    first = row.storm_of_id or row.pk
    others = Alarm.objects.filter(Q(pk=first) | Q(storm_of=first)).exclude(pk=row.pk)
    return tuple(map(_line, others.select_related("device", "case").order_by("raised_at")[:100]))


def _steps(row: Alarm, actor: Actor) -> tuple[AlarmStep, ...]:
    facts = facts_of(row)
    return tuple(
        AlarmStep(one.event, one.label, one.needs, one.key, one.danger)
        for one in ALARM.steps_from(row.state)
        if permissions.WHO[one.by](actor, row) and one.open_for(facts)
    )


def of_case(case: UUID) -> tuple[AlarmLine, ...]:
    """The alarms behind a case, oldest first: for whoever may see the case. One query."""
    found = Alarm.objects.filter(case=case).select_related("device", "case").order_by("raised_at")[:100]
    return tuple(map(_line, found))


def responses(actor: Actor, *, since: datetime, now: datetime, place: str = "") -> Responses:
    """How soon the alarms raised since then were answered, in the places of the actor. One query."""
    rows = Alarm.objects.filter(visible_to(actor), raised_at__gte=since)
    if place:
        rows = rows.filter(scopes.within("place", place))
    return rules.summed_up(list(rows.values_list("raised_at", "respond_by", "responded_at")), now)
