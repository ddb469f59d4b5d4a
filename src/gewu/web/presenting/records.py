"""One report and one case as their pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from gewu.cases import queries as cases
from gewu.infra import commands
from gewu.intake import queries as intake
from gewu.kernel.texts import Name, say
from gewu.web.presenting.editions import Grounds, grounds_view
from gewu.web.presenting.lists import number_of
from gewu.web.presenting.names import called, either, grid_name, origin_named, places_named, whereabouts
from gewu.web.presenting.parts import (
    Clock,
    Line,
    OpenStep,
    Photo,
    Reporter,
    Round,
    Words,
    lines_of,
    photo,
    steps_of,
)


@dataclass(frozen=True)
class ReportPage:
    """A report as the screening desk sees it."""

    id: str
    version: int
    number: str
    state: str
    state_label: Words
    text: str
    said: tuple[tuple[Name, Name], ...]
    media_url: str
    place: str
    address: str
    lon: float | None
    lat: float | None
    grid: str
    grid_code: str
    origin: str
    received_at: datetime
    clock: Clock | None
    reporter: Reporter
    photos: tuple[Photo, ...]
    finding: str
    lines: tuple[Line, ...]
    case: str | None
    progress_code: str
    outside: intake.Outside | None
    #: Voice notes that came with it.
    sounds: tuple[str, ...] = ()
    #: When it was made and when it came, where it waited on a phone.
    apart: commands.Times | None = None


def report_page(found: intake.ReportPage) -> ReportPage:
    """A report with names and addresses."""
    line, places = found.line, places_named([found.line.place])
    grid = grid_name(places, line.place)
    return ReportPage(
        id=str(line.id),
        version=found.version,
        number=number_of(line),
        state=line.state,
        state_label=line.state_label,
        text=found.text,
        said=found.said,
        media_url=found.media_url,
        place=whereabouts(places, line.place),
        address=line.address,
        lon=found.lon,
        lat=found.lat,
        grid=grid,
        grid_code=line.place if grid else "",
        origin=origin_named(line.channel),
        received_at=line.received_at,
        clock=Clock(say("首次答复"), line.due_at, line.received_at, met_at=line.decided_at),
        reporter=reporter_of(found.reporter),
        photos=tuple(photo(one, "before") for one in found.photos),
        finding=found.finding,
        lines=lines_of(found.lines),
        case=found.case_number or None,
        progress_code=found.progress_code,
        outside=found.outside,
        sounds=tuple(map(str, found.sounds)),
        apart=next((one for one in commands.times_of(f"report:{line.id}") if one.was_apart), None),
    )


def reporter_of(facts: intake.ReporterFacts) -> Reporter:
    """Who raised it, masked; a mail address stands where there is no telephone."""
    shown = facts.phone or facts.email
    return Reporter(facts.name, shown, not facts.known, str(facts.report), facts.confidential)


@dataclass(frozen=True)
class Route:
    """Who got the case and why."""

    unit: str
    why: Words
    rule: str
    at: datetime


@dataclass(frozen=True)
class Verdict:
    """What the reporter said in the end."""

    solved: bool
    words: str
    at: datetime


@dataclass(frozen=True)
class AssignmentLine:
    """The part of one unit."""

    id: str
    kind: str
    unit: str
    state_label: Words
    due_at: datetime | None
    paused: bool
    open: bool
    note: str
    steps: tuple[OpenStep, ...]


@dataclass(frozen=True)
class CasePage:
    """A case as its page shows it."""

    number: str
    version: int
    state: str
    state_label: Words
    open: bool
    matter: str
    matter_code: str
    text: str
    place: str
    address: str
    grid: str
    lon: float | None
    lat: float | None
    origin: str
    filed_at: datetime
    closed_at: datetime | None
    reports: int
    returned: int
    owner: str
    route: Route
    #: The newest first.
    rounds: tuple[Round, ...]
    evidence_needed: tuple[Words, ...]
    criterion: str
    closing: str
    grounds: Grounds
    before: tuple[Photo, ...]
    after: tuple[Photo, ...]
    lines: tuple[Line, ...]
    assignments: tuple[AssignmentLine, ...]
    reporters: tuple[Reporter, ...]
    result: str
    answer: str
    verdict: Verdict | None


def case_page(found: cases.CasePage, raised_by: Sequence[intake.ReporterFacts]) -> CasePage:
    """A case with names and addresses."""
    line, places = found.line, places_named([found.line.place])
    matter = found.matter
    return CasePage(
        number=line.number,
        version=found.version,
        state=line.state,
        state_label=line.state_label,
        open=line.open,
        matter=either(matter.name_zh, matter.name_en),
        matter_code=matter.code,
        text=found.text,
        place=whereabouts(places, line.place),
        address=line.address,
        grid=grid_name(places, line.place),
        lon=found.lon,
        lat=found.lat,
        origin=origin_named(line.origin),
        filed_at=line.filed_at,
        closed_at=line.closed_at,
        reports=len(raised_by),
        returned=line.returns,
        owner=called(line.unit),
        route=_route(found),
        rounds=tuple(_rounds(found, raised_by)),
        evidence_needed=found.evidence_needed,
        criterion=_joined(either(one.filing_zh, one.filing_en) for one in matter.criteria),
        closing=_joined(either(one.closing_zh, one.closing_en) for one in matter.criteria),
        grounds=grounds_view(found.grounds),
        before=_photos(found, "photo_before", "before"),
        after=_photos(found, "photo_after", "after"),
        lines=_with_records(found),
        assignments=(*_lead(found), *(_assist(one) for one in found.tasks if not one.whistle)),
        reporters=tuple(reporter_of(one) for one in raised_by),
        result=found.result,
        answer=found.answer,
        verdict=verdict_of(found.lines, found.solved),
    )


def _route(found: cases.CasePage) -> Route:
    by_hand = say("由派遣员指定") if found.line.lead else say("等待派遣员指定")
    why = either(found.route_zh, found.route_en) if found.route or not found.line.lead else ""
    return Route(called(found.line.unit), why or by_hand, "", found.line.filed_at)


def _first_reply(raised_by: Sequence[intake.ReporterFacts]) -> Iterable[Clock]:
    """The clock of the first reply to the one who raised it first."""
    for one in raised_by[:1]:
        yield Clock(say("首次答复"), one.due_at, one.received_at, met_at=one.replied_at)


def _rounds(found: cases.CasePage, raised_by: Sequence[intake.ReporterFacts]) -> Iterable[Round]:
    """The promise first, the first reply in round 1; clocks of called parties stand with their part."""
    shown = [one for one in found.clocks if one.clock not in ("check_in", "assist")]
    shown.sort(key=lambda one: one.clock != "promise")
    last = max((one.round for one in shown), default=1)
    for number in range(last, 0, -1):
        clocks = tuple(_clock(one) for one in shown if one.round == number)
        first = tuple(_first_reply(raised_by)) if number == 1 else ()
        yield Round(number if last > 1 else 0, clocks + first)


def _clock(one: cases.ClockFacts) -> Clock:
    kind = "promise" if one.clock == "promise" else "office"
    return Clock(cases.CLOCK_WORDS[one.clock], one.due_at, one.started_at, one.paused, one.met_at, kind)


def _photos(found: cases.CasePage, token: str, kind: str) -> tuple[Photo, ...]:
    kept = [(one.file, one.added_at) for one in found.evidence if one.token == token and one.file]
    return tuple(photo(file, kind, at) for file, at in kept)


def _with_records(found: cases.CasePage) -> tuple[Line, ...]:
    """The timeline, with the written records and the other papers at the time they were handed in."""
    papers = [
        Line(
            one.added_at,
            say("交来凭证：{label}", label=one.label),
            words=one.text,
            photos=(photo(one.file, "other"),) if one.file else (),
        )
        for one in found.evidence
        if one.token not in ("photo_before", "photo_after")
    ]
    return tuple(sorted((*lines_of(found.lines), *papers), key=lambda line: line.at, reverse=True))


def _lead(found: cases.CasePage) -> Iterable[AssignmentLine]:
    line = found.line
    if not line.lead:
        return
    clock = next((one for one in reversed(found.clocks) if one.clock == "handle"), None)
    yield AssignmentLine(
        id="",
        kind="lead",
        unit=called(line.unit),
        state_label=line.state_label,
        due_at=clock.due_at if clock else None,
        paused=bool(clock and clock.paused),
        open=line.open and not (clock and clock.met_at),
        note="",
        steps=(),
    )


def _assist(one: cases.TaskLine) -> AssignmentLine:
    return AssignmentLine(
        str(one.id), "assist", called(one.unit), one.state_label,
        one.come_by if one.state == "offered" else None, False, one.open,
        one.result or one.task, steps_of(one.steps),
    )  # fmt: skip


_VERDICTS = {"CaseConfirmed": True, "CaseReopened": False}


def verdict_of(lines: Iterable[cases.Line], solved: bool | None) -> Verdict | None:
    """The last verdict with its words; nothing before there is one."""
    given = [one for one in lines if _VERDICTS.get(one.type) == solved and one.type in _VERDICTS]
    if solved is None or not given:
        return None
    return Verdict(solved, dict(given[-1].words).get("reason", ""), given[-1].at)


def address_of(code: str, address: str) -> str:
    """Where something is, for its reporter: the names of the place and the reporter's own words."""
    places = places_named([code])
    return " ".join(part for part in (whereabouts(places, code), grid_name(places, code), address) if part)


def _joined(parts: Iterable[str]) -> str:
    """Different sentences in a row."""
    return gettext("；").join(dict.fromkeys(parts))
