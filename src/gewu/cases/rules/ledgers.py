"""The clocks of a case recomputed from its history alone: the public promise and each office's own deadline.

Pure: given events, limits and calendar it yields the deadlines that the actions stored step by step. So a
ledger can be laid again from the record, and whoever doubts a stored date can see how it came about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from gewu.kernel import worktime
from gewu.kernel.worktime import Calendar, Limit, Unit


@dataclass(frozen=True)
class Terms:
    """What a case began with: when it was received, its limits, those of its stages, and the calendar."""

    received_at: datetime
    accept: Limit
    handle: Limit
    stages: Mapping[str, Limit]
    calendar: Calendar


@dataclass(frozen=True)
class Entry:
    """One event: what happened, when, the unit it names, the time it grants; ``ruled`` by a rule at once."""

    type: str
    at: datetime
    unit: str = ""
    amount: Decimal = Decimal(0)
    ruled: bool = False


@dataclass
class Account:
    """One clock as the history makes it."""

    clock: str
    unit: str
    started_at: datetime
    amount: Decimal
    time_unit: Unit
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    met_at: datetime | None = None
    dropped_at: datetime | None = None

    @property
    def held(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None

    @property
    def runs(self) -> bool:
        return self.met_at is None and self.dropped_at is None

    def due(self, calendar: Calendar) -> datetime | None:
        """When it runs out; None while it is held."""
        return worktime.deadline(self.started_at, self.amount, self.time_unit, calendar, self.pauses)

    def rung(self, calendar: Calendar, percent: int) -> datetime | None:
        """When this part of it has run: the ladder of supervision stands on an office's clock."""
        return worktime.reached_at(
            self.started_at, self.amount, self.time_unit, calendar, self.pauses, percent=percent
        )


@dataclass
class _Ledger:
    terms: Terms
    accounts: list[Account] = field(default_factory=list)

    def start(self, clock: str, limit: Limit, at: datetime, unit: str = "") -> None:
        self.accounts.append(Account(clock, unit, at, Decimal(str(limit.amount)), limit.unit))

    def stage(self, clock: str, at: datetime, unit: str = "") -> None:
        self.start(clock, self.terms.stages[clock], at, unit)

    def running(self, *clocks: str) -> Iterable[Account]:
        return [one for one in self.accounts if one.runs and one.clock in clocks]

    def meet(self, at: datetime, *clocks: str) -> None:
        for one in self.running(*clocks):
            one.met_at = at

    def drop(self, at: datetime, *clocks: str) -> None:
        for one in self.running(*clocks):
            one.dropped_at = at

    def hold(self, at: datetime, *clocks: str) -> None:
        for one in self.running(*clocks):
            if not one.held:
                one.pauses.append((at, None))

    def resume(self, at: datetime, *clocks: str) -> None:
        for one in self.running(*clocks):
            if one.held:
                since = one.pauses[-1][0]
                one.pauses[-1] = (since, max(since, at))


def recomputed(history: Sequence[Entry], terms: Terms) -> tuple[Account, ...]:
    """Every clock of a case, in the order in which it began."""
    ledger = _Ledger(terms)
    for entry in history:
        _MEANS.get(entry.type, _nothing)(ledger, entry)
    return tuple(ledger.accounts)


def _nothing(ledger: _Ledger, entry: Entry) -> None:
    """What moves no clock."""


def _filed(ledger: _Ledger, entry: Entry) -> None:
    terms = ledger.terms
    accepted = worktime.deadline(terms.received_at, terms.accept.amount, terms.accept.unit, terms.calendar)
    ledger.start("promise", terms.handle, accepted)
    ledger.stage("dispatch", entry.at)


def _handed(ledger: _Ledger, entry: Entry) -> None:
    if entry.ruled:  # sent on in the act of filing: it never lay on the desk
        ledger.accounts = [one for one in ledger.accounts if one.clock != "dispatch"]
    ledger.meet(entry.at, "dispatch")
    for one in ledger.running("handle"):
        if one.unit != entry.unit:
            one.dropped_at = entry.at
    ledger.resume(entry.at, "handle")
    ledger.stage("sign_for", entry.at, entry.unit)
    if not ledger.running("handle"):
        ledger.start("handle", ledger.terms.handle, entry.at, entry.unit)


def _back(ledger: _Ledger, entry: Entry) -> None:
    ledger.hold(entry.at, "handle")
    ledger.drop(entry.at, "sign_for")
    ledger.stage("dispatch", entry.at)


def _done(ledger: _Ledger, entry: Entry) -> None:
    ledger.meet(entry.at, "handle")
    ledger.stage("check", entry.at)


def _self_handled(ledger: _Ledger, entry: Entry) -> None:
    ledger.accounts = [one for one in ledger.accounts if one.clock != "dispatch"]
    ledger.stage("check", entry.at)


def _check_failed(ledger: _Ledger, entry: Entry) -> None:
    ledger.meet(entry.at, "check")
    *_, last = (one for one in ledger.accounts if one.clock == "handle" and one.dropped_at is None)
    last.met_at = None


def _sent_on(ledger: _Ledger, entry: Entry) -> None:
    ledger.meet(entry.at, "check")
    ledger.stage("dispatch", entry.at)


def _reopened(ledger: _Ledger, entry: Entry) -> None:
    ledger.start("promise", ledger.terms.handle, entry.at)
    ledger.stage("sign_for", entry.at, entry.unit)
    ledger.start("handle", ledger.terms.handle, entry.at, entry.unit)


def _voided(ledger: _Ledger, entry: Entry) -> None:
    ledger.drop(entry.at, *{one.clock for one in ledger.accounts})


def _extended(ledger: _Ledger, entry: Entry) -> None:
    for one in ledger.running("handle", "promise"):
        one.amount += entry.amount


#: What each event does to the clocks.
_MEANS: Mapping[str, Callable[[_Ledger, Entry], None]] = {
    "CaseFiled": _filed,
    "CaseDispatched": _handed,
    "CaseRuled": _handed,
    "CasePassedUp": _handed,
    "CasePassedDown": _handed,
    "CaseReturned": _back,
    "CaseRecalled": _back,
    "CaseSignedFor": lambda ledger, entry: ledger.meet(entry.at, "sign_for"),
    "CaseHandled": _done,
    "CaseSelfHandled": _self_handled,
    "CheckFailed": _check_failed,
    "CaseSentOn": _sent_on,
    "CaseClosed": lambda ledger, entry: ledger.meet(entry.at, "check", "promise"),
    "CaseReopened": _reopened,
    "CaseVoided": _voided,
    "ExtensionApproved": _extended,
    "CaseShelved": lambda ledger, entry: ledger.hold(entry.at, "handle", "promise"),
    "CaseResumed": lambda ledger, entry: ledger.resume(entry.at, "handle", "promise"),
}
