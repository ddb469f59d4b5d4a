"""A saved mapping: which column of somebody's table is what, and the translation of one row by it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from gewu.intake.actions.grouping import Spelling
from gewu.intake.actions.history import Outcome
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.kernel.worktime import Unit

#: Ways of writing a time that are tried when a mapping names none.
FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d %H:%M",
    "%Y.%m.%d",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日 %H时%M分",
    "%Y年%m月%d日",
)
#: Excel counts days from here, and shows a time as such a number where its cell is not formatted as one;
#: numbers outside of these (1954 to 2119) are no times but slips.
_EXCEL_BEGINS, _EXCEL_DAYS = datetime(1899, 12, 30), range(20_000, 80_000)  # noqa: DTZ001 -- a wall clock
#: It becomes part of the name under which the import acts.
LONGEST_NAME = 40
_COLUMN = re.compile(r"\{([^{}]+)\}")


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a mapping; a key that it does not know is refused, because it is a slip of the pen."""


class ReportColumns(_Part, frozen=True):
    """Columns of the report itself. ``text`` are pieces such as ``{COLUMN}：``, left out where empty."""

    text: tuple[str, ...]
    received_at: str = ""
    outside_id: str = ""
    address: str = ""
    lon: str = ""
    lat: str = ""
    datum: str = "WGS84"
    contact_name: str = ""
    contact_phone: str = ""
    formats: tuple[str, ...] = FORMATS


class NewChannel(_Part, frozen=True):
    """A channel that the mapping brings along."""

    code: str
    name_zh: str
    name_en: str


class ChannelColumn(_Part, frozen=True):
    """The column of the channel and what its values stand for; ``default`` for tables without one."""

    column: str = ""
    default: str = ""
    values: dict[str, str] = {}
    create: tuple[NewChannel, ...] = ()


class PlaceColumns(_Part, frozen=True):
    """The place by code, or by the names of street, community and grid within the county."""

    code: str = ""
    street: str = ""
    community: str = ""
    grid: str = ""


class Level(_Part, frozen=True):
    """One level of somebody's own classes; its number is written with ``digits`` digits in our code."""

    id: str
    name: str
    digits: int


class Limits(_Part, frozen=True):
    """How long a class that is created may take, such as ``2 work_hour``."""

    accept: str
    handle: str


class MatterColumns(_Part, frozen=True):
    """The matter by our code, or by somebody's own classes, widest first, under a letter of their own."""

    code: str = ""
    levels: tuple[Level, ...] = ()
    prefix: str = ""
    create: bool = False
    kind: str = "event"
    department: str = ""
    priority: int = 3
    limits: Limits | None = None
    evidence: tuple[str, ...] = ()


class UnitColumns(_Part, frozen=True):
    """Who handled it. ``stand_in`` names the unit of closed rows that name none."""

    name: str = ""
    id: str = ""
    create: bool = False
    prefix: str = ""
    stand_in: str = ""


class OutcomeColumns(_Part, frozen=True):
    """How it ended: a column with a value for each outcome, and the time of closing where it was kept."""

    column: str = ""
    values: dict[str, Outcome] = {}
    closed_at: str = ""
    result: str = ""
    answer: str = ""


