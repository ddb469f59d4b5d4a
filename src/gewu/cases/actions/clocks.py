"""Starting, holding and stopping the clocks of a case. Clocks belong to the step, not to a reaction."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from gewu.cases.models import Case, Deadline
from gewu.catalogue import queries as catalogue
from gewu.catalogue.queries import terms
from gewu.infra import rows
from gewu.kernel import worktime

#: The clock beside which the ladder of supervision stands: the office's own limit.
LADDERED = "handle"
#: Units of time of which no part is granted.
DAYS = (worktime.Unit.WORK_DAY, worktime.Unit.CALENDAR_DAY)
#: Longer than any limit; no extension reaches further, and no wish makes one count for ever.
MOST_DAYS = 400


def due(start: datetime, limit: worktime.Limit) -> datetime:
    """When a limit that starts now ends, in the calendar in force."""
    return worktime.deadline(start, limit.amount, limit.unit, catalogue.calendar())


def stage(case: Case, name: str) -> worktime.Limit:
    """The limit of a stage as it was when the case was filed: a case keeps what it began with."""
    return terms.stage_limit(name, on=catalogue.day_of(case.filed_at))


def handling(case: Case) -> catalogue.Limit:
    """How long an office may take: by class, origin and place as they were when the case was filed."""
    matter = catalogue.matter(case.matter, on=catalogue.day_of(case.filed_at))
    return terms.handling_limit(matter, case.origin, case.place, case.filed_at)


def judged_until(case: Case) -> datetime | None:
    """Until when the reporter may ask for a closed case to be handled again."""
    return due(case.closed_at, stage(case, "reopening")) if case.closed_at else None


def new(
    case: Case, clock: str, limit: worktime.Limit, *, start: datetime, unit: UUID | None = None
) -> Deadline:
    """A running clock, not yet saved. The ladder of supervision stands beside an office's own limit."""
    made = rows.new(
        Deadline,
        case_id=case.pk,
        clock=clock,
        unit_id=unit,
        started_at=start,
        amount=limit.amount,
        time_unit=limit.unit.value,
        calendar=catalogue.calendar().version,
        due_at=due(start, limit),
    )
    if clock == LADDERED:
        made.next_rung_at = next_rung(made)
    return made


def next_rung(one: Deadline) -> datetime | None:
    """When the next rung of the ladder comes for this clock; None when there is none, or while it is held."""
    rungs = terms.ladder(on=catalogue.day_of(one.started_at))[one.rungs :]
    if not rungs:
        return None
    unit, percent = worktime.Unit(one.time_unit), rungs[0].percent
    return worktime.reached_at(
        one.started_at, one.amount, unit, catalogue.calendar(), pauses_of(one), percent=percent
    )


def running(case: Case) -> list[Deadline]:
    """The clocks of a case that still count."""
    every = rows.read(Deadline, case_id=case.pk)
    return [one for one in every if one.met_at is None and one.dropped_at is None]


def meet(clocks: list[Deadline], *names: str, now: datetime) -> None:
    """Stop these clocks as met; whether in time is a question for later."""
    for one in _named(clocks, names):
        one.met_at = now


def drop(clocks: list[Deadline], *names: str, now: datetime) -> None:
    """Stop these clocks without an answer: they no longer concern anyone."""
    for one in _named(clocks, names):
        one.dropped_at = now


def hold(clocks: list[Deadline], *names: str, now: datetime) -> None:
    """Begin a pause; one that is already held stays as it is."""
    for one in _named(clocks, names):
        if not one.held:
            one.pauses, one.held = [*one.pauses, [now.isoformat(), ""]], True


def resume(one: Deadline, *, now: datetime) -> None:
    """End the pause of a clock and move its deadline by the time it was held."""
    if not one.held:
        return
    since = datetime.fromisoformat(one.pauses[-1][0])
    until = max(since, now)  # a clock that was set back meanwhile makes no pause of less than nothing
    one.pauses, one.held = [*one.pauses[:-1], [one.pauses[-1][0], until.isoformat()]], False
    _recount(one)


def resume_all(clocks: list[Deadline], *names: str, now: datetime) -> None:
    """End the pauses of these clocks."""
    for one in _named(clocks, names):
        resume(one, now=now)


def extend(clocks: list[Deadline], *names: str, amount: Decimal) -> None:
    """Give these clocks more time; one that had been told as late may be told again."""
    for one in _named(clocks, names):
        one.amount, one.told_late_at = Decimal(one.amount) + amount, None
        _recount(one)


def needed_until(one: Deadline, until: datetime) -> Decimal:
    """The least more time with which this running clock does not end before then; whole days of days."""
    unit = worktime.Unit(one.time_unit)
    if unit not in DAYS:
        seconds = worktime.elapsed(one.due_at, until, unit, catalogue.calendar())
        return max(Decimal(1), Decimal(-(-seconds // 36))) / 100
    more = Decimal(1)
    while more < MOST_DAYS and (_extended(one, more) or until) < until:
        more += 1
    return more


def _extended(one: Deadline, more: Decimal) -> datetime | None:
    unit, amount = worktime.Unit(one.time_unit), Decimal(one.amount) + more
    return worktime.deadline(one.started_at, amount, unit, catalogue.calendar(), pauses_of(one))


def until_resumed(one: Deadline, until: datetime) -> datetime:
    """When a held clock would run out if it were let go on then; what lists show meanwhile."""
    since = pauses_of(one)[-1][0]
    pauses = [*pauses_of(one)[:-1], (since, max(since, until))]
    unit = worktime.Unit(one.time_unit)
    return worktime.deadline(one.started_at, one.amount, unit, catalogue.calendar(), pauses) or one.due_at


def _recount(one: Deadline) -> None:
    unit = worktime.Unit(one.time_unit)
    moved = worktime.deadline(one.started_at, one.amount, unit, catalogue.calendar(), pauses_of(one))
    one.due_at = moved or one.due_at
    one.calendar = catalogue.calendar().version
    if one.clock == LADDERED:
        one.next_rung_at = next_rung(one)


def named(clocks: list[Deadline], name: str) -> Deadline | None:
    """The clock of this name that still counts."""
    return next(iter(_named(clocks, (name,))), None)


def met_late(clocks: list[Deadline], *names: str, now: datetime) -> bool:
    """Whether one of these clocks would be met too late now."""
    return any(one.due_at < now and not one.held for one in _named(clocks, names))


def pauses_of(one: Deadline) -> list[tuple[datetime, datetime | None]]:
    """The pauses of a clock as times."""
    return [(datetime.fromisoformat(a), datetime.fromisoformat(b) if b else None) for a, b in one.pauses]


def save(clocks: list[tuple[Deadline, rows.Seen]]) -> None:
    """Write what changed on these clocks since they were seen: one statement for each equal change."""
    rows.update(clocks)


def _named(clocks: list[Deadline], names: tuple[str, ...]) -> list[Deadline]:
    return [one for one in clocks if one.clock in names and not one.met_at and not one.dropped_at]
