"""Figures that are kept, read as they stand this moment: the sums, and what has changed since."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db.models import Q, Sum, Value

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.insight import rules
from gewu.insight.models import Figure, FigureChange
from gewu.kernel.worktime import CHINA
from gewu.security import scopes
from gewu.security.actors import Actor

DAY = timedelta(days=1)
#: The ladder of what is late: between these distances from now; without a beginning all before.
LADDER: Mapping[str, tuple[timedelta | None, timedelta]] = {
    "late1": (-DAY, timedelta()),
    "late3": (-3 * DAY, -DAY),
    "late7": (-7 * DAY, -3 * DAY),
    "later": (None, -7 * DAY),
}
#: A figure: of which cut, of which place, under which key, how many.
_Row = tuple[str, str, str, int]


@dataclass
class Standing:
    """How things stand in a place and the places below it; ``late`` are the rungs of the ladder."""

    places: list[cases.PlaceCount]
    matters: Counter[str]
    late: dict[str, int]


def are_kept(actor: Actor, code: str) -> bool:
    """Whether the figures of a place are kept for this actor: one that may see all of it."""
    return len(code) in rules.LEVELS and actor.holds_at("cases.read", code)


def standing(actor: Actor, code: str, digits: int, *, now: datetime) -> Standing:
    """How things stand at the places of so many digits in a place: two queries.

    What is late or due soon is summed by days; only the day in which a span begins or ends is looked at
    case by case.
    """
    today = catalogue.day_of(now)
    kept = Q(cut="open", level=digits) | Q(cut="matter", level=len(code))
    kept |= Q(cut__in=("filed", "closed"), level=digits, key=f"{today}")
    rows = _Read(digits, f"{today}", f"{today + DAY}")
    for row in _rows(actor, code, kept):
        rows.take(*row)
    moments = [now + cases.SOON, *(now + ends for _, ends in LADDER.values())]
    before = _due_before(actor, code, digits, moments, rows.due)
    for place, one in rows.places.items():
        one.overdue = before[1][place]
        one.due_soon = before[0][place] - one.overdue
    reached = [sum(one.values()) for one in before[1:]]
    late = {name: n - m for name, n, m in zip(LADDER, reached, [*reached[1:], 0], strict=True)}
    return Standing(sorted(rows.places.values(), key=lambda one: one.place), rows.matters, late)


@dataclass
class _Read:
    """Rows of figures as they come, put where they belong."""

    digits: int
    #: The days on which filing and closing are counted, the last excluded.
    first: str
    last: str
    places: dict[str, cases.PlaceCount] = field(default_factory=dict)
    matters: Counter[str] = field(default_factory=Counter)
    due: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def take(self, cut: str, place: str, key: str, n: int) -> None:
        if cut == "change":
            for inner, other in rules.told(key, cases.RUNNING):
                self.take(inner, place, other, n)
        elif cut == "matter":
            self.matters[key] += n
        elif cut == "open":
            state, _, due_on = key.partition("|")
            one = self._at(place)
            one.open += n
            one.states[state] = one.states.get(state, 0) + n
            self.due[due_on][one.place] += n
        elif self.first <= key < self.last:
            one = self._at(place)
            one.filed_today += n * (cut == "filed")
            one.closed_today += n * (cut == "closed")

    def _at(self, place: str) -> cases.PlaceCount:
        code = place[: self.digits]
        return self.places.setdefault(code, cases.PlaceCount(code))


def _rows(actor: Actor, code: str, kept: Q) -> Iterator[_Row]:
    """The sums asked for and the changes that are not in them yet, as of one moment; what is kept back."""
    here = scopes.within("place", code)
    sums = Figure.objects.filter(here, kept).values_list("cut", "place", "key", "n")
    waiting = (
        FigureChange.objects.filter(here).order_by().values("place", "standing").annotate(total=Sum("n"))
    )
    changes = waiting.annotate(cut=Value("change")).values_list("cut", "place", "standing", "total")
    yield from sums.union(changes, all=True)
    for place, standing, n in cases.kept_back(actor, code):
        yield "change", place, standing, -n


def _due_before(
    actor: Actor, code: str, digits: int, moments: Sequence[datetime], due: Mapping[str, Counter[str]]
) -> list[Counter[str]]:
    """How many open cases fall due before each moment, by place."""
    days = [catalogue.day_of(one) for one in moments]
    found = [_until(f"{day}", due) for day in days]
    spans = [(_begins(day), moment) for day, moment in zip(days, moments, strict=True)]
    for nth, place, n in cases.falling_due(actor, code, spans):
        found[nth][place[:digits]] += n
    return found


def _until(day: str, due: Mapping[str, Counter[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for one, counts in due.items():
        if one < day:
            found.update(counts)
    return found


def _begins(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=CHINA)


def in_period(actor: Actor, code: str, digits: int, since: date, until: date) -> list[cases.PeriodCount]:
    """What was filed and closed from one day to before another, by places of that many digits: one query."""
    days = Q(cut__in=("filed", "closed"), level=digits, key__gte=f"{since}", key__lt=f"{until}")
    rows = _Read(digits, f"{since}", f"{until}")
    for row in _rows(actor, code, days):
        rows.take(*row)
    found = sorted(rows.places.values(), key=lambda one: one.place)
    return [cases.PeriodCount(one.place, one.filed_today, one.closed_today) for one in found]


def whole_days(since: datetime, until: datetime) -> tuple[date, date] | None:
    """The days that a span is made of; nothing where it begins or ends within one."""
    ends = [moment.astimezone(CHINA) for moment in (since, until)]
    return (ends[0].date(), ends[1].date()) if all(one.time() == time.min for one in ends) else None
