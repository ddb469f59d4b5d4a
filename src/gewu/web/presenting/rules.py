"""Dated rules as pages show them: names for codes, one sentence for a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gewu.catalogue import queries as catalogue
from gewu.catalogue.actions import DatedKind
from gewu.catalogue.queries import DatedRow, Field, Words
from gewu.kernel.texts import Text
from gewu.kernel.worktime import Unit
from gewu.territory.queries import Place
from gewu.web.presenting.names import called, origin_named, places_named, whereabouts
from gewu.web.presenting.sensing import device_kind_named, quantity_named


@dataclass(frozen=True)
class Told:
    """One word of a rule with its label; an empty ``text`` speaks of everything."""

    label: Text
    text: Text | str


@dataclass(frozen=True)
class RuleView:
    """One row, or what a change would make of it."""

    id: str
    words: tuple[Told, ...]
    phase: str
    since: date
    until: date | None
    basis: str
    #: Whether it may still be ended.
    ends: bool


def places_of(rows: Iterable[Words]) -> Mapping[str, Place]:
    """The places that these rows name."""
    return places_named({words["place"] for words in rows if words.get("place")})


def told(kind: DatedKind, words: Words, places: Mapping[str, Place]) -> tuple[Told, ...]:
    """What a row says, its limit as one word, with names instead of codes."""
    found = [
        Told(one.label, _named(one, words.get(one.name, ""), places))
        for one in kind.fields
        if one.name not in ("amount", "unit")
    ]
    if "amount" in words:
        limit = catalogue.read_limit(words["amount"], words["unit"])
        found.append(Told(next(one.label for one in kind.fields if one.name == "amount"), limit.words))
    return tuple(found)


def _named(field: Field, word: str, places: Mapping[str, Place]) -> Text | str:
    if field.kind == "choice":
        label = dict(field.choices).get(word, word)
        return label if isinstance(label, (Text, str)) else called(label)
    if field.kind in ("device_kind", "quantity"):
        return device_kind_named(word) if field.kind == "device_kind" else quantity_named(word)
    if field.kind == "matter" and word:
        return f"{called(catalogue.name_of(word))} {word}"
    if field.kind == "place" and word:
        return whereabouts(places, word) or word
    return origin_named(word) if field.kind == "channel" and word else word


def views(kind: DatedKind, rows: Iterable[DatedRow], on: date) -> dict[str, list[RuleView]]:
    """The rows by phase, those in force first; a phase without rows is left out."""
    every = tuple(rows)
    places = places_of(row.words for row in every)
    found: dict[str, list[RuleView]] = {phase: [] for phase in catalogue.PHASES}
    for row in every:
        phase = catalogue.phase_of(row, every, on)
        ends = kind.may_end and phase != "past" and row.until is None
        found[phase].append(
            RuleView(row.id, told(kind, row.words, places), phase, row.since, row.until, row.basis, ends)
        )
    return {phase: sorted(held, key=_order) for phase, held in found.items() if held}


def _order(row: RuleView) -> tuple[tuple[int, str], ...]:
    """By what a row says, numbers as numbers."""
    said = (str(one.text) for one in row.words)
    return tuple((int(text), "") if text.isdigit() else (-1, text) for text in said)


#: The units of time of a limit, for pickers.
TIME_UNITS = tuple((one.value, one.label) for one in Unit)
