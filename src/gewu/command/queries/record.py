"""Alerts on the desk: the list of all, and one whole with its versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.cases import queries as cases
from gewu.command import permissions
from gewu.command.lifecycle import ALERT
from gewu.command.models import Alert, AlertPlace
from gewu.command.queries.force import AlertLine, line_of, lines_of, places_of_actor
from gewu.command.queries.messages import read
from gewu.command.rules import AlertFacts, Message
from gewu.infra import paging, stream
from gewu.kernel.places import ancestors
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security import queries as security
from gewu.security import scopes
from gewu.security.actors import Actor
from gewu.security.queries import SAMPLE_PLACE

NEWEST = paging.Order("made_at")
#: What only those who draft and approve see.
_INNER = ("draft", "waiting", "dropped")


@dataclass(frozen=True)
class AlertPage:
    """One message whole."""

    line: AlertLine
    version: int
    message: Message
    raw: str
    drafted_by: str
    approved_by: str
    #: Every message of its thread, oldest first, itself too.
    versions: tuple[AlertLine, ...]
    lines: tuple[cases.Line, ...]
    steps: tuple[cases.OpenStep, ...]
    #: Whether a new version, or the end of it, may be drafted from here.
    may_follow: bool


def visible_to(actor: Actor) -> QuerySet[Alert]:
    """The alerts of the places where this actor stands; drafts only for those who draft or approve."""
    touching = Q(pk__in=())
    for place in places_of_actor(actor):
        touching |= scopes.within("place", place) | Q(place__in=[*ancestors(place), place]) if place else Q()
    rows = Alert.objects.filter(pk__in=AlertPlace.objects.filter(touching).values("alert_id"))
    inner = any(actor.holds(right) for right in (permissions.DRAFT, permissions.APPROVE))
    return rows if inner else rows.exclude(state__in=_INNER)


def may_draft(actor: Actor) -> bool:
    """Whether someone drafts alerts anywhere."""
    return actor.holds(permissions.DRAFT)


def listed(actor: Actor, *, state: str = "", after: str = "", size: int = 30) -> paging.Page[AlertLine]:
    """The alerts of one's places, the newest first: two statements a page."""
    rows = visible_to(actor)
    if state:
        if state not in ALERT.by_name:
            raise Refusal(say("没有“{state}”这个状态", state=state[:20]), field="state")
        rows = rows.filter(state=state)
    with_places = rows.prefetch_related("places")
    return paging.page(
        with_places, NEWEST, after=after, size=size, show=lambda some: [line_of(one) for one in some]
    )


def page(actor: Actor, id: UUID, *, now: datetime) -> AlertPage:
    """One alert whole. One out of scope is refused as if it did not exist."""
    row = visible_to(actor).filter(pk=id).first()
    if row is None:
        raise Refusal(say("没有这条预警，或不在您的范围内"), Kind.MISSING)
    told = stream.timeline("alert", row.pk)
    names = security.names_of({one.actor for one in told} | {row.drafted_by, row.approved_by})
    facts = facts_of(row, actor=actor, now=now)
    places = [one.place for one in row.places.all()]
    return AlertPage(
        line=line_of(row),
        version=row.version,
        message=read(row.content),
        raw=row.raw,
        drafted_by=names.get(row.drafted_by, ""),
        approved_by=names.get(row.approved_by, ""),
        versions=lines_of(visible_to(actor).filter(thread=row.thread).order_by("made_at", "pk")),
        lines=tuple(cases.sentence_of(one, names) for one in told),
        steps=open_to(actor, row, facts),
        may_follow=row.ours
        and row.state == "in_force"
        and not facts.pending
        and permissions.drafter(actor, places),
    )


def facts_of(row: Alert, *, actor: Actor, now: datetime) -> AlertFacts:
    """An alert as the guards of its table see it: one query."""
    later = list(row.later.exclude(state="dropped").values_list("msg_type", "ours", "state"))
    return AlertFacts(
        actor=actor.ref,
        drafted_by=row.drafted_by,
        submitted_by=row.submitted_by,
        msg_type=row.msg_type,
        ours=row.ours,
        expires=row.expires_at,
        now=now,
        pending=any(state in ("draft", "waiting") for _, _, state in later),
        acknowledged=any(kind == "Ack" and ours for kind, ours, _ in later),
        before_in_force=row.before is None or row.before.state == "in_force",
    )


def open_to(actor: Actor, row: Alert, facts: AlertFacts) -> tuple[cases.OpenStep, ...]:
    """The steps this actor may take now, in the order of the table."""
    places = [one.place for one in row.places.all()]
    return tuple(
        cases.OpenStep(step.event, step.label, step.key, step.danger, step.needs, step.may_take)
        for step in ALERT.steps_from(row.state)
        if permissions.WHO[step.by](actor, places) and step.open_for(facts)
    )


def abilities(sample: Actor) -> tuple[tuple[Text, tuple[Text, ...]], ...]:
    """The steps, in the table's order, that this actor may take with an alert within its reach."""
    may = {by for by, asks in permissions.WHO.items() if asks(sample, [SAMPLE_PLACE])}
    steps = tuple({step.event: step.label for step in ALERT.steps if step.by in may}.values())
    return ((ALERT.label, steps),) if steps else ()
