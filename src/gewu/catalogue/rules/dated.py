"""Dated rules: what a kind of rule says, and whether a row of it has come, holds or is past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from gewu.kernel.texts import Name, Text, say

#: What a rule says, each word as people type it.
Words = Mapping[str, str]

#: The three times of a row, in the order in which they are listed.
PHASES: Mapping[str, Text] = {"in_force": say("现行"), "coming": say("将施行"), "past": say("已过去")}


@dataclass(frozen=True)
class Field:
    """One word of a rule. ``kind``: ``choice`` of ``choices``, ``matter``, ``place``, ``channel``, ``unit``
    (of time), ``number`` or ``text``."""

    name: str
    label: Text
    kind: str = "text"
    choices: tuple[tuple[str, Text | Name], ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class DatedRow:
    """One row of a rule from a day until a day, which is the first without it.

    Rows of the same ``key`` speak of the same thing, so a newer one takes the place of an older one.
    """

    id: str
    key: str
    words: Words
    since: date
    until: date | None
    basis: str


def phase_of(row: DatedRow, rows: Iterable[DatedRow], on: date) -> str:
    """Whether a row is ``coming``, ``in_force`` or ``past`` on a day."""
    if row.until is not None and (row.until <= on or row.until <= row.since):
        return "past"
    if row.since > on:
        return "coming"
    newer = any(one.key == row.key and row.since < one.since <= on for one in rows)
    return "past" if newer else "in_force"


@dataclass(frozen=True)
class ChangeFacts:
    """What the guards of a proposed change want to know."""

    #: Whether the one who decides is the one who proposed it.
    own: bool
    #: Whether its day still lies ahead.
    ahead: bool
