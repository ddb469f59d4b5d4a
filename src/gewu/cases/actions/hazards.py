"""Hazards at enterprises: found by themselves or by an inspection, rectified, checked by the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gewu.cases import events
from gewu.cases.actions import conflicts, filing, steps
from gewu.cases.actions.filing import NewCase
from gewu.cases.models import Case, Hazard, SelfCheck
from gewu.cases.models.hazards import INSPECTION, SELF
from gewu.catalogue import queries as catalogue
from gewu.catalogue.queries import UnitFacts
from gewu.infra import rows, store, stream
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor

#: The right of an enterprise over its own hazards, and where their cases come from.
REPORT = "hazards.report"
ORIGIN = "enterprise"
#: The kind of class that is a hazard, the line of work of the regulator, and units that regulate nobody.
HAZARD, REGULATOR = "hazard", "emergency"
NO_LINE = ("service_company", "community_committee", "community_body", "community_service")
#: Under this name the units that look after hazards are held in memory.
PARTIES = "cases.hazards"
MOST_FOUND = 50
SHORTEST_STATEMENT = 4


@dataclass(frozen=True)
class Found:
    """A hazard as it was found: its class, what was seen, and where it stands in the guide."""

    matter: str
    text: str
    address: str = ""
    photos: tuple[str, ...] = ()
    guide: str = ""


def report_hazard(enterprise: str, found: Found, *, actor: Actor, now: datetime) -> Case:
    """Open a hazard for an enterprise, which has to rectify it in time.

    By the enterprise itself, which thereby has signed for it, or by an officer of the line or the regulator.
    Refused: anybody else, a class that is no hazard, words that say nothing.
    """
    unit = _enterprise(enterprise)
    matter = catalogue.matter(found.matter, on=catalogue.day_of(now))
    if matter.kind != HAZARD:
        raise Refusal(say("“{matter}”不是隐患类事项", matter=matter.name_zh), field="matter")
    steps.check_words({"reason": found.text})
    if not found.text.strip():
        raise Refusal(say("请写明隐患情况"), field="text")
    line, regulator = _line(matter.department, unit), _regulator(unit)
    found_by = _found_by(actor, unit, line, regulator)
    with store.writing():
        case = _filed(unit, line, matter, found, actor=actor, now=now)
        Hazard.objects.create(
            case=case, enterprise_id=unit.id, line_id=line.id, regulator_id=regulator.id,
            found_by=found_by, guide=found.guide[:300],
        )  # fmt: skip
        reported = events.HazardReported(id=case.pk, place=case.place, unit=unit.id)
        stream.tell(reported, actor=actor, now=now)
        changed(PARTIES)
        if found_by == SELF:
            case = steps.take(case.number, "sign_for", actor=actor, now=now)
    return case


def _enterprise(code: str) -> UnitFacts:
    unit = organisation.open_unit(code)
    if unit.kind != conflicts.ENTERPRISE:
        raise Refusal(say("“{unit}”不是企业", unit=unit.name), field="enterprise")
    return unit


def _line(department: str, unit: UnitFacts) -> UnitFacts:
    """The department of the class nearest to the enterprise; where it has none there, the regulator."""
    found = organisation.unit_for(department, unit.place) if department else None
    return found if found and found.kind not in NO_LINE else _regulator(unit)


def _regulator(unit: UnitFacts) -> UnitFacts:
    found = organisation.unit_for(REGULATOR, unit.place)
    if found is None:
        raise Refusal(
            say("此地没有应急管理部门，不能登记企业隐患"), Kind.CONFLICT, advice=say("请先在设置中设立单位")
        )
    return found


def _found_by(actor: Actor, unit: UnitFacts, line: UnitFacts, regulator: UnitFacts) -> str:
    if actor.holds_for(REPORT, (unit.path,)):
        return SELF
    if not actor.outside and actor.holds_for("cases.handle", (line.path, regulator.path)):
        return INSPECTION
    raise Refusal(say("企业隐患由企业自己、行业主管部门或应急管理部门登记"), Kind.FORBIDDEN)


def _filed(
    unit: UnitFacts, line: UnitFacts, matter: catalogue.Matter, found: Found, *, actor: Actor, now: datetime
) -> Case:
    new = NewCase(
        matter.code, unit.place, found.text.strip(), ORIGIN, now, address=found.address, photos=found.photos
    )
    case, clocks = filing.led_by(new, unit, matter, now=now)
    case.checker_path = line.path
    case.route_zh = f"企业主体责任：由{unit.name_zh}整改，{line.name_zh}核查"[:300]
    case.route_en = f"The enterprise rectifies its own hazards; {line.name_en} checks"[:300]
    filing.number([case])
    rows.insert([case])
    rows.insert(clocks)
    filed = events.CaseFiled(id=case.pk, place=case.place, matter=case.matter, origin=case.origin)
    stream.tell(filed, actor=actor, now=now, known=("dispatched",))
    sent = events.CaseDispatched(id=case.pk, place=case.place, unit=unit.id, route="")
    stream.tell(sent, actor=actor, now=now)
    filing.keep_photos(case, new, actor, now)
    return case


def check_oneself(
    enterprise: str,
    looked_for: Sequence[str],
    found: Sequence[Found],
    *,
    statement: str,
    actor: Actor,
    now: datetime,
) -> tuple[SelfCheck, list[Case]]:
    """Record that an enterprise checked itself, and open what it found; nothing found is a record, too.

    Refused: anybody but the enterprise, nothing looked for, something found that was not looked for, and
    a record in which nobody says to have looked.
    """
    unit = _enterprise(enterprise)
    if not actor.holds_for(REPORT, (unit.path,)):
        raise Refusal(say("自查由企业自己填报"), Kind.FORBIDDEN)
    _check_record(looked_for, found, statement)
    with store.writing():
        opened = [report_hazard(enterprise, one, actor=actor, now=now) for one in found]
        row = SelfCheck.objects.create(
            id=new_id(), enterprise_id=unit.id, at=now, by=actor.ref, looked_for=list(looked_for),
            found=len(opened), statement=statement.strip()[:300],
        )  # fmt: skip
        told = events.SelfChecked(id=row.pk, place=unit.place, unit=unit.id, found=len(opened))
        stream.tell(told, actor=actor, now=now)
    return row, opened


def _check_record(looked_for: Sequence[str], found: Sequence[Found], statement: str) -> None:
    if not looked_for:
        raise Refusal(say("请勾选检查了哪些项目"), field="looked_for")
    if len(statement.strip()) < SHORTEST_STATEMENT:
        raise Refusal(say("请写明谁检查、怎样检查的"), field="statement")
    if len(found) > MOST_FOUND:
        raise Refusal(say("一次最多登记 {n} 处隐患", n=MOST_FOUND), field="found")
    strange = [one.matter for one in found if one.matter not in looked_for]
    if strange:
        raise Refusal(say("发现的隐患“{code}”不在勾选的项目里", code=strange[0]), field="looked_for")