class Mapping(_Part, frozen=True):
    """Everything needed to read one kind of table."""

    name: str
    report: ReportColumns
    channel: ChannelColumn
    #: Empty for the county that this installation serves.
    county: str = ""
    #: Columns that a table may do without.
    optional: tuple[str, ...] = ()
    zone: str = "Asia/Shanghai"
    missing: tuple[str, ...] = ()
    place: PlaceColumns = PlaceColumns()
    matter: MatterColumns = MatterColumns()
    unit: UnitColumns = UnitColumns()
    outcome: OutcomeColumns = OutcomeColumns()
    digest: str = ""

    @property
    def is_history(self) -> bool:
        """Whether its rows say how they ended: then nobody is told of what is long past."""
        return bool(self.outcome.column)

    def columns(self) -> tuple[str, ...]:
        """The columns that a table must have."""
        one, pieces = self.report, [c for text in self.report.text for c in _COLUMN.findall(text)]
        named = (
            one.received_at,
            one.outside_id,
            one.address,
            one.lon,
            one.lat,
            one.contact_name,
            one.contact_phone,
            self.channel.column,
            self.place.code,
            self.place.street,
            self.place.community,
            self.place.grid,
            self.matter.code,
            self.unit.name,
            self.unit.id,
            self.outcome.column,
            self.outcome.closed_at,
        )  # fmt: skip -- one group of columns on each line
        levels = [column for level in self.matter.levels for column in (level.id, level.name)]
        needed = (name for name in (*pieces, *named, *levels) if name not in ("", *self.optional))
        return tuple(dict.fromkeys(needed))


def read_mapping(path: Path, *, county: str) -> Mapping:
    """A mapping from its TOML file, for this county where it names none.

    Refuses a file that is none, unknown keys and impossible values.
    """
    if not path.is_file():
        raise Refusal(say("没有映射文件“{file}”", file=path.name), Kind.MISSING, field="mapping")
    content = path.read_bytes()
    try:
        digest = hashlib.sha256(county.encode() + content).hexdigest()
        table = {"county": county, **tomllib.loads(content.decode()), "digest": digest}
        found = msgspec.convert(table, Mapping)
        ZoneInfo(found.zone)
    except (msgspec.ValidationError, ZoneInfoNotFoundError, ValueError) as fault:
        raise Refusal(
            say("映射文件“{file}”有误：{fault}", file=path.name, fault=str(fault)), field="mapping"
        ) from None
    _check(found, path.name)
    return found


def _check(found: Mapping, file: str) -> None:
    def refuse(field: str) -> Refusal:
        return Refusal(say("映射文件“{file}”的“{field}”不完整", file=file, field=field), field="mapping")

    if not found.report.text:
        raise refuse("report.text")
    if not 0 < len(found.name) <= LONGEST_NAME:
        raise refuse("name")
    if not (found.channel.default or found.channel.column):
        raise refuse("channel")
    if found.matter.levels and not (found.matter.prefix and found.matter.limits):
        raise refuse("matter")
    if found.unit.create and not (found.unit.prefix and found.unit.name):
        raise refuse("unit")
    if found.matter.limits:
        limit_of(found.matter.limits.accept)
        limit_of(found.matter.limits.handle)


def limit_of(text: str) -> tuple[Decimal, Unit]:
    """An amount with its unit, as ``5 work_day``."""
    amount, _, unit = text.partition(" ")
    try:
        return Decimal(amount), Unit(unit.strip())
    except (ValueError, ArithmeticError):
        raise Refusal(
            say("“{text}”不是时限", text=text),
            field="mapping",
            advice=say("写作：数量 空格 单位，如 5 work_day、2 work_hour"),
        ) from None


@dataclass(frozen=True)
class MatterName:
    """One class as the table names it: our code for it, its name and the code of the one above."""

    code: str
    name: str
    above: str


@dataclass(frozen=True)
class Reading:
    """One row as the mapping reads it. Places and units are still names; nothing was looked up."""

    text: str
    channel: str
    received_at: datetime | None
    outside_id: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    contact_name: str = ""
    contact_phone: str = ""
    place: str = ""
    place_names: tuple[str, ...] = ()
    matter: str = ""
    chain: tuple[MatterName, ...] = ()
    unit: Spelling | None = None
    outcome: Outcome = Outcome.OPEN
    closed_at: datetime | None = None


