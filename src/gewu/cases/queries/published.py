"""The public side of cases as whole records, for those who show a city's matters elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django.db.models import QuerySet

from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case
from gewu.cases.queries.neighbours import NEWEST, public_matters
from gewu.cases.queries.timeline import public_line
from gewu.infra import moments
from gewu.infra.moments import Span
from gewu.infra.stream import Told
from gewu.kernel.events import all_types
from gewu.kernel.places import Level
from gewu.kernel.texts import Name, Text
from gewu.organisation import queries as organisation
from gewu.security import scopes

#: No question is answered with more records than this.
MOST_PUBLISHED = 1000


@dataclass(frozen=True)
class PublishedFilters:
    """Which public cases are asked for. ``numbers`` stand above all else but the place."""

    place: str
    numbers: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    #: Only open ones, only ended ones, or both.
    open: bool | None = None
    filed: Span | None = None
    changed: Span | None = None


@dataclass(frozen=True)
class Published:
    """A public case. ``lon``, ``lat`` and ``address`` are as they came; ``origin`` decides who sees them."""

    id: UUID
    number: str
    state: str
    open: bool
    public_label: Text
    matter: str
    #: A grid or wider.
    place: str
    address: str
    lon: float | None
    lat: float | None
    origin: str
    lead: Name
    filed_at: datetime
    updated_at: datetime
    due_at: datetime
    answer: str


def published(
    asked: PublishedFilters, *, on: date, skip: int = 0, size: int = MOST_PUBLISHED
) -> tuple[Published, ...]:
    """The public cases asked for, the newest first, of the first thousand those behind ``skip``.

    Three statements, and two more when it is asked what changed. What is confidential is not among them: a
    class that is not public, a case about an office, one outside the place.
    """
    rows = _narrowed(asked, on)
    order = NEWEST.columns()
    if skip or size < MOST_PUBLISHED:
        keys = list(rows.order_by(*order).values_list("pk", flat=True)[: min(skip + size, MOST_PUBLISHED)])
        rows = Case.objects.filter(pk__in=keys[skip:])
    found = list(rows.order_by(*order)[:MOST_PUBLISHED])
    last = moments.last_told("case", [row.pk for row in found], public_types())
    return tuple(_shown(row, last.get(row.pk, row.filed_at)) for row in found)


def published_case(number: str, *, place: str, on: date) -> Published | None:
    """One public case, or nothing: whoever asks does not learn whether another one exists."""
    return next(iter(published(PublishedFilters(place, (number,)), on=on)), None)


def _narrowed(asked: PublishedFilters, on: date) -> QuerySet[Case]:
    codes = set(public_matters(on))
    if asked.numbers:
        return _public(codes, asked.place).filter(number__in=asked.numbers)
    if asked.matters:
        codes &= set(asked.matters)
    rows = _public(codes, asked.place)
    if asked.open is not None:
        rows = rows.filter(state__in=CASE.names(open=asked.open))
    if asked.filed:
        rows = rows.filter(filed_at__gte=asked.filed.since, filed_at__lt=asked.filed.until)
    if asked.changed:
        keys = moments.changed("case", public_types(), asked.changed, most=MOST_PUBLISHED)
        rows = rows.filter(pk__in=keys)
    return rows


def _public(codes: set[str], place: str) -> QuerySet[Case]:
    return Case.objects.filter(scopes.within("place", place), matter__in=sorted(codes), about_path="")


@cache
def public_types() -> tuple[str, ...]:
    """The events of a case of which the public may know."""
    return tuple(one.__name__ for one in all_types() if one.public and one.subject == "case")


def _shown(row: Case, last: datetime) -> Published:
    state = CASE.state(row.state)
    ended = row.closed_at or row.ended_at
    return Published(
        id=row.pk,
        number=row.number,
        state=row.state,
        open=state.open,
        public_label=state.public,
        matter=row.matter,
        place=row.place[: Level.GRID.digits],
        address=row.address,
        lon=row.lon,
        lat=row.lat,
        origin=row.origin,
        lead=organisation.known_unit(row.lead_id).name if row.lead_id else Name(""),
        filed_at=row.filed_at,
        updated_at=last if state.open or ended is None else ended,
        due_at=row.due_at,
        answer="" if state.open else row.answer,
    )


@dataclass(frozen=True)
class PublicUpdate:
    """One public event of a public case, in words; ``id`` stays the same however often it is read."""

    id: str
    number: str
    type: str
    at: datetime
    sentence: Text
    words: tuple[tuple[str, str], ...]


def updates(span: Span, *, place: str, on: date, most: int = MOST_PUBLISHED) -> tuple[PublicUpdate, ...]:
    """What the public may know of what happened to public cases in a span, oldest first: five statements."""
    among = _public(set(public_matters(on)), place)
    told = moments.told_within("case", public_types(), span, among=among.values("pk"), most=most)
    return _updates(told, _numbers({one.subject_id for one in told}))


def updates_of(cases: Sequence[Published], *, most: int = 10 * MOST_PUBLISHED) -> tuple[PublicUpdate, ...]:
    """The public way of some public cases, oldest first: three statements."""
    told = moments.told_of("case", [one.id for one in cases], public_types(), most=most)
    return _updates(told, {one.id: one.number for one in cases})


def _updates(told: Sequence[Told], numbers: Mapping[UUID, str]) -> tuple[PublicUpdate, ...]:
    lines = [(one, public_line(one)) for one in told]
    return tuple(
        PublicUpdate(
            f"{numbers[one.subject_id]}.{one.seq}",
            numbers[one.subject_id],
            one.type,
            one.at,
            line.sentence,
            line.words,
        )
        for one, line in lines
    )


def _numbers(keys: set[UUID]) -> dict[UUID, str]:
    return dict(Case.objects.filter(pk__in=keys).values_list("pk", "number")) if keys else {}
