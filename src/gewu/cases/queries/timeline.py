"""What happened to a case, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from gewu.cases.models import Assignment
from gewu.cases.rules import asking
from gewu.catalogue import queries as catalogue
from gewu.catalogue.queries import terms
from gewu.infra import stream
from gewu.kernel import worktime
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.security import queries as security


@dataclass(frozen=True)
class Line:
    """One line of a timeline: a sentence with its values filled in, and the words told with it."""

    at: datetime
    type: str
    sentence: Text
    who: Text | str
    words: tuple[tuple[str, str], ...]
    public: bool


def timeline(case_id: UUID) -> tuple[Line, ...]:
    """What happened to a case, in sentences."""
    return lines_of(stream.timeline("case", case_id))


def lines_of(told: Sequence[stream.Told]) -> tuple[Line, ...]:
    """Events of a case in sentences, with the names of those who acted."""
    names = security.names_of({one.actor for one in told})
    officials = _officials(told)
    return tuple(sentence_of(one, names, officials) for one in told)


def _officials(told: Iterable[stream.Told]) -> Mapping[str, Name]:
    """The officials who were called, by their assignments: a query only where there are any."""
    of_people = (one.data for one in told if "assignment" in one.data and "unit" not in one.data)
    named = {str(data["assignment"]) for data in of_people}
    if not named:
        return {}
    rows = Assignment.objects.filter(pk__in=named).values_list("pk", "party_zh", "party_en")
    return {key.hex: Name(zh, en) for key, zh, en in rows}


def public_timeline(case_id: UUID) -> tuple[Line, ...]:
    """The public side of it: no names of staff, and only the words that are meant for everyone."""
    return tuple(public_line(one) for one in stream.timeline("case", case_id) if one.kind.public)


def public_line(one: stream.Told) -> Line:
    """One public event as a sentence without anyone's name."""
    line = sentence_of(one, {})
    words = tuple((name, text) for name, text in line.words if name in one.kind.public_words)
    return replace(line, words=words)


def sentence_of(
    one: stream.Told, names: Mapping[str, str], officials: Mapping[str, Name] = MappingProxyType({})
) -> Line:
    """One event as a sentence, its ids replaced by names."""
    who = names.get(one.actor) or _part_of(one.actor)
    values: dict[str, object] = {"actor": who, **one.data}
    if one.type == "CaseReturned":
        values["proposed"] = say("（说不清）")
    for name, value in one.data.items():
        if name in _SPOKEN:
            values[name] = _SPOKEN[name](str(value), one.at)
    if "unit" not in one.data and "assignment" in one.data:
        values["unit"] = officials.get(str(one.data["assignment"]), Name(""))
    if "satisfaction" in one.kind.__dataclass_fields__:
        values["satisfaction"] = asking.SATISFACTION[int(one.data.get("satisfaction", 0))]
        values["solved"] = asking.SOLVED[bool(one.data.get("solved"))]
    sentence = replace(one.kind.sentence, values=values)
    return Line(one.at, one.type, sentence, who, tuple(one.words.items()), one.kind.public)


def _unit(key: str, at: datetime) -> object:
    return organisation.known_unit(key).name


def _matter(code: str, at: datetime) -> object:
    matter = catalogue.matter(code, on=catalogue.day_of(at))
    return Name(matter.name_zh, matter.name_en)


def _moment(text: str, at: datetime) -> object:
    return f"{catalogue.calendar().local(datetime.fromisoformat(text)):%Y-%m-%d %H:%M}"


def _part_of(ref: str) -> Text:
    """What to call an actor who is no account."""
    return _PARTS.get(ref.partition(":")[0], say("系统"))


_PARTS: Mapping[str, Text] = {
    "account": say("工作人员"),
    "reporter": say("反映人"),
    "anonymous": say("反映人"),
    "rule": say("系统按规则"),
    "clock": say("系统时钟"),
    "import": say("数据导入"),
    "key": say("对接系统"),
    "connector": say("对接系统"),
}

CLOCK_WORDS: Mapping[str, Text] = {
    "promise": say("对外承诺"),
    "sign_for": say("签收时限"),
    "handle": say("处置时限"),
    "check": say("核查时限"),
    "check_in": say("报到时限"),
    "assist": say("协办签收时限"),
    "dispatch": say("派遣时限"),
    "accept": say("接收时限"),
}

#: How a value of an event is spoken: ids by their names, times on the wall clock of the place.
_SPOKEN: Mapping[str, Callable[[str, datetime], object]] = {
    "unit": _unit,
    "proposed": _unit,
    "before": _unit,
    "matter": _matter,
    "until": _moment,
    "clock": lambda name, at: CLOCK_WORDS.get(name, name),
    "tag": lambda code, at: terms.tag(code).name,
    "time_unit": lambda name, at: worktime.Unit(name).label,
}
