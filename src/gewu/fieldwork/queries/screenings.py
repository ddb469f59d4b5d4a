"""Dispute screening week by week: which community screened, what was found, and the form of its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.fieldwork.lifecycle import TASK
from gewu.fieldwork.models import Finding, Record, Statement, Task
from gewu.fieldwork.queries import evidence, seeing
from gewu.fieldwork.queries.evidence import PatrolLine
from gewu.fieldwork.queries.kinds import kind
from gewu.fieldwork.queries.tasks import RecordLine, StatementLine, record_line, statement_line
from gewu.fieldwork.rules.visits import (
    DISPUTE,
    SCREENINGS,
    WAITING,
    Screened,
    monday_of,
    of_week,
    weeks_until,
)
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.security import queries as security
from gewu.security.actors import Actor
from gewu.security.scopes import within
from gewu.territory import queries as territory

#: So many weeks are looked at together.
WEEKS = 8


@dataclass(frozen=True)
class Week:
    """One week of one community: ``done``, ``none``, ``waiting`` or ``missing``, with its task."""

    monday: date
    outcome: str
    found: int
    task: UUID | None


@dataclass(frozen=True)
class Community:
    """One community with its weeks, the oldest first."""

    place: str
    name: str
    weeks: tuple[Week, ...]

    @property
    def missing(self) -> int:
        return sum(one.outcome == "missing" for one in self.weeks)


@dataclass(frozen=True)
class DisputeLine:
    """One dispute that a screening found. Who the parties are stands nowhere in it."""

    number: str
    matter: Name
    place: str
    address: str
    found_at: datetime
    who: str
    text: str
    unit: Name
    state: Text
    result: str
    due_at: datetime | None


@dataclass(frozen=True)
class SignedLine:
    """A department that has to sign, and its signature once it stands."""

    unit: UUID
    code: str
    name: Name
    result: str
    who: str
    signed_at: datetime | None
    may_sign: bool


@dataclass(frozen=True)
class Screening:
    """One screening whole, as its record form has it."""

    task: UUID
    kind: Name
    place: str
    since: date
    until: date
    state: Text
    open: bool
    who: str
    ended_at: datetime | None
    record: RecordLine | None
    statement: StatementLine | None
    disputes: tuple[DisputeLine, ...]
    patrols: tuple[PatrolLine, ...]
    signed: tuple[SignedLine, ...]

    @property
    def complete(self) -> bool:
        """Whether it is over and every department that has to has signed."""
        return not self.open and self.ended_at is not None and all(one.signed_at for one in self.signed)


def weeks(actor: Actor, place: str, *, now: datetime, count: int = WEEKS) -> tuple[Community, ...]:
    """Every community of a place with its last weeks: one query for places, one for screenings.

    A community for which nobody planned a screening is among them, with every week missing.
    """
    today = catalogue.day_of(now)
    mondays = weeks_until(today, count)
    found: dict[tuple[str, date], list[tuple[UUID, Screened]]] = {}
    rows = seeing.tasks(actor).filter(
        within("place", place), kind__in=SCREENINGS, day__gte=mondays[0], day__lte=today
    )
    for row in rows.exclude(state="cancelled").order_by("day", "id"):
        key = row.place[: Level.COMMUNITY.digits], monday_of(row.day)
        state = TASK.state(row.state)
        one = Screened(row.place, row.day, row.state, state.open, row.found)
        found.setdefault(key, []).append((row.pk, one))
    return tuple(
        Community(
            one.code, one.name, tuple(_week(found.get((one.code, day), ()), day, today) for day in mondays)
        )
        for one in _communities(place)
    )


def _communities(place: str) -> Sequence[territory.Place]:
    """The communities of a place that have grids, by code."""
    codes = sorted({one[: Level.COMMUNITY.digits] for one in territory.grids_in(place)})
    return list(territory.paths_of(codes).values())


def _week(found: Sequence[tuple[UUID, Screened]], monday: date, today: date) -> Week:
    over = today > monday + timedelta(days=6)
    outcome = of_week((one for _, one in found), over=over)
    best = max(found, key=lambda one: (not one[1].open, one[1].found), default=None)
    return Week(monday, outcome, sum(one.found for _, one in found), best[0] if best else None)


def waiting(of: Sequence[Community]) -> int:
    """How many communities have not screened yet this week."""
    return sum(one.weeks[-1].outcome == WAITING for one in of)


def screening(actor: Actor, task: UUID, *, now: datetime) -> Screening:
    """One screening with everything that its form asks for; seven queries, however many disputes."""
    row = _asked_to_sign(actor, task) or seeing.require_task(actor, task)
    if row.kind_id not in SCREENINGS:
        raise Refusal(say("这不是矛盾纠纷排查"), Kind.MISSING)
    found = _findings(row)
    patrols = evidence.patrols_behind(row)
    record: Record | None = getattr(row, "record", None)
    statement: Statement | None = getattr(row, "statement", None)
    signatures = list(row.signatures.all())
    refs = {row.started_by, *(one.by for one in found), *(one.by for one in signatures)}
    refs |= {one.by for one in (record, statement) if one}
    names = security.names_of(refs)
    state = TASK.state(row.state)
    return Screening(
        row.pk, kind(row.kind_id).name, row.place, row.day, row.last_day, state.label, state.open,
        names.get(row.started_by, ""), row.ended_at,
        record_line(record, names) if record else None,
        statement_line(statement, names) if statement else None,
        tuple(_dispute(one, names) for one in found),
        patrols,
        signers_of(actor, row, names),
    )  # fmt: skip


def _asked_to_sign(actor: Actor, task: UUID) -> Task | None:
    """A joint screening that a department of this actor's has to sign, wherever it is."""
    row = Task.objects.select_related("plan", "record", "statement").filter(pk=task).first()
    if row is None or row.plan is None or not actor.seats:
        return None
    paths = row.plan.signers.values_list("unit__path", flat=True)
    return row if any(actor.sits_in(path) for path in paths) else None


