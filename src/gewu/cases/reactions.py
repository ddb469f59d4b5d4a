"""Answers to what happens to cases: telling those whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gewu.cases.actions import follow_ups
from gewu.cases.lifecycle import CASE, FOLLOW_UP, UNSETTLED
from gewu.cases.models import Assignment, Case, FollowUp, Referral, Whistle
from gewu.cases.models.referrals import OUT
from gewu.cases.queries.timeline import CLOCK_WORDS
from gewu.cases.rules import turns
from gewu.infra import rows, store
from gewu.infra.stream import Told
from gewu.infra.successors import moved
from gewu.kernel.texts import Name
from gewu.notifications import actions as notifications
from gewu.organisation import queries as organisation
from gewu.security import queries as security
from gewu.security.actions import Account
from gewu.territory import queries as territory


def tell_lead(told: Told, *, now: datetime) -> None:
    """The office a case was sent to, or sent back to."""
    case = _case(told)
    if case.lead_path:
        _tell(told, case, "lead", _handlers(case.place, case.lead_path, now), now=now)


def tell_unit(told: Told, *, now: datetime) -> None:
    """The unit that an event names: its application was answered, its case passed on or taken back."""
    case = _case(told)
    named = organisation.known_unit(str(told.data["unit"]))
    _tell(told, case, "unit", _handlers(case.place, named.path, now), now=now)


def tell_arbiters(told: Told, *, now: datetime) -> None:
    """Those who rule at the place of a case that has been returned too often."""
    case = _case(told)
    if turns.for_arbiter_now(case.returns, ruled=case.ruled):
        able = security.accounts_with("cases.arbitrate", place=case.place, now=now)
        _tell(told, case, "arbiter", able, now=now)


def tell_deciders(told: Told, *, now: datetime) -> None:
    """Those who dispatch or supervise at the place of a case, when something is asked of them."""
    case = _case(told)
    able = [
        one
        for right in ("cases.dispatch", "cases.supervise")
        for one in security.accounts_with(right, place=case.place, now=now)
    ]
    _tell(told, case, "decider", {one.pk: one for one in able}.values(), now=now)


def climb_ladder(told: Told, *, now: datetime) -> None:
    """Those whom a rung of the ladder of supervision names: the office itself, or holders of a right."""
    case = _case(told)
    right = str(told.data["tells"])
    if right == "cases.handle":
        _tell(told, case, "ladder", _handlers(case.place, case.lead_path, now), now=now)
    else:
        _tell(told, case, "ladder", security.accounts_with(right, place=case.place, now=now), now=now)


def tell_checkers(told: Told, *, now: datetime) -> None:
    """Those who may check at the place of the case."""
    case = _case(told)
    if case.checker_path:
        able = _handlers(case.place, case.checker_path, now)
    else:
        able = security.accounts_with("cases.check", place=case.place, now=now)
    _tell(told, case, "checker", able, now=now)


def tell_dispatchers(told: Told, *, now: datetime) -> None:
    """Those who dispatch at the place of the case, when it waits for them."""
    case = _case(told)
    returned_since = told.type == "CaseFiled" and case.returns
    if not case.lead_path and not returned_since:
        able = security.accounts_with("cases.dispatch", place=case.place, now=now)
        _tell(told, case, "dispatcher", able, now=now)


def tell_assistant(told: Told, *, now: datetime) -> None:
    """The unit that is called, its head among those who handle there; or the official who is called."""
    task = Assignment.objects.select_related("case", "account").get(pk=told.data["assignment"])
    if task.unit_path:
        _tell(told, task.case, "assistant", _handlers(task.case.place, task.unit_path, now), now=now)
    elif task.account:
        _tell(told, task.case, "assistant", [task.account], now=now)


def tell_late_party(told: Told, *, now: datetime) -> None:
    """Whoever was called and has neither come nor signed in time; in person where a person was."""
    if told.data.get("assignment"):
        tell_assistant(told, now=now)


def tell_sent_back(told: Told, *, now: datetime) -> None:
    """Those who dispatch there, and whoever blew the whistle: a part was sent back and waits for them."""
    task = Assignment.objects.select_related("case", "whistle").get(pk=told.data["assignment"])
    able = security.accounts_with("cases.dispatch", place=task.case.place, now=now)
    called_by = _callers(task)
    _tell(told, task.case, "dispatcher", {one.pk: one for one in (*able, *called_by)}.values(), now=now)


def tell_settled(told: Told, *, now: datetime) -> None:
    """The lead and whoever blew the whistle, once no part of the case is open any more."""
    task = Assignment.objects.select_related("case", "whistle").get(pk=told.data["assignment"])
    case = task.case
    if Assignment.objects.filter(case=case, state__in=UNSETTLED).exists():
        return
    handlers = _handlers(case.place, case.lead_path, now) if case.lead_path else []
    called_by = _callers(task)
    _tell(told, case, "lead", {one.pk: one for one in (*handlers, *called_by)}.values(), now=now)


def tell_responsible(told: Told, *, now: datetime) -> None:
    """Whoever answers for a whistle that the platform blew, and the lead, who did not blow it either."""
    whistle = Whistle.objects.select_related("case").get(pk=told.data["whistle"])
    case = whistle.case
    if whistle.responsible:
        handlers = _handlers(case.place, case.lead_path, now) if case.lead_path else []
        able = (*security.accounts_of([whistle.responsible]), *handlers)
        _tell(told, case, "responsible", {one.pk: one for one in able}.values(), now=now)


def _callers(task: Assignment) -> list[Account]:
    """Whoever blew the whistle that called this party, or answers for it."""
    return security.accounts_of([task.whistle.caller, task.whistle.responsible]) if task.whistle else []


def tell_supervisors(told: Told, *, now: datetime) -> None:
    """Those who supervise at the place of the case."""
    case = _case(told)
    _tell(
        told,
        case,
        "supervisor",
        security.accounts_with("cases.supervise", place=case.place, now=now),
        now=now,
    )


#: Which news of a handing over are told here, by whether it went out or came in.
_HANDED = {
    True: ("ReferralRefused", "ReferralLapsed", "ReferralLate", "ReferralDone"),
    False: ("ReferralSent", "ReferralLate", "ReferralWithdrawn"),
}


def tell_referral(told: Told, *, now: datetime) -> None:
    """Those who handed a case over and have it back or answered; those whose desk a matter came in to."""
    row = Referral.objects.select_related("kind", "case").get(pk=told.subject_id)
    outgoing = row.kind.direction == OUT
    if told.type not in _HANDED[outgoing]:
        return
    right, audience = ("cases.dispatch", "dispatcher") if outgoing else ("reports.screen", "desk")
    able = security.accounts_with(right, place=row.place, now=now)
    values = {
        "number": row.case.number if row.case else row.outside_no,
        "title": row.case.title if row.case else row.outside_no,
        "kind": Name(row.kind.name_zh, row.kind.name_en),
        "clock": CLOCK_WORDS.get(str(told.data.get("clock")), ""),
        "reason": told.words.get("reason", ""),
        "result": told.words.get("result", ""),
    }
    about = f"case:{row.case.number}" if row.case else f"report:{row.report}"
    notifications.tell_accounts(told, audience, able, about=about, values=values, now=now)


def ask_how_it_was(told: Told, *, now: datetime) -> None:
    """Some closed cases are asked about, as their rule says."""
    follow_ups.ask(told.subject_id, now=now)


def follow_moved_unit(told: Told, *, now: datetime) -> None:
    """A unit that moved in the tree takes its cases and its assignments along."""
    top = organisation.known_unit(str(told.subject_id))
    for unit in organisation.units():
        if unit.path.startswith(top.path):
            Case.objects.filter(lead_id=unit.id).update(lead_path=unit.path)
            Assignment.objects.filter(unit_id=unit.id).update(unit_path=unit.path)


def _case(told: Told) -> Case:
    (case,) = rows.read(Case, id=told.subject_id)
    return case


def follow_succession(told: Told, *, now: datetime) -> None:
    """Open cases, and the questions about closed ones that wait, lie in the successors of their places.

    Closed cases keep the place in which they were handled.
    """
    moves = territory.succession(told.subject_id).moves
    with store.writing():
        moved(Case.objects.filter(state__in=CASE.names(open=True)), moves)
        moved(FollowUp.objects.filter(state__in=FOLLOW_UP.names(open=True)), moves)


def _handlers(place: str, unit_path: str, now: datetime) -> list[Account]:
    return security.accounts_with("cases.handle", place=place, now=now, unit_path=unit_path)


def _tell(told: Told, case: Case, audience: str, accounts: Iterable[Account], *, now: datetime) -> None:
    if case.about_path:
        accounts = security.without_seats_in(accounts, case.about_path, now=now)
    unit = told.data.get("unit") or case.lead_id
    values = {
        "number": case.number,
        "title": case.title,
        "unit": organisation.known_unit(str(unit)).name if unit else "",
        "route": Name(case.route_zh, case.route_en),
        "clock": CLOCK_WORDS.get(str(told.data.get("clock")), ""),
        "percent": told.data.get("percent", ""),
        "reason": told.words.get("reason", ""),
    }
    notifications.tell_accounts(told, audience, accounts, about=f"case:{case.number}", values=values, now=now)
