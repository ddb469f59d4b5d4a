"""Counts over a time, cut two ways, and what a leader is called for. Every count is that of a list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from gewu.cases import queries as cases
from gewu.insight.queries.figures import LADDER
from gewu.kernel.places import Level, level_of
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor

#: What a table can be cut by, in the order of the picker.
CUTS: Mapping[str, Text] = {
    "place": say("地方"),
    "group": say("事项大类"),
    "matter": say("事项小类"),
    "unit": say("承办单位"),
    "time": say("时间"),
    "state": say("状态"),
    "origin": say("来源"),
}
#: As many spans of time stand beside each other.
MOST_SPANS = 31


@dataclass(frozen=True)
class Table:
    """Counts by the keys of rows and columns, as of a moment; a pair without a case is not there."""

    as_of: datetime
    counts: Mapping[tuple[Any, Any], int]
    #: The beginnings of the spans, where time is one of the cuts.
    spans: tuple[datetime, ...]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def along(self, side: int) -> dict[Any, int]:
        """The sums of the rows (0) or of the columns (1)."""
        found: dict[Any, int] = {}
        for key, n in self.counts.items():
            found[key[side]] = found.get(key[side], 0) + n
        return found


def analysis(
    actor: Actor, rows: str, columns: str, filters: cases.Filters, *, closed: bool = False, now: datetime
) -> Table:
    """Count the cases that fit by two cuts: one query.

    The filters name the place and both ends of the time, of filing or with ``closed`` of closing. Refused for
    places in which the actor may not read figures, and for cuts that are none.
    """
    if not actor.holds_at("figures.read", filters.place):
        raise Refusal(say("您没有查看此地统计的权限"), Kind.FORBIDDEN)
    for field, cut in (("rows", rows), ("columns", columns)):
        if cut not in CUTS:
            raise Refusal(say("不能按“{cut}”统计", cut=cut), field=field)
    if rows == columns:
        raise Refusal(say("行和列不能相同"), field="columns")
    begins, ends = _time(filters, closed)
    spans = spans_of(begins, min(ends, now) if ends > begins else ends)
    column = "closed_at" if closed else "filed_at"
    made = [_cut(one, filters.place, column, spans) for one in (rows, columns)]
    counts = cases.pivot(actor, filters, *made, now=now)
    return Table(now, counts, spans if "time" in (rows, columns) else ())


def _time(filters: cases.Filters, closed: bool) -> tuple[datetime, datetime]:
    begins = filters.closed_from if closed else filters.filed_from
    ends = filters.closed_until if closed else filters.filed_until
    if begins is None or ends is None or begins >= ends:
        raise Refusal(say("请给出统计的起止日期"), field="closed" if closed else "filed")
    return begins, ends


def _cut(name: str, place: str, column: str, spans: tuple[datetime, ...]) -> cases.Cut:
    if name == "place":
        return cases.Cut("place", digits_below(place))
    if name in ("group", "matter"):
        return cases.Cut("matter", 3 if name == "group" else 0)
    return cases.Cut("time", column=column, spans=spans) if name == "time" else cases.Cut(name)


def digits_below(place: str) -> int:
    """The length of the codes one level below a place; a grid's own below none."""
    longer = [level.digits for level in Level if level.digits > level_of(place).digits]
    return min(longer[0], Level.GRID.digits) if longer else len(place)


def spans_of(begins: datetime, ends: datetime) -> tuple[datetime, ...]:
    """The beginnings of days, of weeks or of longer spans, as many as can stand beside each other."""
    for days in (1, 7, 28, 91, 364):
        step = timedelta(days=days)
        if (ends - begins) / step <= MOST_SPANS:
            break
    count = max(1, -(-(ends - begins) // step))
    return tuple(begins + n * step for n in range(min(count, MOST_SPANS)))


@dataclass(frozen=True)
class Call:
    """What a leader is called for: a list, and how many are in it; lists that are looked through are counted
    to one more than `listing.MOST_COUNTED`."""

    name: str
    count: int


def calls(
    actor: Actor, place: str, *, late: Mapping[str, int] | None = None, now: datetime
) -> tuple[Call, ...]:
    """What needs a leader now: late by how long, returned twice, reopened, urgent. One query.

    What is late has been counted already where figures are kept.
    """
    here = cases.Filters(place=place)
    asked = {
        name: replace(here, due_from=now + begins if begins else None, due_until=now + ends)
        for name, (begins, ends) in LADDER.items()
        if late is None
    }
    asked["returned"], asked["reopened"] = replace(here, returns=2), replace(here, reopenings=1)
    counted = dict(zip(asked, cases.counts(actor, list(asked.values()), now=now), strict=True))
    return tuple(Call(name, n) for name, n in {**(late or {}), **counted}.items())
