"""One report: for the desk that screens it, and for whoever holds its progress code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.infra import connectors, files, stream
from gewu.intake import permissions, rules
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report
from gewu.intake.queries.channels import channel_named
from gewu.intake.queries.queue import ReportLine, line_of, visible_to
from gewu.kernel.identifiers import read_progress_code
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.security import queries as security
from gewu.security import vault
from gewu.security.actors import Actor


@dataclass(frozen=True)
class ReporterFacts:
    """Who raised it, masked, and when it was replied to. ``known`` is false when nobody left anything."""

    known: bool
    report: UUID
    received_at: datetime
    due_at: datetime
    replied_at: datetime | None
    name: str = ""
    phone: str = ""
    email: str = ""
    #: Asked not to be named to anyone who handles it: nothing is shown, not even masked.
    confidential: bool = False


@dataclass(frozen=True)
class ReportPage:
    """One report with everything the screening desk needs."""

    line: ReportLine
    version: int
    text: str
    lon: float | None
    lat: float | None
    datum: str
    #: The questions of its class with what was answered, and where the sender keeps a picture.
    said: tuple[tuple[Name, Name], ...]
    media_url: str
    finding: str
    answer: str
    progress_code: str
    outside_id: str
    outside: connectors.Outside | None
    reporter: ReporterFacts
    photos: tuple[UUID, ...]
    lines: tuple[cases.Line, ...]
    steps: tuple[cases.OpenStep, ...]
    case_number: str
    #: Voice notes that came with it.
    sounds: tuple[UUID, ...] = ()


def page(actor: Actor, report_id: UUID, *, now: datetime) -> ReportPage:
    """One report whole. One that is out of scope is refused as if it did not exist."""
    row = visible_to(actor).filter(pk=report_id).select_related("case").first()
    if row is None:
        raise Refusal(say("没有这条反映，或不在您的范围内"), Kind.MISSING)
    return ReportPage(
        line=line_of(row),
        version=row.version,
        text=row.text,
        lon=row.lon,
        lat=row.lat,
        datum=row.datum,
        said=_said(row),
        media_url=row.media_url,
        finding=row.finding,
        answer=row.answer,
        progress_code=row.progress_code[:4] + "-****-****",
        outside_id=row.outside_id or "",
        outside=connectors.outside([row.pk]).get(row.pk) if row.outside_id else None,
        reporter=_reporters([row])[row.pk],
        photos=_photos(row),
        lines=_timeline(row.pk),
        steps=open_to(actor, row, now=now),
        case_number=row.case.number if row.case else "",
        sounds=tuple(one.id for one in files.of([row.pk])[row.pk] if one.media_type.startswith("audio/")),
    )


def _said(row: Report) -> tuple[tuple[Name, Name], ...]:
    if not row.answers or not row.matter:
        return ()
    answers = (catalogue.Answer(code, tuple(values)) for code, values in row.answers)
    return catalogue.answers_spoken(row.matter, answers, catalogue.day_of(row.received_at))


def require_visible(actor: Actor, report_id: UUID) -> None:
    """Refuse a report out of scope as if it did not exist."""
    if not visible_to(actor).filter(pk=report_id).exists():
        raise Refusal(say("没有这条反映，或不在您的范围内"), Kind.MISSING)


def facts_of(row: Report, *, now: datetime) -> rules.ReportFacts:
    """A report as the guards of its table see it."""
    joined = abs(now - row.decided_at) if row.state == "clustered" and row.decided_at else None
    return rules.ReportFacts(row.state == "verifying", row.finding, joined, row.ruled)


def open_to(actor: Actor, row: Report, *, now: datetime) -> tuple[cases.OpenStep, ...]:
    """The steps this actor may take now, in the order of the table."""
    facts = facts_of(row, now=now)
    return tuple(
        cases.OpenStep(step.event, step.label, step.key, step.danger, step.needs, step.may_take)
        for step in REPORT.steps_from(row.state)
        if permissions.WHO[step.by](actor, row) and step.open_for(facts)
    )


def _photos(row: Report) -> tuple[UUID, ...]:
    owners = [row.pk, *([row.case_id] if row.case_id else [])]
    found = files.of(owners)
    return tuple(one.id for owner in owners for one in found[owner] if one.purpose == "photo_before")


def _reporters(rows: Sequence[Report]) -> dict[UUID, ReporterFacts]:
    contacts = vault.masked({row.identity for row in rows if row.identity and not row.confidential})
    found: dict[UUID, ReporterFacts] = {}
    for row in rows:
        contact = contacts.get(row.identity) if row.identity else None
        bare = _bare(row, known=contact is not None or (row.confidential and row.identity is not None))
        found[row.pk] = (
            replace(bare, name=contact.name, phone=contact.phone, email=contact.email) if contact else bare
        )
    return found


def _bare(row: Report, *, known: bool) -> ReporterFacts:
    """A reporter of whom nothing is shown but whether one can be answered, and how soon one was."""
    return ReporterFacts(
        known, row.pk, row.received_at, row.due_at, row.decided_at, confidential=row.confidential
    )


def reports_of(case_id: UUID) -> tuple[UUID, ...]:
    """The reports that stand behind a case."""
    return tuple(Report.objects.filter(case_id=case_id).order_by("received_at").values_list("pk", flat=True))


def case_numbers(reports: Iterable[UUID]) -> dict[UUID, str]:
    """The numbers of the cases behind which some reports stand: one query."""
    rows = Report.objects.filter(pk__in=set(reports), case__isnull=False)
    return dict(rows.values_list("pk", "case__number"))


def supporters(case_id: UUID) -> int:
    """How many different people stand behind a case, without saying who: two queries.

    Whoever left the same number or address with several reports counts once. Reports of nobody known
    count each: that they come from different people is held, not proven.
    """
    tokens = list(Report.objects.filter(case_id=case_id).values_list("identity", flat=True))
    return vault.people({one for one in tokens if one}) + tokens.count(None)


def concerns_of(reports: Iterable[UUID]) -> dict[UUID, str]:
    """The paths of the units that the cases of some reports are about: one query, or none."""
    wanted = set(reports)
    if not wanted:
        return {}
    rows = Report.objects.filter(pk__in=wanted, case__isnull=False).exclude(case__about_path="")
    return dict(rows.values_list("pk", "case__about_path"))


def people_known(case_id: UUID) -> int:
    """How many people who can be told apart stand behind a case: nobody makes up many. Two queries."""
    tokens = Report.objects.filter(case_id=case_id).values_list("identity", flat=True)
    return vault.people({one for one in tokens if one})


def reporters_of(case_id: UUID, actor: Actor) -> tuple[ReporterFacts, ...]:
    """Who raised a case, masked, in the order they came.

    Whoever does not screen or verify reports at that place, such as the office that handles the case
    (it may be the one reported on), learns only whether someone left a way to be answered.
    """
    rows = list(Report.objects.filter(case_id=case_id).order_by("received_at"))
    open_to = [row for row in rows if actor.holds_at("reports.read", row.place)]
    shown = _reporters(open_to)
    return tuple(shown.get(row.pk) or _bare(row, known=row.identity is not None) for row in rows)


def _timeline(report_id: UUID) -> tuple[cases.Line, ...]:
    told = stream.timeline("report", report_id)
    names = security.names_of({one.actor for one in told})
    lines = (cases.sentence_of(one, names) for one in told)
    return tuple(_with_channel(line) for line in lines)


def _public_timeline(report_id: UUID) -> tuple[cases.Line, ...]:
    told = (one for one in stream.timeline("report", report_id) if one.kind.public)
    return tuple(_with_channel(cases.public_line(one)) for one in told)


def _with_channel(line: cases.Line) -> cases.Line:
    code = line.sentence.values.get("channel")
    if code is None:
        return line
    values = {**line.sentence.values, "channel": channel_named(str(code)).name}
    return replace(line, sentence=replace(line.sentence, values=values))


@dataclass(frozen=True)
class Progress:
    """What anyone with the progress code may know."""

    code: str
    state: str
    public_label: Text
    open: bool
    stage: int
    text: str
    place: str
    address: str
    received_at: datetime
    due_at: datetime
    answer: str
    #: The pictures that came with this report, and no one else's.
    photos: tuple[UUID, ...]
    lines: tuple[cases.Line, ...]
    case: cases.PublicCase | None


def of_code(code: str) -> Report:
    """The report that a progress code opens, with its case; a wrong code is refused."""
    asked = Report.objects.filter(progress_code=read_progress_code(code))
    row = asked.select_related("case").first()
    if row is None:
        raise Refusal(
            say("没有这个查询码"),
            Kind.MISSING,
            field="code",
            advice=say("请核对十二位查询码，字母不分大小写"),
        )
    return row


def progress(code: str, *, now: datetime) -> Progress:
    """The state and the clock of a report, by its code, without any log-in. A wrong code is refused."""
    row = of_code(code)
    state = REPORT.state(row.state)
    case = cases.public(row.case, now=now) if row.case else None
    own = _public_timeline(row.pk)
    lines = sorted([*own, *(case.lines if case else ())], key=lambda line: line.at)
    return Progress(
        row.progress_code, case.state if case else row.state, case.public_label if case else state.public,
        case.open if case else state.open, case.stage if case else state.stage, row.text, row.place,
        row.address, row.received_at, row.due_at, case.answer if case else row.answer,
        files.brought_by(row.pk), tuple(lines), case,
    )  # fmt: skip


def may_see_file(actor: Actor, facts: files.FileFacts) -> bool:
    """Whether a file of a report may be shown to this actor."""
    if facts.owner_kind != "report" or facts.owner_id is None:
        return False
    return visible_to(actor).filter(pk=facts.owner_id).exists()
