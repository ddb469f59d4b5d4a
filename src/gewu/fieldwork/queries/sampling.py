"""Samples: what was drawn, by which seed, and what looking again came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import permissions
from gewu.fieldwork.lifecycle import DRAWN
from gewu.fieldwork.models import Draw, Drawn
from gewu.fieldwork.queries import seeing
from gewu.infra import paging
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.security import queries as security
from gewu.security import scopes
from gewu.security.actors import Actor

NEWEST = paging.Order("drawn_at")
#: As many as one sample may have.
MOST_SHOWN = 500
OF: Mapping[str, Text] = {"statement": say("无问题声明"), "finding": say("上报的问题")}


@dataclass(frozen=True)
class DrawLine:
    """One sample with what came of it."""

    id: UUID
    of: Text
    place: str
    since: date
    until: date
    percent: int
    seed: str
    digest: str
    population: int
    drawn: int
    waiting: int
    false: int
    drawn_by: str
    drawn_at: datetime


@dataclass(frozen=True)
class DrawnLine:
    """One thing that was drawn: what it said, and what was seen when someone else looked."""

    id: UUID
    version: int
    seq: int
    place: str
    #: Of a statement the days it speaks of, of a finding the day it was made.
    since: date
    until: date
    said: str
    matter: Name | None
    author: str
    due_at: datetime
    state: str
    label: Text
    open: bool
    looked_by: str
    looked_at: datetime | None
    result: str
    may_look: bool


@dataclass(frozen=True)
class DrawPage:
    """A sample with each thing drawn, in the order of the seed."""

    line: DrawLine
    items: tuple[DrawnLine, ...]


def visible_to(actor: Actor) -> QuerySet[Draw]:
    """The samples of the places where one draws or does fieldwork."""
    rights = (permissions.SAMPLE, permissions.READ)
    seen = [scopes.visible(actor, one, place="place", unit=seeing.nobody_by_unit) for one in rights]
    return Draw.objects.filter(seeing.either(*seen))


def draws(actor: Actor, *, after: str = "", size: int = 50) -> paging.Page[DrawLine]:
    """The samples, the newest first: three queries."""

    def show(found: Sequence[Draw]) -> list[DrawLine]:
        return _lines(found)

    return paging.page(visible_to(actor), NEWEST, after=after, size=size, show=show)


def draw(actor: Actor, key: UUID, *, now: datetime) -> DrawPage:
    """One sample; one that this actor may not see is as if it did not exist."""
    row = visible_to(actor).filter(pk=key).first()
    if row is None:
        raise Refusal(say("没有这次抽查，或不在您的范围内"), Kind.MISSING)
    return DrawPage(_lines([row])[0], _items(actor, Drawn.objects.filter(draw=row)))


def to_look_at(actor: Actor, *, now: datetime) -> tuple[DrawnLine, ...]:
    """What waits to be looked at again in the places where one does fieldwork, one's own left out."""
    here = scopes.visible(actor, permissions.DO, place="place", unit=seeing.nobody_by_unit)
    rows = Drawn.objects.filter(here, state__in=DRAWN.names(open=True)).exclude(author=actor.ref)
    return _items(actor, rows)


def drawn(actor: Actor, key: UUID) -> DrawnLine:
    """One thing to look at again; one outside of this actor's places is as if it did not exist."""
    rights = (permissions.DO, permissions.SAMPLE)
    seen = [scopes.visible(actor, one, place="place", unit=seeing.nobody_by_unit) for one in rights]
    found = _items(actor, Drawn.objects.filter(seeing.either(*seen), pk=key))
    if not found:
        raise Refusal(say("没有这件抽查，或不在您的范围内"), Kind.MISSING)
    return found[0]


def _items(actor: Actor, rows: QuerySet[Drawn]) -> tuple[DrawnLine, ...]:
    found = list(
        rows.select_related("task", "statement", "finding__report").order_by("draw", "seq")[:MOST_SHOWN]
    )
    names = security.names_of({ref for one in found for ref in (one.author, one.looked_by)})
    return tuple(_item(actor, one, names) for one in found)


def _item(actor: Actor, row: Drawn, names: Mapping[str, str]) -> DrawnLine:
    state = DRAWN.state(row.state)
    since, until, said, matter = _said(row)
    return DrawnLine(
        row.pk, row.version, row.seq, row.place, since, until, said, matter, names.get(row.author, ""),
        row.task.due_at, row.state, state.label, state.open, names.get(row.looked_by, ""), row.looked_at,
        row.result, state.open and row.author != actor.ref and actor.holds_at(permissions.DO, row.place),
    )  # fmt: skip


def _said(row: Drawn) -> tuple[date, date, str, Name | None]:
    """What was signed or found: its days, its words, its class."""
    if row.statement:
        return row.statement.since, row.statement.until, row.statement.words, None
    assert row.finding is not None
    day, report = catalogue.day_of(row.finding.made_at), row.finding.report
    return day, day, report.text if report else "", catalogue.name_of(row.finding.matter)


def _lines(rows: Sequence[Draw]) -> list[DrawLine]:
    counts: Counter[tuple[UUID, str]] = Counter()
    for key, state, n in (
        Drawn.objects.filter(draw__in=rows).values_list("draw", "state").annotate(n=Count("pk"))
    ):
        counts[key, state] = n
    names = security.names_of({row.drawn_by for row in rows})
    return [
        DrawLine(
            row.pk, OF[row.of], row.place, row.since, row.until, row.percent, row.seed, row.digest,
            row.population, sum(counts[row.pk, state.name] for state in DRAWN.states),
            counts[row.pk, "open"], counts[row.pk, "false"], names.get(row.drawn_by, ""), row.drawn_at,
        )
        for row in rows
    ]  # fmt: skip
