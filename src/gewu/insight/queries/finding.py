"""What somebody looks for, found within what they may open: nothing else is ranked, counted or shown."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gewu.cases import queries as cases
from gewu.infra import search
from gewu.infra.listing import ALL, OPEN, typed
from gewu.infra.paging import Page
from gewu.infra.search import Asked, Hit
from gewu.insight import rules
from gewu.insight.queries.indexed import pages
from gewu.insight.queries.results import LINES, Line
from gewu.intake import queries as intake
from gewu.kernel import grams
from gewu.kernel.places import checked
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor, Relation

#: So many of the newest that fit are compared with each other; behind them the next as many.
WINDOW = 400
#: Windows looked through for one page: what lies in none of them is found on the next one.
_MOST_WINDOWS = 8
#: A desk with more units below it than this is found by looking at each candidate alone.
_MOST_DESKS = 64
LONGEST = 100
#: What is shown of each kind beside the others, and counted to at most.
IN_A_GROUP, MOST_COUNTED = 5, 99


@dataclass(frozen=True)
class Sought:
    """What is looked for. ``state`` is one of a case or a report; times are a half-open span of filing."""

    text: str
    kind: str = ""
    place: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        if self.place:
            checked(self.place)
        if self.state and self.state not in {ALL, OPEN, *cases.STATES, *intake.STATES}:
            raise Refusal(say("没有“{state}”这个状态", state=self.state), field="state")
        if self.kind and self.kind not in KINDS:
            raise Refusal(say("没有“{kind}”这一类", kind=self.kind), field="kind")

    @property
    def terms(self) -> tuple[str, ...]:
        return grams.terms(typed(self.text)[:LONGEST])


@dataclass(frozen=True)
class Group:
    """The first of one kind. ``count`` are those that this reader may open, with ``more`` uncounted."""

    kind: str
    label: Text
    lines: tuple[Line, ...]
    count: int
    more: bool


@dataclass(frozen=True)
class Kind:
    """A kind of what can be found: who finds which of it, and what narrows it."""

    label: Text
    #: Marks of which an entry bears one if this reader may open it; nothing for no mark, None for nobody.
    marks: Callable[[Actor], tuple[str, ...] | None]
    #: Those of some records that this reader may open, under the filters.
    seen: Callable[[Actor, Collection[str], Sought], set[str]]
    #: Whether it lies somewhere, has a state, has a time.
    narrowed: frozenset[str] = frozenset()
    states: tuple[str, ...] = ()
    #: Records that come before all that is ranked.
    first: Callable[[Actor, Sought], list[str]] = lambda actor, sought: []


def in_scope(actor: Actor, right: str) -> tuple[str, ...] | None:
    """The marks of what this right may reach: a place, the desks of units, the person."""
    found: list[str] = []
    for standing in actor.scopes(right):
        if standing.relation is Relation.TERRITORY:
            if not standing.place:
                return ()
            found.append(rules.place_marks(standing.place)[-1])
        elif standing.relation is Relation.UNIT:
            below = organisation.units_within(standing.unit_path)
            if len(below) > _MOST_DESKS:
                return ()
            found += [rules.desk_mark(one.id) for one in below]
        elif actor.account_id is not None:
            found.append(rules.person_mark(actor.account_id))
    return tuple(dict.fromkeys(found)) or None


def _colleagues(actor: Actor) -> tuple[str, ...] | None:
    return () if organisation.is_staff(actor) else None


def _all(actor: Actor, records: Collection[str], sought: Sought) -> set[str]:
    return set(records) if organisation.is_staff(actor) else set()


def _cases_seen(actor: Actor, records: Collection[str], sought: Sought) -> set[str]:
    return _hex(cases.seen_among(actor, [UUID(one) for one in records], **_narrow(sought)))


def _reports_seen(actor: Actor, records: Collection[str], sought: Sought) -> set[str]:
    return _hex(intake.seen_among(actor, [UUID(one) for one in records], **_narrow(sought)))


def _numbered(actor: Actor, sought: Sought) -> list[str]:
    return [one.hex for one in cases.with_number(actor, typed(sought.text), **_narrow(sought))]


def _narrow(sought: Sought) -> dict[str, Any]:
    return {
        "place": sought.place,
        "state": sought.state or ALL,
        "since": sought.since,
        "until": sought.until,
    }


def _hex(keys: Collection[UUID]) -> set[str]:
    return {one.hex for one in keys}


def _pages_seen(actor: Actor, records: Collection[str], sought: Sought) -> set[str]:
    known = pages()
    return {
        one
        for one in records
        if one in known and (not known[one].rights or any(map(actor.holds, known[one].rights)))
    }


_SOMEWHERE = frozenset({"place"})
_MATTER = frozenset({"place", "state", "since", "until"})
#: Every kind that can be found, in the order in which groups are shown.
KINDS: Mapping[str, Kind] = {
    "case": Kind(
        say("工单"),
        lambda actor: in_scope(actor, "cases.read"),
        _cases_seen,
        _MATTER,
        cases.STATES,
        _numbered,
    ),
    "report": Kind(
        say("反映"), lambda actor: in_scope(actor, "reports.read"), _reports_seen, _MATTER, intake.STATES
    ),
    "place": Kind(say("地方"), _colleagues, _all, _SOMEWHERE),
    "unit": Kind(say("单位"), _colleagues, _all, _SOMEWHERE),
    "person": Kind(say("人员"), _colleagues, _all, _SOMEWHERE),
    "matter": Kind(say("事项类别"), _colleagues, _all),
    "list": Kind(say("清单与规定"), _colleagues, _all),
    "page": Kind(say("功能与帮助"), _colleagues, _pages_seen),
}


def search_all(actor: Actor, sought: Sought, *, now: datetime) -> tuple[Group, ...]:
    """The first of every kind of which this reader may open any: three statements for each kind."""
    found = (_group(actor, name, sought, now) for name in _kinds_for(sought))
    return tuple(one for one in found if one.lines)


def _kinds_for(sought: Sought) -> Iterator[str]:
    """The kinds that the filters leave: a state or a time is that of a matter and of nothing else."""
    asked = {name for name in _MATTER if getattr(sought, name)}
    for name, kind in KINDS.items():
        known = sought.state in ("", ALL, OPEN) or sought.state in kind.states
        if asked <= kind.narrowed and known and sought.kind in ("", name):
            yield name


def _group(actor: Actor, name: str, sought: Sought, now: datetime) -> Group:
    led = KINDS[name].first(actor, sought)
    fit, more = list(led), False
    for window in _windows(actor, name, sought, _LAST):
        fit += [one for one in window.order if one not in led]
        more = window.below is not None
        if len(fit) >= IN_A_GROUP:
            break
    lines = LINES[name](actor, fit[:IN_A_GROUP], now)
    kept = tuple(lines[one] for one in fit[:IN_A_GROUP] if one in lines)
    return Group(name, KINDS[name].label, kept, min(len(fit), MOST_COUNTED), more or len(fit) > MOST_COUNTED)


def search_kind(
    actor: Actor, sought: Sought, *, after: str = "", size: int = 20, now: datetime
) -> Page[Line]:
    """A page of one kind, by how well it fits: newer windows before older ones."""
    size = max(1, min(size, 100))
    if sought.kind not in _kinds_for(sought):
        return Page(())
    below, offset = _read(after)
    led = KINDS[sought.kind].first(actor, sought)
    found, behind = _page(actor, sought, led, below, offset, size)
    if not after:
        found = [*led, *found]
    lines = LINES[sought.kind](actor, found, now)
    return Page(tuple(lines[one] for one in found if one in lines), behind)


def _page(
    actor: Actor, sought: Sought, led: Collection[str], below: int, offset: int, size: int
) -> tuple[list[str], str]:
    """Records from a place in a window on, and the cursor behind the last of them."""
    found: list[str] = []
    onward = 0
    for window in _windows(actor, sought.kind, sought, below):
        fit = [one for one in window.order if one not in led]
        take = fit[offset : offset + size - len(found)]
        found += take
        if offset + len(take) < len(fit):
            return found, _written(window.top, offset + len(take))
        onward, offset = window.below or 0, 0
        if len(found) == size:
            break
    return found, _written(onward, 0) if onward else ""


@dataclass(frozen=True)
class _Window:
    """Of some of the newest that fit those that the reader may open, ranked; where the next ones begin."""

    top: int
    order: list[str]
    #: Nothing where there are no more.
    below: int | None


#: Above every key there is.
_LAST = Asked.below


def _windows(actor: Actor, name: str, sought: Sought, below: int) -> Iterator[_Window]:
    """Windows from the newest down. Rights and filters come before ranking."""
    kind, terms = KINDS[name], sought.terms
    scope = kind.marks(actor)
    if scope is None or not terms:
        return
    marks = [(rules.kind_mark(name),), *([scope] if scope else [])]
    if sought.place:
        marks.append((rules.place_marks(sought.place)[-1],))
    if sought.state not in ("", ALL, OPEN):
        marks.append((rules.state_mark(sought.state),))
    since = search.number_of(sought.since) if sought.since else 0
    below = min(below, search.number_of(sought.until)) if sought.until else below
    for _ in range(_MOST_WINDOWS):
        hits = search.hits(Asked(terms, tuple(marks), since=since, below=below, most=WINDOW))
        if not hits:
            return
        last = hits[-1].id if len(hits) == WINDOW else None
        yield _Window(hits[0].id + 1, _ranked(actor, kind, hits, sought), last)
        if last is None:
            return
        below = last


def _ranked(actor: Actor, kind: Kind, hits: Sequence[Hit], sought: Sought) -> list[str]:
    seen = kind.seen(actor, [one.record for one in hits], sought)
    open_to = [rules.Ranked(one.record, one.head, one.body) for one in hits if one.record in seen]
    return rules.ranked(open_to, sought.terms)


def _written(below: int, offset: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([below, offset]).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, int]:
    if not cursor:
        return _LAST, 0
    try:
        below, offset = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not (type(below) is int and type(offset) is int and 0 < below <= _LAST and 0 <= offset <= WINDOW):
            raise ValueError(cursor)
    except (ValueError, TypeError, RecursionError):
        raise Refusal(say("翻页位置无效，请从第一页重新打开"), field="after") from None
    return below, offset
