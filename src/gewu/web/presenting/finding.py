"""What was found as pages show it: names for codes, the way to its page, and what fitted marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from gewu.insight import queries as insight
from gewu.kernel import grams
from gewu.kernel.texts import Text
from gewu.security.actors import Actor
from gewu.web.presenting.editions import key_of
from gewu.web.presenting.names import called, either, places_named, whereabouts
from gewu.web.presenting.parts import Words

#: How much of a text is shown around what fitted.
_AROUND, _SHOWN = 24, 96
#: A text in pieces; of each whether it is what was looked for.
Marked = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class FoundLine:
    """One thing that was found."""

    kind: str
    link: str
    #: Before the name, such as the number of a case.
    number: Marked
    name: Marked
    said: Marked
    beside: Marked
    place: str
    unit: str
    state: Words | None
    open: bool
    at: datetime | None


@dataclass(frozen=True)
class FoundGroup:
    """Those of one kind; ``count`` as it is said."""

    kind: str
    label: Text
    lines: tuple[FoundLine, ...]
    count: str
    #: Whether there are more than the lines here.
    more: bool


def marked(text: str, terms: Sequence[str]) -> Marked:
    """A text with every place marked where one of the terms stands, whatever its width and case."""
    folded, origin = _folded(text)
    hit = [False] * len(text)
    for term in terms:
        at = folded.find(term)
        while at >= 0:
            for n in origin[at : at + len(term)]:
                hit[n] = True
            at = folded.find(term, at + 1)
    pieces: list[tuple[str, bool]] = []
    for sign, is_hit in zip(text, hit, strict=True):
        if pieces and pieces[-1][1] == is_hit:
            pieces[-1] = (pieces[-1][0] + sign, is_hit)
        else:
            pieces.append((sign, is_hit))
    return tuple(pieces)


def _folded(text: str) -> tuple[str, list[int]]:
    """A text as it is compared, and for each of its characters from which one it came."""
    parts = [grams.folded(sign) for sign in text]
    return "".join(parts), [n for n, part in enumerate(parts) for _ in part]


def around(text: str, terms: Sequence[str]) -> Marked:
    """The part of a text where something was found, its beginning where nothing was; marked."""
    plain = " ".join(text.split())
    folded, origin = _folded(plain)
    places = [origin[at] for term in terms if (at := folded.find(term)) >= 0]
    start = max(0, min(places, default=0) - _AROUND)
    shown = plain[start : start + _SHOWN]
    before, after = "…" * bool(start), "…" * (start + _SHOWN < len(plain))
    return marked(f"{before}{shown}{after}", terms)


def found_lines(lines: Sequence[insight.Line], sought: insight.Sought, actor: Actor) -> tuple[FoundLine, ...]:
    """Lines with their names: none asks for anything that is not in memory."""
    places = places_named(one.place for one in lines if one.place)
    terms = sought.terms
    return tuple(
        FoundLine(
            kind=one.kind,
            link=_link(one, actor),
            number=marked(one.key, terms) if one.kind in ("case", "matter") else (),
            name=marked(called(one.name), terms),
            said=around(either(one.said, one.said_en), terms) if one.said else (),
            beside=marked(called(one.beside), terms) if one.beside else (),
            place=whereabouts(places, one.place) if one.place and one.kind != "place" else "",
            unit=called(one.unit) if one.unit else "",
            state=one.state,
            open=one.open,
            at=one.at,
        )
        for one in lines
    )


def found_groups(
    groups: Sequence[insight.Group], sought: insight.Sought, actor: Actor, *, most: int = 0
) -> tuple[FoundGroup, ...]:
    """Groups with their lines, of each at most so many."""
    return tuple(
        FoundGroup(
            one.kind,
            one.label,
            found_lines(one.lines[:most] if most else one.lines, sought, actor),
            f"{one.count}{'+' if one.more else ''}",
            one.more or one.count > len(one.lines),
        )
        for one in groups
    )


def _link(one: insight.Line, actor: Actor) -> str:
    match one.kind:
        case "case":
            return reverse("desk_case", kwargs={"number": one.key})
        case "report":
            return reverse("desk_report", kwargs={"id": one.key})
        case "unit":
            return reverse("desk_unit", kwargs={"code": one.key})
        case "person" if one.key:
            return reverse("desk_unit", kwargs={"code": one.key})
        case "matter" if actor.holds("cases.read"):
            return f"{reverse('desk_inbox')}?tab=all&matter={one.key}"
        case "matter":
            return reverse("portal_service", kwargs={"code": one.key})
        case "list":
            kind, place, number, code = one.key.split(" ")
            edition = {"kind": kind, "key": key_of(place, int(number))}
            return f"{reverse('list_edition', kwargs=edition)}#item-{code}"
        case "page":
            return one.key
    return reverse("desk_place", kwargs={"code": one.place})
