"""Editions of lists for the pages that keep them and for the public: drafts, versions, differences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gewu.catalogue import permissions, rules
from gewu.catalogue.lifecycle import APPLICATION, LIST
from gewu.catalogue.models import Application, Edition, ListItem, Opinion, RefusedTask
from gewu.catalogue.queries.lists import item_facts, list_kind
from gewu.catalogue.rules import Change, EditionFacts, Item, KindFacts
from gewu.infra.paging import Order, Page, page
from gewu.kernel.lifecycle import Step
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor
from gewu.security.scopes import visible


@dataclass(frozen=True)
class EditionLine:
    """One version of a list, in a list of versions."""

    id: UUID
    kind: KindFacts
    place: str
    number: int
    state: str
    state_label: Text
    public_label: Text
    authority: str
    office: str
    published_at: datetime | None
    since: date | None
    until: date | None
    items: int

    def in_force(self, on: date) -> bool:
        return self.since is not None and self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True)
class OpinionLine:
    """What was said of a draft, and the answer."""

    id: UUID
    item: str
    staff: bool
    text: str
    at: datetime
    answer: str


@dataclass(frozen=True)
class ListStep:
    """A step that this actor may take now."""

    event: str
    label: Text
    key: str
    danger: bool
    needs: tuple[str, ...]
    may_take: tuple[str, ...]
    note: Text | None = None


@dataclass(frozen=True)
class EditionPage:
    """One version of a list whole."""

    line: EditionLine
    items: tuple[Item, ...]
    opinions: tuple[OpinionLine, ...]
    steps: tuple[ListStep, ...]
    may_edit: bool
    #: What would keep it from being approved or published.
    lacking: tuple[Text, ...]


def _line(row: Edition, items: int) -> EditionLine:
    state = LIST.state(row.state)
    return EditionLine(
        row.pk,
        list_kind(row.kind_id),
        row.place,
        row.number,
        row.state,
        state.label,
        state.public,
        row.authority,
        row.office,
        row.published_at,
        row.since,
        row.until,
        items,
    )  # fmt: skip -- one line per kind of field reads better than thirteen


def _open_to_all() -> Q:
    """Editions that anyone may read: those consulted on, and those that are or were in force."""
    return Q(state="consulted") | Q(since__isnull=False)


def editions_visible_to(actor: Actor) -> QuerySet[Edition]:
    """What this actor may read: all that is public, and drafts where one keeps or approves the lists."""
    nowhere = Q(pk__in=())
    kept = visible(actor, permissions.MANAGE, place="place", unit=lambda _path: nowhere)
    approved = visible(actor, permissions.APPROVE, place="place", unit=lambda _path: nowhere)
    return Edition.objects.filter((_open_to_all() & Q(kind__public=True)) | kept | approved)


def editions(actor: Actor, kind: str = "", *, place: str = "") -> tuple[EditionLine, ...]:
    """The versions of a kind of list that one may read, newest first: one query."""
    rows = editions_visible_to(actor).annotate(n=Count("items"))
    if kind:
        rows = rows.filter(kind=list_kind(kind).code)
    if place:
        rows = rows.filter(place=place)
    return tuple(_line(row, row.n) for row in rows.order_by("kind__seq", "place", "-number")[:500])


def _read(actor: Actor, **given: object) -> Edition:
    row = editions_visible_to(actor).filter(**given).first()
    if row is None:
        raise Refusal(say("没有这一版清单，或它尚未公开"), Kind.MISSING)
    return row


def edition(actor: Actor, edition_id: UUID) -> EditionPage:
    """One version whole. A draft is refused to whoever neither keeps nor approves the lists there."""
    return _page(actor, _read(actor, pk=edition_id))


def edition_numbered(actor: Actor, kind: str, place: str, number: int) -> EditionPage:
    """One version by its number, as public addresses name it."""
    return _page(actor, _read(actor, kind=kind, place=place, number=number))


def _page(actor: Actor, row: Edition) -> EditionPage:
    items = items_in(row)
    opinions = tuple(Opinion.objects.filter(edition=row).order_by("at", "id")[:500])
    unanswered = sum(not one.answer for one in opinions)
    facts = facts_of(row, items, unanswered, actor.ref)
    mine = [one for one in LIST.steps_from(row.state) if permissions.WHO[one.by](actor, row.place)]
    editing = row.state == "draft" and permissions.keeper(actor, row.place)
    return EditionPage(
        _line(row, len(items)),
        items,
        tuple(_opinion(one) for one in opinions),
        tuple(_step(one, facts) for one in mine),
        editing,
        _lacking(facts) if LIST.state(row.state).stage < LIST.state("published").stage else (),
    )


def items_in(row: Edition) -> tuple[Item, ...]:
    """The items of an edition in their order, with the days they name themselves: one query."""
    rows = ListItem.objects.filter(edition=row).order_by("seq", "code")
    return tuple(replace(item_facts(one, row), until=one.until) for one in rows)


def facts_of(row: Edition, items: Sequence[Item], unanswered: int, actor: str) -> EditionFacts:
    """What the guards of the table ask."""
    return EditionFacts(
        actor=actor,
        drafted_by=row.drafted_by,
        items=len(items),
        without_basis=tuple(one.code for one in items if not one.basis.strip()),
        without_approver=tuple(one.code for one in items if not one.approver.strip()),
        unsplit=rules.unsplit(items),
        rivals=rules.rivals_of(items) if list_kind(row.kind_id).routes else (),
        unanswered=unanswered,
    )


def _step(step: Step, facts: EditionFacts) -> ListStep:
    said = next((guard.said(facts, {}) for guard in step.only_if if not guard.test(facts, {})), None)
    return ListStep(step.event, step.label, step.key, step.danger, step.needs, step.may_take, said)


def _lacking(facts: EditionFacts) -> tuple[Text, ...]:
    approve = LIST.row("approve", "consulted")
    return tuple(guard.said(facts, {}) for guard in approve.only_if[:-1] if not guard.test(facts, {}))


def _opinion(row: Opinion) -> OpinionLine:
    return OpinionLine(row.pk, row.item, row.given_by.startswith("account:"), row.text, row.at, row.answer)


def difference(actor: Actor, kind: str, older: tuple[str, int], newer: tuple[str, int]) -> tuple[Change, ...]:
    """What one version (place, number) changes against another, item by item. An unknown one is refused."""
    sides = [items_in(_read(actor, kind=kind, place=place, number=n)) for place, n in (older, newer)]
    return rules.difference(*sides)


@dataclass(frozen=True)
class ApplicationLine:
    """A department's wish for an item, and where it stands."""

    id: UUID
    kind: KindFacts
    place: str
    state: str
    state_label: Text
    unit: Name
    title: str
    category: str
    matters: tuple[str, ...]
    basis: str
    reason: str
    finding: str
    authority: str
    until: date | None
    applied_at: datetime
    steps: tuple[ListStep, ...]


