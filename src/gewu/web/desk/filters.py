"""What a reader of the inbox asks for, as it stands in the address and on the chips above the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from gewu.cases import queries as cases
from gewu.insight import queries as insight
from gewu.intake import queries as reports
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say
from gewu.organisation import queries as organisation
from gewu.web.addresses import query
from gewu.web.presenting.names import called, matters_named, origin_named, places_named, tag_choices
from gewu.web.presenting.parts import Words

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

#: Spans of due times that have a name, as distances from now; an empty end is open.
DUE: Mapping[str, tuple[Text, timedelta | None, timedelta | None]] = {
    "soon": (say("八小时内到期"), timedelta(), cases.SOON),
    "day": (say("24 小时内到期"), timedelta(), DAY),
    "week": (say("一周内到期"), timedelta(), 7 * DAY),
    "late1": (say("超时不到 1 天"), *insight.LADDER["late1"]),
    "late3": (say("超时 1 至 3 天"), *insight.LADDER["late3"]),
    "late7": (say("超时 3 至 7 天"), *insight.LADDER["late7"]),
    "later": (say("超时 7 天以上"), *insight.LADDER["later"]),
}
PRIORITIES: Mapping[str, Text] = {"1": say("紧急"), "2": say("优先"), "3": say("一般"), "4": say("从缓")}
_LABELS: Mapping[str, Text] = {
    "text": say("文字"),
    "place": say("地方"),
    "matter": say("事项"),
    "unit": say("单位"),
    "origin": say("来源"),
    "priority": say("紧急程度"),
    "tag": say("标签"),
    "due": say("期限"),
    "filed": say("立案"),
    "closed": say("结案"),
    "returned": say("退回次数不少于"),
    "reopened": say("重新办理"),
    "overdue": say("已超时"),
    "mine": say("由我办"),
}
#: Only what names the place or the unit itself, not what lies in it or below it.
_ONLY = ("place", "unit")


@dataclass(frozen=True)
class Chip:
    """One filter that is set, and the address without it."""

    label: Text
    value: Words
    without: str


@dataclass(frozen=True)
class Filters:
    """What the reader asked for, as it stands in the address."""

    text: str = ""
    place: str = ""
    matter: str = ""
    unit: str = ""
    origin: str = ""
    priority: str = ""
    tag: str = ""
    due: str = ""
    #: Days as ``2026-03-01..2026-03-31``.
    filed: str = ""
    closed: str = ""
    returned: str = ""
    reopened: str = ""
    overdue: str = ""
    mine: str = ""
    only: str = ""
    sort: str = ""

    @staticmethod
    def asked(given: Mapping[str, str]) -> Filters:
        """The filters of an address; what is no number, day or known span is refused."""
        read = Filters(**{one.name: given.get(one.name, "").strip()[:100] for one in fields(Filters)})
        for name, known in (("due", DUE), ("priority", PRIORITIES)):
            if getattr(read, name) and getattr(read, name) not in known:
                raise Refusal(say("没有“{value}”这个选项", value=getattr(read, name)), field=name)
        for name in ("returned", "reopened"):
            if (value := getattr(read, name)) and not (
                value.isascii() and value.isdigit() and len(value) < 3
            ):
                raise Refusal(say("“{value}”不是次数", value=value), field=name)
        days_of(read.filed, "filed"), days_of(read.closed, "closed")
        return read

    def as_query(self, tab: str, **changed: str) -> str:
        """The query of the same list with something changed."""
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        return query({"tab": tab, **kept, **changed})

    def address(self, tab: str, **changed: str) -> str:
        return f"{reverse('desk_inbox')}?{self.as_query(tab, **changed)}"

    @property
    def any(self) -> bool:
        return replace(self, sort="") != Filters()

    def of_cases(self, state: str, now: datetime) -> cases.Filters:
        """The same for the door of cases."""
        _, due_from, due_until = DUE.get(self.due, (None, None, None))
        filed_from, filed_until = days_of(self.filed, "filed")
        closed_from, closed_until = days_of(self.closed, "closed")
        return cases.Filters(
            state=state,
            text=self.text,
            place=self.place,
            matter=self.matter,
            unit=self.unit,
            origin=self.origin,
            overdue=self.overdue == "1",
            mine=self.mine == "1",
            sort=self.sort or "due",
            priority=int(self.priority or 0),
            tag=self.tag,
            returns=int(self.returned or 0),
            reopenings=int(self.reopened or 0),
            due_from=None if due_from is None else now + due_from,
            due_until=None if due_until is None else now + due_until,
            filed_from=filed_from,
            filed_until=filed_until,
            closed_from=closed_from,
            closed_until=closed_until,
            only_place="place" in self.only.split(","),
            only_unit="unit" in self.only.split(","),
        )

    def of_reports(self, state: str) -> reports.Filters:
        """The same for the door of reports, which know less."""
        return reports.Filters(
            state=state,
            text=self.text,
            place=self.place,
            matter=self.matter,
            origin=self.origin,
            overdue=self.overdue == "1",
            sort=self.sort or "due",
        )

    def chips(self, tab: str, on: date) -> tuple[Chip, ...]:
        """What is set, in words, each with the address without it."""
        return tuple(
            Chip(_LABELS[name], value, self.address(tab, **{name: "", **_with(name)}))
            for name, value in self._said(on)
        )

    def _said(self, on: date) -> Iterator[tuple[str, Words]]:
        for name in _LABELS:
            if value := getattr(self, name):
                yield name, _in_words(name, value, on)


def _with(name: str) -> dict[str, str]:
    return {"only": ""} if name in _ONLY else {}


def _in_words(name: str, value: str, on: date) -> Words:
    if name in ("overdue", "mine"):
        return ""
    if name == "due":
        return DUE[value][0]
    if name == "priority":
        return PRIORITIES[value]
    if name == "place":
        found = places_named([value]).get(value)
        return found.name if found else value
    if name == "matter":
        return matters_named(on).get(value, value)
    if name == "unit":
        return say("待指定") if value == cases.NOBODY else called(organisation.known_unit(value).name)
    if name == "tag":
        return {one.value: one.label for one in tag_choices(on)}.get(value, value)
    return origin_named(value) if name == "origin" else value


def days_of(text: str, field: str) -> tuple[datetime | None, datetime | None]:
    """The span of ``2026-03-01..2026-03-31``, both days counted; either may be left out."""
    if not text:
        return None, None
    first, dots, last = text.partition("..")
    try:
        begins = date.fromisoformat(first) if first else None
        ends = date.fromisoformat(last if dots else first) if last or not dots else None
        return _midnight(begins), _midnight(ends and ends + DAY)
    except (ValueError, OverflowError):
        raise Refusal(
            say("“{text}”不是日期", text=text), field=field, advice=say("写作 2026-03-01..2026-03-31")
        ) from None


def _midnight(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
