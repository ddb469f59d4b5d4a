"""What anyone may know of the open matters round about: the class, the grid, since when. Nobody's words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case
from gewu.catalogue import queries as catalogue
from gewu.infra import listing, paging
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security import scopes

#: Things in public space. A dispute, a hazard in a dwelling, a petition or a service speaks of someone.
NOBODYS = ("component", "event")
NEWEST = paging.Order("filed_at")


@dataclass(frozen=True)
class PublicLine:
    """An open matter as its neighbours may know it. ``place`` is a grid or wider, never a point."""

    id: UUID
    number: str
    matter: str
    place: str
    public_label: Text
    stage: int
    filed_at: datetime
    due_at: datetime
    reports: int


def public_open(
    place: str, *, on: date, matter: str = "", after: str = "", size: int = 20
) -> paging.Page[PublicLine]:
    """The open matters of public classes within a place, newest first: one query."""
    rows = _public(on).filter(scopes.within("place", place))
    if matter:
        rows = rows.filter(matter=matter)
    return paging.page(
        rows.filter(listing.in_state(CASE, listing.OPEN)), NEWEST, after=after, size=size, show=_lines
    )


def public_case(number: str, *, on: date) -> PublicLine:
    """One open matter of a public class; any other is refused as if it did not exist, an ended one too."""
    found = _public(on).filter(number=number).first()
    if found is None:
        raise Refusal(say("没有这件公开的事"), Kind.MISSING)
    if not CASE.state(found.state).open:
        raise Refusal(
            say("这件事已经办结"), Kind.CONFLICT, advice=say("如果又发生了，请点“我要反映”，会按新的一件办理")
        )
    return _line(found)


def public_state(state: str) -> tuple[Text, bool]:
    """The public word of a state, and whether it is open."""
    found = CASE.state(state)
    return found.public, found.open


def public_facts(ids: Collection[UUID], *, on: date) -> dict[UUID, dict[str, str]]:
    """What may be told to anyone of some cases of public classes: two queries. Others are left out, and so is
    a case that is about a unit."""
    rows = _public(on).filter(pk__in=ids, about_path="").select_related("lead")
    return {
        one.pk: {
            "number": one.number,
            "matter": one.matter,
            "place": one.place,
            "unit": one.lead.name_zh if one.lead else "",
            "filed_at": one.filed_at.isoformat(),
            "due_at": one.due_at.isoformat(),
        }
        for one in rows
    }


def _public(on: date) -> QuerySet[Case]:
    return Case.objects.filter(matter__in=public_matters(on))


def public_matters(on: date) -> Collection[str]:
    """The classes whose open cases everyone may see in a list."""
    return [one.code for one in catalogue.all_matters(on) if one.public and one.kind in NOBODYS]


def _lines(rows: Sequence[Case]) -> list[PublicLine]:
    return [_line(row) for row in rows]


def _line(row: Case) -> PublicLine:
    state = CASE.state(row.state)
    place = row.place[: Level.GRID.digits]
    return PublicLine(
        row.pk,
        row.number,
        row.matter,
        place,
        state.public,
        state.stage,
        row.filed_at,
        row.due_at,
        row.reports,
    )
