"""Starting, holding and stopping the clocks of a case. Clocks belong to the step, not to a reaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gewu.cases.models import Case, Deadline
from gewu.catalogue import queries as catalogue
from gewu.infra import rows
from gewu.kernel import worktime


def due(start: datetime, limit: worktime.Limit) -> datetime:
    """When a limit that starts now ends, in the calendar in force."""
    return worktime.deadline(start, limit.amount, limit.unit, catalogue.calendar())


def new(
    case: Case, clock: str, limit: worktime.Limit, *, start: datetime, unit: UUID | None = None
) -> Deadline:
    """A running clock, not yet saved."""
    return Deadline(
        case=case,
        clock=clock,
        unit_id=unit,
        started_at=start,
        amount=limit.amount,
        time_unit=limit.unit.value,
        calendar=catalogue.calendar().version,
        due_at=due(start, limit),
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
    one.pauses, one.held = [*one.pauses[:-1], [one.pauses[-1][0], now.isoformat()]], False
    unit = worktime.Unit(one.time_unit)
    moved = worktime.deadline(one.started_at, one.amount, unit, catalogue.calendar(), pauses_of(one))
    one.due_at = moved or one.due_at
    one.calendar = catalogue.calendar().version


def pauses_of(one: Deadline) -> list[tuple[datetime, datetime | None]]:
    """The pauses of a clock as times."""
    return [(datetime.fromisoformat(a), datetime.fromisoformat(b) if b else None) for a, b in one.pauses]


def save(clocks: list[tuple[Deadline, rows.Seen]]) -> None:
    """Write what changed on these clocks since they were seen: one statement for each equal change."""
    rows.update(clocks)


def _named(clocks: list[Deadline], names: tuple[str, ...]) -> list[Deadline]:
    return [one for one in clocks if one.clock in names and not one.met_at and not one.dropped_at]
