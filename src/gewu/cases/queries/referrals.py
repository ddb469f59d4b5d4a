"""What is handed over between this desk and bodies outside: lists, parts of pages, messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.cases import permissions
from gewu.cases.actions.referrals import kinds_in_force
from gewu.cases.lifecycle import CASE, REFERRAL
from gewu.cases.models import Case, Referral
from gewu.cases.models.referrals import BACK, OUT
from gewu.cases.queries.parties import OpenStep, open_step
from gewu.cases.queries.timeline import Line, lines_of
from gewu.cases.rules.referrals import EMERGENCY, LAST_STAGE, ReferralFacts, late_by
from gewu.catalogue import queries as catalogue
from gewu.infra import listing, paging, stream
from gewu.kernel import worktime
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.security import scopes
from gewu.security.actors import Actor

NEWEST = paging.Order("sent_at")
#: Whoever works at either end of it here sees it, in its places.
RIGHTS = ("reports.screen", "cases.dispatch", "cases.supervise")


@dataclass(frozen=True)
class ReferralLine:
    """One handing over with both clocks; ``lines`` is its history where one is looked at by itself."""

    id: UUID
    kind: Name
    basis: str
    outgoing: bool
    joint: bool
    state: str
    state_label: Text
    open: bool
    number: str
    title: str
    report: UUID | None
    place: str
    outside_no: str
    sent_at: datetime
    accept_by: datetime
    accepted_at: datetime | None
    handle_by: datetime | None
    ended_at: datetime | None
    late_to_accept: bool
    late_to_handle: bool
    steps: tuple[OpenStep, ...]
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class ReferralKindLine:
    """A way of handing a case over, with both limits and what they rest on."""

    code: str
    name: Name
    joint: bool
    accept: worktime.Limit
    handle: worktime.Limit
    basis: str


@dataclass(frozen=True)
class CaseReferrals:
    """What was handed over of a case, and how it may be handed over now."""

    lines: tuple[ReferralLine, ...] = ()
    kinds: tuple[ReferralKindLine, ...] = ()


@dataclass(frozen=True)
class Handed:
    """What a body outside is told of one handing over: the matter itself, and nobody's name."""

    system: str
    outside_no: str
    kind: str
    joint: bool
    outgoing: bool
    state: str
    state_label: Text
    place: str
    accept_by: datetime
    handle_by: datetime | None
    number: str
    matter: str
    address: str
    lon: float | None
    lat: float | None


def visible_referrals(actor: Actor) -> QuerySet[Referral]:
    """What was handed over in the places where this actor screens, dispatches or supervises."""
    found = Q(pk__in=())
    for right in RIGHTS:
        found |= scopes.visible(actor, right, place="place", unit=lambda path: scopes.NOTHING)
    return Referral.objects.filter(found)


def referrals(
    actor: Actor, state: str = "open", *, now: datetime, after: str = "", size: int = 50
) -> paging.Page[ReferralLine]:
    """A page of what was handed over, in a state (or ``open``, ``all``), the newest first."""

    def show(found: Sequence[Referral]) -> list[ReferralLine]:
        return [_line(actor, row, now) for row in found]

    rows = visible_referrals(actor).filter(listing.in_state(REFERRAL, state)).select_related("kind", "case")
    return paging.page(rows, NEWEST, after=after, size=size, show=show)


def referral(actor: Actor, key: UUID, *, now: datetime) -> ReferralLine:
    """One handing over with its history. What one may not see is refused as if it did not exist."""
    row = visible_referrals(actor).select_related("kind", "case").filter(pk=key).first()
    if row is None:
        raise Refusal(say("没有这次转办"), Kind.MISSING)
    return _line(actor, row, now, history=True)


def of_case(actor: Actor, case: Case, *, now: datetime) -> CaseReferrals:
    """What was handed over of a case that this actor may see, and how it may hand it over now."""
    rows = Referral.objects.filter(case=case).select_related("kind", "case").order_by("-sent_at")
    lines = tuple(_line(actor, row, now, history=True) for row in rows)
    return CaseReferrals(lines, _offered(actor, case, lines, now))


