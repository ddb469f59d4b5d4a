"""Items of lists as pages show them: names for codes, labels for words, marks for what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings

from gewu.catalogue import queries as catalogue
from gewu.infra.wording import translated
from gewu.kernel.texts import Text, say
from gewu.organisation import queries as organisation
from gewu.web.presenting.names import called, either, places_named, whereabouts
from gewu.web.presenting.parts import Words


@dataclass(frozen=True)
class Said:
    """One labelled thing that an item says; a link has its address."""

    label: Words
    text: str
    address: str = ""


@dataclass(frozen=True)
class ItemView:
    """One item with names instead of codes."""

    code: str
    title: str
    category: Words
    said: tuple[Said, ...]
    group: str
    until: date | None
    edition: int
    searched: str


@dataclass(frozen=True)
class ChangeView:
    """One item in two editions; ``parts`` are those that changed, with their marks."""

    sort: str
    item: ItemView
    parts: tuple[tuple[Words, tuple[catalogue.Mark, ...]], ...]


@dataclass(frozen=True)
class VersionView:
    """One edition in a list of versions."""

    id: UUID
    key: str
    number: int
    kind: str
    name: str
    place: str
    place_name: str
    state: str
    public_label: Text
    state_label: Text
    authority: str
    office: str
    since: date | None
    until: date | None
    items: int
    in_force: bool
    #: The key of the version before it, to compare with; empty for the first.
    before: str = ""


def key_of(place: str, number: int) -> str:
    """An edition in an address: its number, and before it the place if it is not the whole county's."""
    return str(number) if place == settings.COUNTY else f"{place}-{number}"


def place_and_number(key: str) -> tuple[str, int]:
    """The place and the number in an address."""
    place, _, number = key.rpartition("-")
    return place or settings.COUNTY, int(number)


def version(line: catalogue.EditionLine, on: date) -> VersionView:
    """An edition for a list of versions."""
    elsewhere = "" if line.place == settings.COUNTY else line.place
    return VersionView(
        id=line.id,
        key=key_of(line.place, line.number),
        number=line.number,
        kind=line.kind.code,
        name=called(line.kind.name),
        place=elsewhere,
        place_name=whereabouts(places_named([elsewhere]), elsewhere) if elsewhere else "",
        state=line.state,
        public_label=line.public_label,
        state_label=line.state_label,
        authority=line.authority,
        office=line.office,
        since=line.since,
        until=line.until,
        items=line.items,
        in_force=line.in_force(on),
        before=key_of(line.place, line.number - 1) if line.number > 1 else "",
    )


def office_named(code: str) -> str:
    """A department or a unit by its code, in the reader's language."""
    department = catalogue.departments().get(code)
    if department:
        return either(department.name_zh, department.name_en)
    unit = organisation.unit(code)
    return called(unit.name) if unit else code


def matters_named(prefixes: Iterable[str]) -> str:
    """Classes and headers by name; an empty prefix is every class."""
    return either("、", ", ").join(_matter_named(one) for one in prefixes)


def _matter_named(prefix: str) -> str:
    if not prefix:
        return either("全部事项", "all matters")
    name = called(catalogue.name_of(prefix))
    return prefix if name == prefix else f"{name} {prefix}"


def item_view(item: catalogue.Item) -> ItemView:
    """An item with everything it says, labelled."""
    said = [*_duties(item), *_words(item.words)]
    if item.matters:
        said.append(Said(catalogue.PART_LABELS["matters"], matters_named(item.matters)))
    if item.basis:
        said.append(Said(catalogue.PART_LABELS["basis"], item.basis))
    title = called(item.title)
    words = " ".join((item.code, item.title.zh, item.title.en, *(one.text for one in said)))
    return ItemView(
        code=item.code,
        title=title,
        category=catalogue.CATEGORY_LABELS.get(item.category, item.category),
        said=tuple(said),
        group=item.words.get("group", ""),
        until=item.until,
        edition=item.number,
        searched=words.casefold(),
    )


def _colon() -> str:
    return either("：", ": ")


def _duties(item: catalogue.Item) -> Iterable[Said]:
    if item.lead:
        task = f"{_colon()}{item.lead_task}" if item.lead_task else ""
        yield Said(catalogue.PART_LABELS["lead"], f"{office_named(item.lead)}{task}")
    for one in item.assistants:
        task = f"{_colon()}{one.task}" if one.task else ""
        yield Said(catalogue.PART_LABELS["assistants"], f"{office_named(one.who)}{task}")


def _words(words: Mapping[str, str]) -> Iterable[Said]:
    for name, text in words.items():
        if name != "group":
            label = catalogue.WORD_LABELS.get(name, name)
            if name == "link":
                yield Said(label, translated(say("在这个网站上办")) if text.startswith("/") else text, text)
            else:
                # How often something is done is said in the platform's own words where it has them.
                yield Said(label, translated(Text(text)) if name == "frequency" else text)


@dataclass(frozen=True)
class Grounds:
    """What a case stands on, with names."""

    process: ItemView | None
    duty: ItemView | None
    articles: tuple[ItemView, ...]


def grounds_view(found: catalogue.Grounds) -> Grounds:
    """The process, the duty item and the articles of a case as its page shows them."""
    return Grounds(
        item_view(found.process) if found.process else None,
        item_view(found.duty) if found.duty else None,
        tuple(item_view(one) for one in found.articles),
    )


def change_view(change: catalogue.ItemChange) -> ChangeView:
    """A change with the words of each changed part marked."""
    before = catalogue.parts_of(change.before) if change.before else {}
    after = catalogue.parts_of(change.after) if change.after else {}
    labels = {**catalogue.WORD_LABELS, **catalogue.PART_LABELS}
    parts = tuple(
        (labels.get(name, name), catalogue.marked(_shown(name, before), _shown(name, after)))
        for name in change.parts
    )
    return ChangeView(change.sort, item_view(change.item), parts)


def _shown(name: str, parts: Mapping[str, str]) -> str:
    text = parts.get(name, "")
    if name == "lead" and text:
        return office_named(text)
    if name == "category" and text in catalogue.CATEGORY_LABELS:
        return translated(catalogue.CATEGORY_LABELS[text])
    return text
