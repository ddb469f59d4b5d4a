"""Handing a matter over to a body outside and taking one over from it, each side with its own clock."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

from gewu.cases import events, permissions
from gewu.cases.actions import clocks, steps
from gewu.cases.lifecycle import CASE, REFERRAL
from gewu.cases.models import Case, Referral, ReferralKind
from gewu.cases.models.referrals import BACK, IN, OUT
from gewu.cases.rules.referrals import Handing, ReferralFacts, check_handing
from gewu.catalogue import queries as catalogue
from gewu.infra import connectors, rows, store, stream
from gewu.kernel import worktime
from gewu.kernel.lifecycle import Step
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import CLOCK, Actor


@dataclass(frozen=True)
class Incoming:
    """A matter that a body outside handed over: which kind, the report it became, its number over there."""

    kind: str
    report: UUID
    place: str
    system: str
    outside_no: str


def refer(number: str, kind: str, *, reason: str, actor: Actor, now: datetime) -> Referral:
    """Hand a case over to a body outside, or call that body to the spot.

    Refused: whoever does not dispatch there, a kind that is not in force or comes in, an emergency that
    would be handed away, a case whose work is done, one that is handed over already.
    """
    with store.writing():
        case = steps.locked(number)
        permissions.require(actor, "dispatcher", case)
        found = kind_in_force(kind, OUT, now)
        if not reason.strip():
            raise Refusal(say("请写明转出的理由"), field="reason")
        steps.check_words({"reason": reason})
        state = CASE.state(case.state)
        already = Referral.objects.filter(case=case, state__in=REFERRAL.names(open=True), kind__direction=OUT)
        check_handing(Handing(case.priority, found.joint, state.open, state.stage, already.exists()))
        system = connectors.reaching(found.body, case.place)
        row = _sent(found, case.place, system, actor, now, case=case)
        _mark(case, 0 if found.joint else 1)
        told = events.ReferralSent(id=row.pk, place=case.place, kind=found.pk, case=case.pk)
        stream.tell(told, actor=actor, now=now, words={"reason": reason.strip()})
    return row


def receive(given: Incoming, *, actor: Actor, now: datetime) -> Referral:
    """Take note of a matter that was handed over to this desk; its report says what becomes of it."""
    found = kind_in_force(given.kind, IN, now)
    with store.writing():
        row = _sent(
            found, given.place, given.system, actor, now, report=given.report, outside_no=given.outside_no
        )
        told = events.ReferralSent(id=row.pk, place=row.place, kind=found.pk, report=given.report)
        stream.tell(told, actor=actor, now=now)
    return row


def _sent(kind: ReferralKind, place: str, system: str, actor: Actor, now: datetime, **more: Any) -> Referral:
    accept_by = clocks.due(now, _limit(kind.accept_amount, kind.accept_unit))
    return Referral.objects.create(
        kind=kind, place=place, system=system, sent_by=actor.ref, sent_at=now, accept_by=accept_by,
        due_at=accept_by, **more,
    )  # fmt: skip


def _limit(amount: Decimal, unit: str) -> worktime.Limit:
    return worktime.Limit(amount, worktime.Unit(unit))


def kind_in_force(code: str, direction: str, now: datetime) -> ReferralKind:
    """The row of a kind that holds today; an unknown one and one of the other direction are refused."""
    found = kinds_in_force(catalogue.day_of(now)).get(code)
    if found is None or found.direction != direction:
        raise Refusal(say("没有“{kind}”这种转办，或它现在不适用", kind=code[:24]), Kind.MISSING, field="kind")
    return found


def kinds_in_force(on: date) -> dict[str, ReferralKind]:
    """The kinds on a day by their codes, the newest row of each: one query."""
    found = ReferralKind.objects.filter(since__lte=on).order_by("since")
    return {row.code: row for row in found if row.until is None or row.until > on}


def take_referral(referral: UUID, event: str, *, actor: Actor, now: datetime, **given: Any) -> Referral:
    """Take a step of what was handed over, by its table; refused as the table and the permissions say."""
    with store.writing():
        row = _locked(referral)
        step = REFERRAL.row(event, row.state)
        permissions.require_handing(actor, step.by, row)
        _take(row, step, actor, now, given)
    return row


def _locked(referral: UUID) -> Referral:
    found = Referral.objects.select_for_update(of=("self",)).select_related("kind").filter(pk=referral)
    row = found.first()
    if row is None:
        raise Refusal(say("没有这次转办"), Kind.MISSING)
    return row


def _take(row: Referral, step: Step, actor: stream.Acting, now: datetime, given: Mapping[str, Any]) -> None:
    steps.check_words(given)
    step.check(ReferralFacts(row.kind.when_late == BACK, row.kind.direction == OUT), given)
    row.state = step.to or row.state
    if REFERRAL.state(row.state).open:
        row.accepted_at = now
        row.handle_by = row.due_at = clocks.due(now, _limit(row.kind.handle_amount, row.kind.handle_unit))
    else:
        row.ended_at, row.due_at = now, None
        if row.kind.direction == OUT and not row.kind.joint and row.case_id:
            _mark(_case(row.case_id), 0)
    row.save()
    stream.tell_step(step, row.pk, row.place, details={}, given=given, actor=actor, now=now)


def _case(case_id: UUID) -> Case:
    (case,) = rows.read(Case, lock=True, id=case_id)
    return case


def _mark(case: Case, referred: int) -> None:
    """Say on the case whether it is handed over; whoever looks at an older version learns that it changed."""
    seen = rows.seen(case)
    case.referred, case.version = referred, case.version + 1
    rows.update([(case, seen)])


def follow(
    reports: Iterable[UUID], event: str, *, case: UUID | None = None, by: stream.Acting, now: datetime,
    words: Mapping[str, str] = MappingProxyType({}),
) -> list[Referral]:  # fmt: skip
    """Have what came in follow its report: who may decide on the report was asked there.

    What the table does not allow now has happened before, or no longer matters; it is left as it is.
    """
    with store.writing():
        found = Referral.objects.select_for_update(of=("self",)).select_related("kind")
        mine = list(found.filter(report__in=list(reports), kind__direction=IN))
        for row in mine:
            row.case_id = case or row.case_id
            step = next((one for one in REFERRAL.steps_from(row.state) if one.event == event), None)
            if step:
                _take(row, step, by, now, words)
            else:
                row.save(update_fields=["case"])
    return mine


def lapse(row_id: UUID, *, now: datetime) -> None:
    """What nobody took over in time goes back to its sender, or is told of to both sides, once."""
    with store.writing():
        row = _locked(row_id)
        if row.due_at is None or row.due_at >= now:
            return
        if row.kind.when_late == BACK and row.state == REFERRAL.states[0].name:
            _take(row, REFERRAL.row("lapse", row.state), CLOCK, now, {})
            return
        row.due_at = None
        row.save(update_fields=["due_at"])
        clock = "handle" if row.accepted_at else "accept"
        late = events.ReferralLate(id=row.pk, place=row.place, clock=clock)
        stream.tell(late, actor=CLOCK, now=now)


def erase_referred(reports: Iterable[UUID], *, now: datetime) -> None:
    """Delete the words told with what came in as these reports."""
    keys = list(Referral.objects.filter(report__in=list(reports)).values_list("pk", flat=True))
    stream.erase_words(keys, now=now)


def load_referral_kinds(path: Path) -> int:
    """Load the kinds of a file; a row that stands already keeps what a clerk made of it."""
    with path.open(encoding="utf-8", newline="") as file:
        found = [_row(line) for line in csv.DictReader(file)]
    with store.writing():
        ReferralKind.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def _row(line: dict[str, str]) -> ReferralKind:
    plain = ("code", "name_zh", "name_en", "body", "direction", "accept_unit", "handle_unit", "when_late")
    return ReferralKind(
        **{name: line[name] for name in plain},
        joint=line["joint"] == "yes",
        accept_amount=Decimal(line["accept_amount"]),
        handle_amount=Decimal(line["handle_amount"]),
        since=date.fromisoformat(line["since"]),
        basis=line["basis"],
    )