def of_report(actor: Actor, report: UUID, *, now: datetime) -> tuple[ReferralLine, ...]:
    """What came in as a report that this actor may see."""
    rows = Referral.objects.filter(report=report).select_related("kind", "case").order_by("-sent_at")
    return tuple(_line(actor, row, now, history=True) for row in rows)


def _offered(
    actor: Actor, case: Case, lines: Sequence[ReferralLine], now: datetime
) -> tuple[ReferralKindLine, ...]:
    state = CASE.state(case.state)
    busy = any(one.open and one.outgoing for one in lines)
    may = permissions.WHO["dispatcher"](actor, case, None) and not permissions.concerned(actor, case)
    if not may or busy or not state.open or state.stage > LAST_STAGE:
        return ()
    return tuple(
        ReferralKindLine(
            row.code,
            Name(row.name_zh, row.name_en),
            row.joint,
            worktime.Limit(row.accept_amount, worktime.Unit(row.accept_unit)),
            worktime.Limit(row.handle_amount, worktime.Unit(row.handle_unit)),
            row.basis,
        )
        for row in kinds_in_force(catalogue.day_of(now)).values()
        if row.direction == OUT and (row.joint or case.priority != EMERGENCY)
    )


def _line(actor: Actor, row: Referral, now: datetime, *, history: bool = False) -> ReferralLine:
    state, kind = REFERRAL.state(row.state), row.kind
    facts = ReferralFacts(kind.when_late == BACK, kind.direction == OUT)
    mine = [one for one in REFERRAL.steps_from(row.state) if permissions.HANDING[one.by](actor, row)]
    ended = row.ended_at if row.accepted_at is None else row.accepted_at
    return ReferralLine(
        row.pk, Name(kind.name_zh, kind.name_en), kind.basis, kind.direction == OUT, kind.joint, row.state,
        state.label, state.open, row.case.number if row.case else "", row.case.title if row.case else "",
        row.report, row.place, row.outside_no, row.sent_at, row.accept_by, row.accepted_at, row.handle_by,
        row.ended_at, late_by(row.accept_by, ended, now),
        late_by(row.handle_by, row.ended_at, now),
        tuple(open_step(one) for one in mine if one.open_for(facts)),
        lines_of(stream.timeline("referral", row.pk)) if history else (),
    )  # fmt: skip


#: Where a handing over stands after an event; what led nowhere is not among them.
_LED_TO = {one.emits.__name__: one.to for one in REFERRAL.steps} | {"ReferralSent": REFERRAL.states[0].name}


def handed(key: UUID, event: str) -> Handed:
    """What the other side of one handing over is told after an event of it; only channels ask."""
    row = Referral.objects.select_related("kind", "case").get(pk=key)
    case, state = row.case, REFERRAL.state(_LED_TO.get(event) or row.state)
    matter = catalogue.matter(case.matter, on=catalogue.day_of(case.filed_at)).name_zh if case else ""
    return Handed(
        row.system, row.outside_no, row.kind.code, row.kind.joint, row.kind.direction == OUT, state.name,
        state.label, row.place, row.accept_by, row.handle_by, case.number if case else "", matter,
        case.address if case else "", case.lon if case else None, case.lat if case else None,
    )  # fmt: skip


def handed_as(report: UUID) -> UUID | None:
    """The handing over that came in as a report; only channels ask."""
    return Referral.objects.filter(report=report).values_list("pk", flat=True).first()


def require_referral(number: str, key: UUID) -> None:
    """Refuse a handing over that is not of this case."""
    if not Referral.objects.filter(pk=key, case__number=number).exists():
        raise Refusal(say("没有这次转办"), Kind.MISSING)


def late_referrals(now: datetime, *, most: int = 100) -> list[UUID]:
    """Whose clock has run out and was not told of yet."""
    due = Referral.objects.filter(due_at__lt=now).order_by("due_at")
    return list(due.values_list("pk", flat=True)[:most])
