"""Loading the catalogue: classes, criteria, departments, working days and the routes that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from gewu.catalogue import events, permissions, queries, rules
from gewu.catalogue.actions import questions, sheets, terms
from gewu.catalogue.actions.sheets import Line
from gewu.catalogue.models import Criterion, Department, MatterClass, Route, WorkdayRow
from gewu.catalogue.rules import Limit
from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.places import Level
from gewu.kernel.texts import say
from gewu.kernel.worktime import DayKind, Unit
from gewu.security.actors import Actor

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
#: Before any case that can be imported, so that every one finds its class.
IN_FORCE_SINCE = date(2000, 1, 1)
#: Years of which only imported records speak; a catalogue may do without them.
EARLIER_WORKDAYS = "workdays_cn_before_2024.csv"
#: What stands in the `source` of routes that follow from the classes themselves.
BY_DEFAULT = "default_department"

#: The words of the files for levels; a district is a county by another name.
_LEVELS = {level.name.lower(): level.name.lower() for level in Level} | {
    "district": Level.COUNTY.name.lower()
}
_UNITS = tuple(unit.value for unit in Unit)
_CLOCKS = ("working", "calendar")
_PRIORITIES = ("1", "2", "3", "4")
_KINDS = ("component", "event", "dispute", "hazard", "petition", "service", "consultation")

_DEPARTMENT = ("code", "name_zh", "name_en", "level")
_MATTER = (
    "code",
    "parent_code",
    "name_zh",
    "name_en",
    "kind",
    "default_department",
    "level",
    "priority",
    "accept_within_hours",
    "handle_within_hours",
    "clock",
    "evidence_required",
    "source",
)  # fmt: skip -- the columns as they stand in the file
_CRITERION = (
    "matter_code",
    "seq",
    "filing_condition_zh",
    "filing_condition_en",
    "limit_value",
    "limit_unit",
    "closing_condition_zh",
    "closing_condition_en",
    "source",
)  # fmt: skip -- the columns as they stand in the file
_WORKDAY = ("date", "holiday_name_zh", "day_type", "notice_url")
_PUBLIC = ("prefix",)


@dataclass(frozen=True)
class Loaded:
    """How many rows of each sort were read; ``matters`` counts classes without their headers."""

    matters: int
    headers: int
    criteria: int
    departments: int
    workdays: int
    routes: int


def load_seeds(*, actor: Actor, now: datetime, folder: Path = SEEDS, county: str = "") -> Loaded:
    """Write the catalogue of a folder and the routes of a county (the installation's own by default).

    What exists is brought up to date. A bad row is refused with its file and line; then nothing is
    written.
    """
    place = county or settings.COUNTY
    permissions.require_manage(actor, place)
    files = _read(folder)
    with store.writing():
        loaded = _write(files, place)
        terms.load(folder)
        questions.load(folder)
        told = events.CatalogueLoaded(
            id=new_id(),
            place=place,
            matters=loaded.matters,
            criteria=loaded.criteria,
            departments=loaded.departments,
            workdays=loaded.workdays,
            routes=loaded.routes,
        )
        stream.tell(told, actor=actor, now=now)
        changed(queries.HELD)
    return loaded


@dataclass(frozen=True)
class _Files:
    departments: list[Department]
    matters: list[MatterClass]
    criteria: list[tuple[str, Criterion]]
    workdays: list[WorkdayRow]


def _read(folder: Path) -> _Files:
    departments = sheets.read(folder / "departments.csv", _DEPARTMENT, key=["code"])
    matters = sheets.read(folder / "matters.csv", _MATTER, key=["code"])
    criteria = sheets.read(folder / "criteria.csv", _CRITERION, key=["matter_code", "seq"])
    workdays = sheets.read(folder / "workdays_cn.csv", _WORKDAY, key=["date"])
    if (folder / EARLIER_WORKDAYS).is_file():
        workdays += sheets.read(folder / EARLIER_WORKDAYS, _WORKDAY, key=["date"])
    public = sheets.read(folder / "open_to_residents.csv", _PUBLIC, key=["prefix"])
    headers = {line["code"] for line in matters if not line["parent_code"]}
    classes = {line["code"] for line in matters} - headers
    severities = [(line.one_of("matter_code", classes), _criterion(line)) for line in criteria]
    known = _Known(
        {line["code"] for line in departments},
        headers,
        _first_limits(severities),
        tuple(line.required("prefix") for line in public),
    )
    return _Files(
        [_department(line) for line in departments],
        [_matter(line, known) for line in matters],
        severities,
        [_workday(line) for line in workdays],
    )


def _department(line: Line) -> Department:
    return Department(
        code=line.required("code"),
        name_zh=line.required("name_zh"),
        name_en=line.required("name_en"),
        level=_LEVELS[line.one_of("level", _LEVELS)],
    )


def _criterion(line: Line) -> Criterion:
    amount, unit = line.number_of("limit_value"), line.one_of("limit_unit", _UNITS)
    if unit in (Unit.WORK_DAY.value, Unit.CALENDAR_DAY.value) and amount % 1:
        raise line.refuse(say("按天计的时限要是整数"))
    return Criterion(
        seq=int(line.number_of("seq")),
        filing_zh=line.required("filing_condition_zh"),
        filing_en=line["filing_condition_en"],
        limit_amount=amount,
        limit_unit=unit,
        closing_zh=line.required("closing_condition_zh"),
        closing_en=line["closing_condition_en"],
        source=line["source"],
    )


def _first_limits(criteria: Iterable[tuple[str, Criterion]]) -> Mapping[str, Limit]:
    """The limit of each class's first criterion, which is its most urgent one."""
    ordered = sorted(criteria, key=lambda pair: -pair[1].seq)
    return {code: Limit(rules.plain(one.limit_amount), Unit(one.limit_unit)) for code, one in ordered}


@dataclass(frozen=True)
class _Known:
    """What the rows of the classes may refer to."""

    departments: set[str]
    headers: set[str]
    first: Mapping[str, Limit]
    public: tuple[str, ...]


def _matter(line: Line, known: _Known) -> MatterClass:
    row = MatterClass(
        id=new_id(),
        code=line.required("code"),
        parent=line["parent_code"],
        name_zh=line.required("name_zh"),
        name_en=line.required("name_en"),
        kind=line.one_of("kind", _KINDS),
        source=line["source"],
        since=IN_FORCE_SINCE,
    )
    if row.parent:
        _give_consequences(row, line, known)
    return row


def _give_consequences(row: MatterClass, line: Line, known: _Known) -> None:
    """What follows from a class; a header has none of it."""
    line.one_of("parent_code", known.headers)
    clock = line.one_of("clock", _CLOCKS)
    accept = rules.limit_of_hours(line.number_of("accept_within_hours"), clock)
    by_hours = rules.limit_of_hours(line.number_of("handle_within_hours"), clock)
    handle = known.first.get(row.code, by_hours)
    row.default_department = line.one_of("default_department", known.departments)
    row.level = _LEVELS[line.one_of("level", _LEVELS)]
    row.priority = int(line.one_of("priority", _PRIORITIES))
    row.accept_amount, row.accept_unit = accept.stored
    row.handle_amount, row.handle_unit = handle.stored
    row.evidence = [token for token in line["evidence_required"].split(";") if token]
    row.public = row.code.startswith(known.public)


def _workday(line: Line) -> WorkdayRow:
    return WorkdayRow(
        date=line.date_of("date"),
        kind=line.one_of("day_type", [kind.value for kind in DayKind]),
        name=line.required("holiday_name_zh"),
        notice_url=line.required("notice_url"),
    )


def _write(files: _Files, county: str) -> Loaded:
    terms.upsert(Department, files.departments, ["code"])
    terms.upsert(WorkdayRow, files.workdays, ["date"])
    terms.upsert(MatterClass, files.matters, ["code", "since"])
    ids = dict(MatterClass.objects.filter(since=IN_FORCE_SINCE).values_list("code", "pk"))
    for code, criterion in files.criteria:
        criterion.matter_id = ids[code]
    terms.upsert(Criterion, [criterion for _, criterion in files.criteria], ["matter", "seq"])
    classes = [row for row in files.matters if row.parent]
    _default_routes(classes, {row.code: row for row in files.departments}, county)
    return Loaded(
        matters=len(classes),
        headers=len(files.matters) - len(classes),
        criteria=len(files.criteria),
        departments=len(files.departments),
        workdays=len(files.workdays),
        routes=len(classes),
    )


def _default_routes(
    classes: Iterable[MatterClass], departments: Mapping[str, Department], county: str
) -> None:
    """One route for each class to its default department; a clerk's own routes are newer and win."""
    held = {row.matter_prefix: row for row in Route.objects.filter(place_prefix=county, source=BY_DEFAULT)}
    rows = []
    for one in classes:
        department = departments[one.default_department]
        row = held.get(one.code) or Route(
            matter_prefix=one.code, place_prefix=county, source=BY_DEFAULT, since=IN_FORCE_SINCE
        )
        row.department = department.code
        row.reason_zh = f"目录默认：{one.name_zh}由{department.name_zh}主办"
        row.reason_en = f"Catalogue default: {department.name_en} leads on “{one.name_en}”"
        rows.append(row)
    Route.objects.bulk_create([row for row in rows if row.matter_prefix not in held])
    Route.objects.bulk_update(
        [row for row in rows if row.matter_prefix in held], ["department", "reason_zh", "reason_en"]
    )
