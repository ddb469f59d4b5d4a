"""Lists in force, held in memory: what they say of a matter, whether work may be given by them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from gewu.catalogue import rules
from gewu.catalogue.models import Edition, ListItem, ListKind
from gewu.catalogue.queries.classes import name_of
from gewu.catalogue.rules import Assistant, Barred, InForce, Item, KindFacts
from gewu.infra.versions import Held, Kept
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say

#: The name under which the lists are held in memory.
HELD_LISTS = "lists"


@dataclass(frozen=True)
class _Lists:
    kinds: Mapping[str, KindFacts]
    editions: tuple[InForce, ...]
    items: Mapping[str, tuple[Item, ...]]
    processes: Mapping[str, Item]


def _load() -> _Lists:
    kinds = {row.code: kind_facts(row) for row in ListKind.objects.order_by("seq")}
    said = Edition.objects.filter(since__isnull=False).order_by("since", "id")
    editions = {row.pk: row for row in said}
    items: dict[str, list[Item]] = {}
    for row in ListItem.objects.filter(edition__in=list(editions)).order_by("seq", "code"):
        edition = editions[row.edition_id]
        if kinds[edition.kind_id].own_days:
            found = [_by_own_days(row, edition)] if edition.state == "published" else []
        else:
            found = [item_facts(row, edition)]
        items.setdefault(edition.kind_id, []).extend(found)
    return _Lists(
        kinds,
        tuple(_in_force(row) for row in said),
        {kind: tuple(found) for kind, found in items.items()},
        {one.id: one for one in items.get("process", ())},
    )


def _in_force(row: Edition) -> InForce:
    return InForce(
        row.pk.hex, row.kind_id, row.place, row.number, row.since or date.max, row.until, row.office
    )


def kind_facts(row: ListKind) -> KindFacts:
    """A stored kind as the rules see it."""
    return KindFacts(
        code=row.code,
        name=Name(row.name_zh, row.name_en),
        purpose=Name(row.purpose_zh, row.purpose_en),
        guard=row.guard,
        unit_kinds=tuple(row.unit_kinds),
        needs=tuple(row.needs),
        categories=tuple(row.categories),
        routes=row.routes,
        open_to_applications=row.applications,
        public=row.public,
        own_days=row.own_days,
        rule=Name(row.rule_zh, row.rule_en),
        post_kinds=tuple(row.post_kinds),
    )


def item_facts(row: ListItem, edition: Edition) -> Item:
    """A stored item as the rules see it, with the days in which both it and its edition count."""
    ends = [day for day in (row.until, edition.until) if day is not None]
    return Item(
        id=row.pk.hex,
        kind=edition.kind_id,
        code=row.code,
        title=Name(row.title_zh, row.title_en),
        place=row.place or edition.place,
        edition=edition.pk.hex,
        number=edition.number,
        category=row.category,
        matters=tuple(row.matters),
        lead=row.lead,
        lead_task=row.lead_task,
        assistants=tuple(Assistant(one["who"], one["task"]) for one in row.assistants),
        basis=row.basis,
        approver=row.approver,
        words=row.words,
        since=max(row.since or date.min, edition.since or date.min),
        until=min(ends, default=None),
    )


def _by_own_days(row: ListItem, edition: Edition) -> Item:
    """An item that holds by its own days: the newest edition speaks of days before it, too."""
    return replace(item_facts(row, edition), since=row.since or date.min, until=row.until)


held: Held[_Lists] = Held(HELD_LISTS, _load)


#: A list may have thousands of items, and each case asks what they say of its class and place.
_said: Kept[tuple[Item, ...]] = Kept(HELD_LISTS)


def list_kinds() -> tuple[KindFacts, ...]:
    """The kinds of list, in their order."""
    return tuple(held.get().kinds.values())


def list_kind(code: str) -> KindFacts:
    """A kind of list; an unknown one is refused."""
    found = held.get().kinds.get(code)
    if found is None:
        raise Refusal(say("没有“{code}”这种清单", code=code), Kind.MISSING, field="kind")
    return found


def items_of(kind: str, matter: str, place: str, on: date) -> tuple[Item, ...]:
    """What the lists of a kind say of a class in a place on a day, the most specific first. No query."""

    def said(key: str) -> tuple[Item, ...]:
        return rules.applying(held.get().items.get(kind, ()), matter, place, on)

    return _said.get(f"{kind}|{matter}|{place}|{on}", said) or ()


def list_at(kind: str, place: str, on: date) -> tuple[InForce | None, tuple[Item, ...]]:
    """The nearest edition in force at a place with its items; None where there is none. No query."""
    known = held.get()
    editions = [one for one in known.editions if one.kind == kind and one.binds(place, on)]
    if not editions:
        return None, ()
    nearest = max(editions, key=lambda one: (len(one.place), one.since))
    said = known.items.get(kind, ())
    return nearest, tuple(one for one in said if one.edition == nearest.edition and one.in_force(on))


def public_items(on: date) -> tuple[tuple[KindFacts, Item], ...]:
    """Every item of the public lists in force on a day, with its kind. No query."""
    known = held.get()
    return tuple(
        (kind, one)
        for kind in known.kinds.values()
        if kind.public
        for one in known.items.get(kind.code, ())
        if one.in_force(on)
    )


@dataclass(frozen=True)
class WorkList:
    """The list that names the work of a kind of post in a place: its kind, its edition and its items."""

    kind: KindFacts
    edition: InForce
    items: tuple[Item, ...]

    def names(self, code: str) -> bool:
        """Whether one of its items has this code."""
        return any(one.code == code for one in self.items)


def work_list(posts: Iterable[str], place: str, on: date) -> WorkList | None:
    """The list in force at a place that names the work of one of these kinds of post. No query."""
    asked = set(posts)
    for kind in list_kinds():
        edition, items = list_at(kind.code, place, on) if asked & set(kind.post_kinds) else (None, ())
        if edition is not None:
            return WorkList(kind, edition, items)
    return None


def barred(matter: str, place: str, unit_kind: str, on: date, *, task: str = "handle") -> Barred | None:
    """The list that forbids giving this class to a unit of this kind, with the item cited. No query."""
    known = held.get()
    return rules.barred(
        known.kinds.values(),
        known.editions,
        known.items,
        matter=matter,
        name=name_of(matter),
        place=place,
        unit_kind=unit_kind,
        task=task,
        on=on,
    )


def admitted(matter: str, unit_kind: str, on: date, *, place: str, task: str = "handle") -> bool:
    """Whether work of this class may be given to a unit of this kind in a place on a day. No query."""
    return barred(matter, place, unit_kind, on, task=task) is None


def duty_of(matter: str, place: str, on: date) -> Item | None:
    """The duty item that speaks of a class in a place: who leads, who assists, each with its tasks."""
    return next(iter(items_of("duty", matter, place, on)), None)


def articles_of(matter: str, place: str, on: date) -> tuple[Item, ...]:
    """The articles of law that speak of a class and are in force on a day. No query."""
    return items_of("law", matter, place, on)


def process_of(matter: str, place: str, on: date) -> Item | None:
    """The one process by which a class is handled on a day, whoever handles it. No query."""
    return next(iter(items_of("process", matter, place, on)), None)


@dataclass(frozen=True)
class Grounds:
    """What a case stands on: its process, the articles of its day, the duty item that names its offices."""

    process: Item | None
    articles: tuple[Item, ...]
    duty: Item | None


def grounds_of(matter: str, place: str, *, reported: date, filed: date, process: str = "") -> Grounds:
    """The process version a case began with, the articles in force on the day of the report, its duty item.

    No query. A case that kept no process, such as an imported one, has that of its day of filing.
    """
    kept = held.get().processes.get(process) or process_of(matter, place, filed)
    return Grounds(kept, articles_of(matter, place, reported), duty_of(matter, place, filed))


@dataclass(frozen=True)
class GridList:
    """The comprehensive responsibility list that holds for a grid: its version, its items, whom to ask."""

    place: str
    number: int
    since: date
    office: str
    items: tuple[Item, ...]


def grid_list(place: str, on: date) -> GridList | None:
    """The responsibility list in force for a grid: its own, else that of the nearest place that holds it."""
    edition, items = list_at("grid_duty", place, on)
    if edition is None:
        return None
    return GridList(edition.place, edition.number, edition.since, edition.office, items)
