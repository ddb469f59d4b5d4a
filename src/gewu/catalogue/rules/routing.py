"""Which route, which limit, and how hours become a limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gewu.kernel import worktime
from gewu.kernel.places import Level, is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.kernel.worktime import Unit

#: A working day has eight hours of work, a calendar day twenty-four (domain facts, section 2.2).
_HOURS_A_DAY = {"working": 8, "calendar": 24}


@dataclass(frozen=True)
class Limit(worktime.Limit):
    """A limit as the catalogue keeps it, its amount without needless zeros."""

    amount: int | float

    @property
    def stored(self) -> tuple[Decimal, str]:
        """The two columns that keep it."""
        return Decimal(str(self.amount)), self.unit.value

    @property
    def words(self) -> Text:
        return say("{amount} 个{unit}", amount=self.amount, unit=self.unit.label)


def plain(amount: Decimal) -> int | float:
    """A stored amount as people write it: 2, not 2.00."""
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def limit_of_hours(hours: Decimal, clock: str) -> Limit:
    """Hours on the ``working`` or the ``calendar`` clock as a limit; whole days are counted in days."""
    a_day = _HOURS_A_DAY[clock]
    if hours >= a_day and hours % a_day == 0:
        return Limit(int(hours // a_day), Unit.WORK_DAY if clock == "working" else Unit.CALENDAR_DAY)
    return Limit(plain(hours), Unit.WORK_HOUR if clock == "working" else Unit.URGENT_HOUR)


@dataclass(frozen=True)
class CriterionFacts:
    """One severity of a matter."""

    seq: int
    filing_zh: str
    filing_en: str
    limit: Limit
    closing_zh: str
    closing_en: str


@dataclass(frozen=True)
class Matter:
    """A class of matters as it is in force on a day."""

    code: str
    parent_code: str
    name_zh: str
    name_en: str
    kind: str
    department: str
    level: str
    priority: int
    accept: Limit
    handle: Limit
    evidence: tuple[str, ...]
    public: bool
    criteria: tuple[CriterionFacts, ...]


def choose_limit(matter: Matter, criterion: int | None = None) -> Limit:
    """The handling limit by the chosen criterion; without a choice the one of the class.

    Refuses a criterion that the class does not have.
    """
    if criterion is None:
        return matter.handle
    for one in matter.criteria:
        if one.seq == criterion:
            return one.limit
    raise Refusal(
        say("“{matter}”没有第 {seq} 条立案条件", matter=matter.name_zh, seq=criterion),
        Kind.MISSING,
        field="criterion",
    )


@dataclass(frozen=True)
class RouteFacts:
    """One dated rule of who leads and who assists. Exactly one of ``department`` and ``unit`` is given."""

    id: str
    matter_prefix: str
    place_prefix: str
    department: str
    unit: str
    assists: tuple[str, ...]
    reason_zh: str
    reason_en: str
    since: date
    until: date | None = None

    def covers(self, matter: str, place: str, on: date) -> bool:
        """Whether it speaks of this matter in this place on this day; the last day is not included."""
        return (
            matter.startswith(self.matter_prefix)
            and is_within(place, self.place_prefix)
            and self.since <= on
            and (self.until is None or on < self.until)
        )

    @property
    def rank(self) -> tuple[int, int, date]:
        """How specific it is: the matter first, then the place, then the newer day."""
        return len(self.matter_prefix), len(self.place_prefix), self.since


@dataclass(frozen=True)
class Choice:
    """What was decided and why. ``row`` is None when no row speaks or several speak alike (``rivals``)."""

    row: RouteFacts | None
    why: Text
    rivals: tuple[RouteFacts, ...] = ()


def choose_route(rows: Iterable[RouteFacts], matter: str, place: str, on: date) -> Choice:
    """The most specific row wins: longest matter prefix, then longest place prefix, then newest date.

    Rows that are equal in all three and say different things decide nothing.
    """
    ranked = sorted((row for row in rows if row.covers(matter, place, on)), key=lambda row: row.rank)
    if not ranked:
        return Choice(
            None, say("没有适用于事项 {matter}、区域 {place} 的派遣规则", matter=matter, place=place)
        )
    best = ranked[-1]
    rivals = tuple(row for row in ranked if row.rank == best.rank)
    if len({(row.department, row.unit, row.assists) for row in rivals}) > 1:
        return Choice(
            None,
            say(
                "有 {n} 条同样具体的派遣规则互相冲突：事项 {matter}，区域 {place}",
                n=len(rivals),
                matter=best.matter_prefix,
                place=best.place_prefix,
            ),
            rivals,
        )
    why = say(
        "适用规则：事项 {matter}，区域 {place}，自 {since} 起",
        matter=best.matter_prefix or "*",
        place=best.place_prefix,
        since=best.since.isoformat(),
    )
    return Choice(best, why)


def reach(place: str, level: str) -> str:
    """The place at whose level a matter is handled: ``street`` of a grid is its street.

    A class handled by the city is handled by the city's branch in the county, which is as far up as
    one installation goes. A class without a level is handled as near as possible.
    """
    if not level:
        return place
    digits = max(Level[level.upper()].digits, Level.COUNTY.digits)
    return place[:digits]
