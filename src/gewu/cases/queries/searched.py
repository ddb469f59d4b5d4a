"""Cases for the search index: their words, and who might see them; then those of what was found."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from gewu.cases.lifecycle import CASE, SEEING
from gewu.cases.models import Assignment, Case, Hazard
from gewu.cases.queries.lists import CaseLine, line_of
from gewu.cases.queries.narrowing import numbered, visible_in
from gewu.cases.rules.wording import findable, without_numbers
from gewu.catalogue import queries as catalogue
from gewu.infra import listing
from gewu.kernel.texts import Name
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor

#: The states that one may ask for.
STATES = tuple(CASE.by_name)
#: Read of a case to be indexed.
_READ = (
    "id", "number", "title", "text", "address", "matter", "place", "state", "filed_at", "answer", "lead_id",
)  # fmt: skip


@dataclass(frozen=True)
class CaseWords:
    """What of a case can be found. ``desks`` are units, ``people`` accounts: all who might see it beside
    those of its territory."""

    id: UUID
    number: str
    matter: str
    matter_name: str
    text: str
    address: str
    #: Said in public; empty until it is closed.
    answer: str
    place: str
    state: str
    filed_at: datetime
    desks: frozenset[UUID]
    people: frozenset[UUID]


def keys_after(key: UUID | None, *, size: int) -> list[UUID]:
    """The next keys of all cases whose words are still kept."""
    rows = Case.objects.filter(erased_at=None)
    rows = rows.filter(pk__gt=key) if key else rows
    return list(rows.order_by("pk").values_list("pk", flat=True)[:size])


def how_many() -> int:
    """How many cases there are."""
    return Case.objects.count()


def words_of(keys: Collection[UUID]) -> tuple[CaseWords, ...]:
    """The words of some cases, those left out whose words were deleted: three queries."""
    desks, people = _called(keys)
    for case_id, *units in Hazard.objects.filter(pk__in=keys).values_list("case_id", "line", "regulator"):
        desks.setdefault(case_id, set()).update(units)
    rows = Case.objects.filter(pk__in=keys, erased_at=None).values_list(*_READ)
    return tuple(
        CaseWords(
            key, number, matter, catalogue.matter_name(matter), findable(_said(title, text)),
            findable(address), findable(answer) if state == "closed" else "", place, state, filed_at,
            frozenset(desks.get(key, set()) | ({lead} if lead else set())), frozenset(people.get(key, ())),
        )
        for key, number, title, text, address, matter, place, state, filed_at, answer, lead in rows
    )  # fmt: skip


def _said(title: str, text: str) -> str:
    return text if text.startswith(title) else f"{title}\n{text}"


def _called(keys: Collection[UUID]) -> tuple[dict[UUID, set[UUID]], dict[UUID, set[UUID]]]:
    desks: dict[UUID, set[UUID]] = {}
    people: dict[UUID, set[UUID]] = {}
    called = Assignment.objects.filter(case__in=keys, state__in=SEEING)
    for case_id, unit, account in called.values_list("case_id", "unit_id", "account_id"):
        if unit:
            desks.setdefault(case_id, set()).add(unit)
        if account:
            people.setdefault(case_id, set()).add(account)
    return desks, people


def _within(
    actor: Actor, place: str, state: str, since: datetime | None, until: datetime | None
) -> QuerySet[Case]:
    rows = visible_in(actor, place).filter(listing.in_state(CASE, state))
    rows = rows.filter(filed_at__gte=since) if since else rows
    return rows.filter(filed_at__lt=until) if until else rows


def seen_among(
    actor: Actor,
    keys: Collection[UUID],
    *,
    place: str = "",
    state: str = listing.ALL,
    since: datetime | None = None,
    until: datetime | None = None,
) -> set[UUID]:
    """Those of some cases that this actor may see, in a place, a state and a time: one query."""
    rows = _within(actor, place, state, since, until)
    return set(rows.filter(pk__in=keys).values_list("pk", flat=True))


def lines_among(actor: Actor, keys: Collection[UUID]) -> dict[UUID, tuple[CaseLine, str]]:
    """Those of some cases that this actor may see, as lists show them, with their words: one query."""
    rows = visible_in(actor, "").filter(pk__in=keys)
    return {row.pk: (line_of(row), "\n".join(filter(None, (row.text, row.answer)))) for row in rows}


def with_number(
    actor: Actor,
    typed: str,
    *,
    place: str = "",
    state: str = listing.ALL,
    since: datetime | None = None,
    until: datetime | None = None,
    most: int = 20,
) -> list[UUID]:
    """The cases that this actor may see whose number is, or begins with, what was typed: one query, or none.

    A whole number is one case; of several the newest come first.
    """
    wanted = numbered(actor, typed)
    if wanted is None:
        return []
    rows = _within(actor, place, state, since, until).filter(wanted)
    return list(rows.order_by("-number").values_list("pk", flat=True)[:most])


@dataclass(frozen=True)
class PastAnswer:
    """A closed case that this actor may see, with what was answered in public."""

    id: UUID
    number: str
    matter: str
    text: str
    place: str
    unit: Name
    closed_at: datetime | None
    answer: str
    solved: bool | None


def answered_among(actor: Actor, keys: Iterable[UUID]) -> tuple[PastAnswer, ...]:
    """Those of some cases that are closed, answered and open to this actor: one query.

    Telephone numbers and the like are left out of the answer: it is about to be said of another matter.
    """
    rows: Sequence[Case] = list(
        visible_in(actor, "").filter(pk__in=list(keys), state="closed").exclude(answer="")
    )
    return tuple(
        PastAnswer(
            row.pk, row.number, row.matter, row.text, row.place,
            organisation.known_unit(str(row.lead_id)).name if row.lead_id else Name(""),
            row.closed_at, without_numbers(row.answer), row.solved,
        )
        for row in rows
    )  # fmt: skip