def applications(actor: Actor, *, state: str = "", after: str = "", size: int = 50) -> Page[ApplicationLine]:
    """The applications of one's own units, and those one assesses or approves, newest first."""
    rows = applications_visible_to(actor)
    if state:
        rows = rows.filter(state=state)

    def show(found: Sequence[Application]) -> list[ApplicationLine]:
        return [_application(actor, row) for row in found]

    return page(rows, Order("applied_at"), after=after, size=size, show=show)


def applications_visible_to(actor: Actor) -> QuerySet[Application]:
    """The applications that this actor may see."""

    def own(path: str) -> Q:
        return Q(unit__path__startswith=path)

    mine = visible(actor, permissions.APPLY, place="place", unit=own)
    kept = visible(actor, permissions.MANAGE, place="place", unit=own)
    approved = visible(actor, permissions.APPROVE, place="place", unit=own)
    return Application.objects.filter(mine | kept | approved)


def _application(actor: Actor, row: Application) -> ApplicationLine:
    mine = [one for one in APPLICATION.steps_from(row.state) if permissions.WHO[one.by](actor, row.place)]
    facts = application_facts(row, actor.ref)
    return ApplicationLine(
        row.pk,
        list_kind(row.kind_id),
        row.place,
        row.state,
        APPLICATION.state(row.state).label,
        organisation.known_unit(row.unit_id).name,
        row.title_zh,
        row.category,
        tuple(row.matters),
        row.basis,
        row.reason,
        row.finding,
        row.authority,
        row.until,
        row.applied_at,
        tuple(_step(one, facts) for one in mine),
    )  # fmt: skip -- one line per kind of field reads better than sixteen


def application_facts(row: Application, actor: str) -> EditionFacts:
    """Whoever asked or assessed does not approve."""
    own = actor in (row.applied_by, row.assessed_by)
    return EditionFacts(actor=actor, drafted_by=actor if own else "", items=1)


@dataclass(frozen=True)
class RefusedLine:
    """Work that a list did not let through."""

    at: datetime
    kind: KindFacts
    item: str
    number: int
    matter: str
    place: str
    unit: Name
    department: str


@dataclass(frozen=True)
class RefusedCount:
    """How often lists stopped the work of a department."""

    department: str
    count: int


def refused_tasks(
    actor: Actor, *, since: datetime, department: str = "", after: str = "", size: int = 50
) -> Page[RefusedLine]:
    """Refused work since a moment, newest first, with the list and the item that refused it."""
    rows = refused_visible_to(actor).filter(at__gte=since)
    if department:
        rows = rows.filter(department=department)
    return page(rows, Order("at"), after=after, size=size, show=_refused)


def refused_visible_to(actor: Actor) -> QuerySet[RefusedTask]:
    """Refusals at the places whose lists or cases one supervises."""
    nowhere = Q(pk__in=())
    rights = (permissions.MANAGE, permissions.APPROVE, "cases.supervise")
    seen = [visible(actor, right, place="place", unit=lambda _path: nowhere) for right in rights]
    return RefusedTask.objects.filter(seen[0] | seen[1] | seen[2])


def _refused(rows: Iterable[RefusedTask]) -> list[RefusedLine]:
    return [
        RefusedLine(
            row.at,
            list_kind(row.kind),
            row.item,
            row.number,
            row.matter,
            row.place,
            organisation.known_unit(row.unit_id).name if row.unit_id else Name(""),
            row.department,
        )
        for row in rows
    ]  # fmt: skip -- one line per kind of field reads better than eight


def refusals_by_department(actor: Actor, *, since: datetime) -> tuple[RefusedCount, ...]:
    """How often each department's work was refused since a moment, most first: one query."""
    rows = refused_visible_to(actor).filter(at__gte=since).values_list("department").annotate(n=Count("id"))
    return tuple(RefusedCount(department, n) for department, n in rows.order_by("-n", "department"))
