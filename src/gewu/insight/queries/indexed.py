"""What the search index is fed with: each kind of record as entries, by the doors of its own subject."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.infra.search import Entry
from gewu.insight import rules
from gewu.intake import queries as intake
from gewu.kernel.places import is_within
from gewu.kernel.texts import Name
from gewu.organisation import queries as organisation
from gewu.territory import queries as territory


@dataclass(frozen=True)
class Records:
    """A kind of record of which there are many: gone through by key, read anew when something happens."""

    keys_after: Callable[..., list[UUID]]
    entries_of: Callable[[Collection[UUID]], list[Entry]]
    how_many: Callable[[], int]


@dataclass(frozen=True)
class Page:
    """A page that helps on: what it is called and says, and the rights of which any opens it."""

    address: str
    name: Name
    purpose: Name
    rights: tuple[str, ...] = ()


def _case_entries(keys: Collection[UUID]) -> list[Entry]:
    return [
        Entry(
            "case",
            one.id.hex,
            f"{one.number} {one.matter_name} {one.matter}\n{one.address}",
            f"{one.text}\n{one.answer}",
            (
                rules.kind_mark("case"),
                rules.state_mark(one.state),
                rules.matter_mark(one.matter),
                *rules.place_marks(one.place),
                *map(rules.desk_mark, one.desks),
                *map(rules.person_mark, one.people),
            ),
            one.filed_at,
        )
        for one in cases.words_of(keys)
    ]


def _report_entries(keys: Collection[UUID]) -> list[Entry]:
    return [
        Entry(
            "report",
            one.id.hex,
            f"{one.matter_name}\n{one.address}",
            f"{one.text}\n{one.answer}",
            (rules.kind_mark("report"), rules.state_mark(one.state), *rules.place_marks(one.place)),
            one.received_at,
        )
        for one in intake.words_of(keys)
    ]


#: In the order in which they are gone through. What happens to one is an event of the subject of this name.
RECORDS: Mapping[str, Records] = {
    "case": Records(cases.keys_after, _case_entries, cases.how_many),
    "report": Records(intake.keys_after, _report_entries, intake.how_many),
}


def _places(now: datetime) -> Iterable[Entry]:
    """The county with all that lies in it, and what holds it."""
    pending = list(territory.paths_of({settings.COUNTY[:2], settings.COUNTY[:4], settings.COUNTY}).values())
    while pending:
        one = pending.pop()
        yield _named("place", one.code, one.name, (one.code,), rules.place_marks(one.code))
        if is_within(one.code, settings.COUNTY):
            pending += territory.children_of(one.code)


def _units(now: datetime) -> Iterable[Entry]:
    for one in organisation.units():
        words = (one.name_en, one.code, one.kind_zh, one.kind_en)
        yield _named("unit", one.code, one.name_zh, words, rules.place_marks(one.place))


def _people(now: datetime) -> Iterable[Entry]:
    """Colleagues on their posts; how to reach them stands on the page of their unit."""
    for one in organisation.all_holders(now=now):
        unit = organisation.unit(one.unit) if one.unit else None
        words = (one.kind_zh, one.kind_en, unit.name_zh if unit else "")
        yield _named("person", one.post.hex, one.name, words, rules.place_marks(one.place))


def _matters(now: datetime) -> Iterable[Entry]:
    said = intake.spoken_names()
    for one in catalogue.all_matters(catalogue.day_of(now)):
        criteria = "\n".join(criterion.filing_zh for criterion in one.criteria)
        body = f"{' '.join(said.get(one.code, ()))}\n{criteria}"
        yield _named("matter", one.code, one.name_zh, (one.name_en, one.code), (), body)


def _items(now: datetime) -> Iterable[Entry]:
    """The items of the public lists; of one that stands in several editions the newest."""
    for kind, one in catalogue.public_items(catalogue.day_of(now)):
        words = (kind.name.zh, kind.name.en, one.title.en, one.code)
        body = "\n".join((one.lead_task, one.basis, one.approver, *one.words.values()))
        yield _named("list", one.id, one.title.zh, words, rules.place_marks(one.place), body)


def _named(
    kind: str, record: str, name: str, words: Sequence[str], marks: Sequence[str], body: str = ""
) -> Entry:
    head = " ".join((name, rules.spelled(name), *words))
    return Entry(kind, record, head, body, (rules.kind_mark(kind), *marks))


_pages: list[Callable[[], Iterable[Page]]] = []


def offer_pages(source: Callable[[], Iterable[Page]]) -> None:
    """Have what a shell knows of its own pages found too."""
    if source not in _pages:
        _pages.append(source)


def pages() -> dict[str, Page]:
    """The pages that shells have offered, by address."""
    return {one.address: one for source in _pages for one in source()}


def _helpful(now: datetime) -> Iterable[Entry]:
    for one in pages().values():
        yield _named(
            "page", one.address, one.name.zh, (one.name.en,), (), f"{one.purpose.zh} {one.purpose.en}"
        )


#: Kinds of which there are few enough to be compared whole whenever one of them may have changed.
NAMES: Mapping[str, Callable[[datetime], Iterable[Entry]]] = {
    "place": _places,
    "unit": _units,
    "person": _people,
    "matter": _matters,
    "list": _items,
    "page": _helpful,
}
#: Events of these subjects may have changed a name.
RENAMING = frozenset(
    {"handbook", "territory", "succession", "unit", "post", "organisation", "catalogue", "matter", "list",
     "application", "rule_change"}
)  # fmt: skip