def translate(mapping: Mapping, cells: dict[str, str]) -> Reading:
    """One row read by a mapping; refused with the column that cannot be read."""
    known = {name: "" if value in mapping.missing else value for name, value in cells.items()}
    columns = mapping.report
    chain = tuple(_chain(mapping, known))
    place = mapping.place
    return Reading(
        text="".join(_pieces(columns.text, known)),
        channel=_channel(mapping, known),
        received_at=_moment(mapping, known, columns.received_at),
        outside_id=known.get(columns.outside_id, ""),
        address=known.get(columns.address, ""),
        lon=_number(known, columns.lon),
        lat=_number(known, columns.lat),
        contact_name=known.get(columns.contact_name, ""),
        contact_phone=known.get(columns.contact_phone, ""),
        place=known.get(place.code, ""),
        place_names=tuple(known.get(name, "") for name in (place.street, place.community, place.grid)),
        matter=chain[-1].code if chain else known.get(mapping.matter.code, ""),
        chain=chain,
        unit=_unit(mapping, known),
        outcome=_outcome(mapping, cells),
        closed_at=_moment(mapping, known, mapping.outcome.closed_at),
    )


def _pieces(texts: tuple[str, ...], known: dict[str, str]) -> Iterator[str]:
    for text in texts:
        if all(known.get(name) for name in _COLUMN.findall(text)):
            yield _COLUMN.sub(lambda found: known[found[1]], text)


def _channel(mapping: Mapping, known: dict[str, str]) -> str:
    value = known.get(mapping.channel.column, "")
    found = mapping.channel.values.get(value, mapping.channel.default)
    if not found:
        raise Refusal(
            say("映射中没有来源渠道“{value}”", value=value),
            field=mapping.channel.column,
            advice=say("请在映射文件的 channel.values 中补上"),
        )
    return found


def _moment(mapping: Mapping, known: dict[str, str], column: str) -> datetime | None:
    value = known.get(column, "")
    if not value:
        return None
    for form in mapping.report.formats:
        try:
            return datetime.strptime(value, form).replace(tzinfo=ZoneInfo(mapping.zone))
        except ValueError:
            continue
    if mapping.report.formats == FORMATS and (counted := _counted(value)):
        return counted.replace(tzinfo=ZoneInfo(mapping.zone))
    raise Refusal(say("“{column}”的时间“{value}”无法读取", column=column, value=value), field=column)


def _counted(value: str) -> datetime | None:
    """The time that a number of days stands for in Excel, to the second; None for anything else."""
    try:
        days = float(value)
    except ValueError:
        return None
    if not _EXCEL_DAYS.start <= days < _EXCEL_DAYS.stop:
        return None
    return _EXCEL_BEGINS + timedelta(seconds=round(days * 86_400))


def _number(known: dict[str, str], column: str) -> float | None:
    value = known.get(column, "")
    if not value:
        return None
    try:
        return float(value)
    except ValueError:
        raise Refusal(
            say("“{column}”的数“{value}”无法读取", column=column, value=value), field=column
        ) from None


def _chain(mapping: Mapping, known: dict[str, str]) -> Iterator[MatterName]:
    """The classes of a row, widest first; a row that leaves one empty ends there."""
    code = mapping.matter.prefix
    for level in mapping.matter.levels:
        number = known.get(level.id, "")
        if not number:
            return
        if not number.isdecimal() or len(number) > level.digits:
            raise Refusal(
                say("“{column}”的编号“{value}”无法读取", column=level.id, value=number), field=level.id
            )
        above, code = code, code + number.zfill(level.digits)
        yield MatterName(code, known.get(level.name, "") or number, above)


def _unit(mapping: Mapping, known: dict[str, str]) -> Spelling | None:
    name = known.get(mapping.unit.name, "")
    return Spelling(name, known.get(mapping.unit.id, "")) if name else None


def _outcome(mapping: Mapping, cells: dict[str, str]) -> Outcome:
    column = mapping.outcome.column
    if not column:
        return Outcome.OPEN
    found = mapping.outcome.values.get(cells.get(column, ""))
    if found is None:
        raise Refusal(
            say("映射中没有办理结果“{value}”", value=cells.get(column, "")),
            field=column,
            advice=say("请在映射文件的 outcome.values 中补上"),
        )
    return found
