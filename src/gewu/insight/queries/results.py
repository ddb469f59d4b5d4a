"""What was found as lines: read anew from its own subject, within the reader's rights."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.insight.queries.indexed import pages
from gewu.intake import queries as intake
from gewu.kernel.texts import Name, Text
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor
from gewu.territory import queries as territory


@dataclass(frozen=True)
class Line:
    """One thing that was found. ``key`` opens its page; ``said`` are the words in which it may have fit."""

    kind: str
    key: str
    name: Name
    said: str = ""
    #: The code of a place, and words beside the name: an address, what a post is called, a list's name.
    place: str = ""
    beside: Name | None = None
    state: Text | None = None
    open: bool = True
    at: datetime | None = None
    unit: Name | None = None
    #: The same words in English, where there are any.
    said_en: str = ""


_Lines = Callable[[Actor, Sequence[str], datetime], Mapping[str, Line]]


def _cases(actor: Actor, records: Sequence[str], now: datetime) -> Mapping[str, Line]:
    found = cases.lines_among(actor, [UUID(one) for one in records])
    return {
        key.hex: Line(
            "case", one.number, catalogue.name_of(one.matter), said, one.place, Name(one.address),
            one.state_label, one.open, one.filed_at, one.unit,
        )
        for key, (one, said) in found.items()
    }  # fmt: skip


def _reports(actor: Actor, records: Sequence[str], now: datetime) -> Mapping[str, Line]:
    found = intake.lines_among(actor, [UUID(one) for one in records])
    return {
        key.hex: Line(
            "report", str(one.id), catalogue.name_of(one.matter) if one.matter else Name(""), said, one.place,
            Name(one.address), one.state_label, one.open, one.received_at,
        )
        for key, (one, said) in found.items()
    }  # fmt: skip


def _places(actor: Actor, records: Sequence[str], now: datetime) -> Mapping[str, Line]:
    found = territory.paths_of(records)
    return {
        code: Line("place", code, Name(one.name), place=code, beside=Name(" ".join(one.above[2:])))
        for code, one in found.items()
    }


def _units(actor: Actor, records: Sequence[str], now: datetime) -> Mapping[str, Line]:
    known = (organisation.unit(code) for code in records)
    return {
        one.code: Line("unit", one.code, one.name, place=one.place, beside=one.kind_name)
        for one in known
        if one is not None and not one.closed
    }


def _people(actor: Actor, records: Sequence[str], now: datetime) -> Mapping[str, Line]:
    found: dict[str, Line] = {}
    for one in organisation.held_posts([UUID(record) for record in records], now=now):
        unit = organisation.unit(one.unit) if one.unit else None
        found[one.post.hex] = Line(
            "person", unit.code if unit else "", Name(one.name), place=one.place, beside=one.kind_name,
            unit=unit.name if unit else None,
        )  # fmt: skip
    return found


def _matters(actor: Actor, records: Sequence[str], now: datetime) -> Mapping[str, Line]:
    in_force = {one.code: one for one in catalogue.all_matters(catalogue.day_of(now))}
    said = intake.spoken_names()
    return {
        code: Line(
            "matter", code, Name(in_force[code].name_zh, in_force[code].name_en),
            "\n".join((" ".join(said.get(code, ())), *(one.filing_zh for one in in_force[code].criteria))),
            beside=catalogue.name_of(in_force[code].parent_code),
        )
        for code in records
        if code in in_force
    }  # fmt: skip


def _items(actor: Actor, records: Sequence[str], now: datetime) -> Mapping[str, Line]:
    wanted = set(records)
    return {
        one.id: Line(
            "list", f"{kind.code} {one.place} {one.number} {one.code}", one.title,
            "\n".join(filter(None, (one.lead_task, one.basis, one.approver, *one.words.values()))),
            one.place, kind.name,
        )
        for kind, one in catalogue.public_items(catalogue.day_of(now))
        if one.id in wanted
    }  # fmt: skip


def _pages(actor: Actor, records: Sequence[str], now: datetime) -> Mapping[str, Line]:
    known = pages()
    return {
        one: Line("page", one, known[one].name, known[one].purpose.zh, said_en=known[one].purpose.en)
        for one in records
        if one in known
    }


#: How each kind is shown. Records that are gone meanwhile, or closed to the reader, are left out.
LINES: Mapping[str, _Lines] = {
    "case": _cases,
    "report": _reports,
    "place": _places,
    "unit": _units,
    "person": _people,
    "matter": _matters,
    "list": _items,
    "page": _pages,
}