def _findings(row: Task) -> list[Finding]:
    """What this screening found, and the disputes that patrols of its place found in its days."""
    days = Q(made_at__date__gte=row.day, made_at__date__lte=row.last_day)
    alike = within("place", row.place) & Q(matter__startswith=DISPUTE) & days
    rows = Finding.objects.filter(Q(task=row) | alike).select_related("case", "report")
    return list(rows.order_by("made_at", "id"))


def _dispute(row: Finding, names: Mapping[str, str]) -> DisputeLine:
    line = cases.line_of(row.case) if row.case else None
    report = row.report
    return DisputeLine(
        line.number if line else "",
        catalogue.name_of(row.matter),
        row.place,
        report.address if report else "",
        row.made_at,
        names.get(row.by, ""),
        cases.without_numbers(report.text) if report else "",
        line.unit if line else Name("", ""),
        line.state_label if line else say("待受理"),
        row.case.result if row.case else "",
        line.due_at if line else None,
    )


def signers_of(actor: Actor, row: Task, names: Mapping[str, str]) -> tuple[SignedLine, ...]:
    """Who has to sign a task, and who did."""
    signed = {one.unit_id: one for one in row.signatures.all()}
    asked = list(row.plan.signers.values_list("unit", flat=True)) if row.plan else []
    lines = []
    for key in asked:
        unit, one = organisation.known_unit(key), signed.get(key)
        may = one is None and row.state == "started" and actor.sits_in(unit.path)
        lines.append(
            SignedLine(
                key,
                unit.code,
                Name(unit.name_zh, unit.name_en),
                one.result if one else "",
                names.get(one.by, "") if one else "",
                one.signed_at if one else None,
                may,
            )  # fmt: skip
        )
    return tuple(lines)
