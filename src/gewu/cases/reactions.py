"""Answers to what happens to cases: telling those whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gewu.cases.actions import follow_ups
from gewu.cases.lifecycle import UNSETTLED
from gewu.cases.models import Assignment, Case
from gewu.cases.queries.timeline import CLOCK_WORDS
from gewu.cases.rules import turns
from gewu.infra.stream import Told
from gewu.kernel.texts import Name
from gewu.notifications import actions as notifications
from gewu.organisation import queries as organisation
from gewu.security import queries as security
from gewu.security.actions import Account


def tell_lead(told: Told, *, now: datetime) -> None:
    """The office a case was sent to, or sent back to."""
    case = Case.objects.get(pk=told.subject_id)
    if case.lead_path:
        _tell(told, case, "lead", _handlers(case.place, case.lead_path, now), now=now)


def tell_unit(told: Told, *, now: datetime) -> None:
    """The unit that an event names: its application was answered, its case passed on or taken back."""
    case = Case.objects.get(pk=told.subject_id)
    named = organisation.known_unit(str(told.data["unit"]))
    _tell(told, case, "unit", _handlers(case.place, named.path, now), now=now)


def tell_arbiters(told: Told, *, now: datetime) -> None:
    """Those who rule at the place of a case that has been returned too often."""
    case = Case.objects.get(pk=told.subject_id)
    if turns.for_arbiter_now(case.returns, ruled=case.ruled):
        able = security.accounts_with("cases.arbitrate", place=case.place, now=now)
        _tell(told, case, "arbiter", able, now=now)


def tell_deciders(told: Told, *, now: datetime) -> None:
    """Those who dispatch or supervise at the place of a case, when something is asked of them."""
    case = Case.objects.get(pk=told.subject_id)
    able = [
        one
        for right in ("cases.dispatch", "cases.supervise")
        for one in security.accounts_with(right, place=case.place, now=now)
    ]
    _tell(told, case, "decider", {one.pk: one for one in able}.values(), now=now)


def climb_ladder(told: Told, *, now: datetime) -> None:
    """Those whom a rung of the ladder of supervision names: the office itself, or holders of a right."""
    case = Case.objects.get(pk=told.subject_id)
    right = str(told.data["tells"])
    if right == "cases.handle":
        _tell(told, case, "ladder", _handlers(case.place, case.lead_path, now), now=now)
    else:
        _tell(told, case, "ladder", security.accounts_with(right, place=case.place, now=now), now=now)


def tell_checkers(told: Told, *, now: datetime) -> None:
    """Those who may check at the place of the case."""
    case = Case.objects.get(pk=told.subject_id)
    _tell(told, case, "checker", security.accounts_with("cases.check", place=case.place, now=now), now=now)


def tell_dispatchers(told: Told, *, now: datetime) -> None:
    """Those who dispatch at the place of the case, when it waits for them."""
    case = Case.objects.get(pk=told.subject_id)
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


def tell_sent_back(told: Told, *, now: datetime) -> None:
    """Those who dispatch there, and whoever blew the whistle: a part was sent back and waits for them."""
    task = Assignment.objects.select_related("case", "whistle").get(pk=told.data["assignment"])
    able = security.accounts_with("cases.dispatch", place=task.case.place, now=now)
    called_by = security.accounts_of([task.whistle.caller]) if task.whistle else []
    _tell(told, task.case, "dispatcher", {one.pk: one for one in (*able, *called_by)}.values(), now=now)


def tell_settled(told: Told, *, now: datetime) -> None:
    """The lead and whoever blew the whistle, once no part of the case is open any more."""
    task = Assignment.objects.select_related("case", "whistle").get(pk=told.data["assignment"])
    case = task.case
    if Assignment.objects.filter(case=case, state__in=UNSETTLED).exists():
        return
    handlers = _handlers(case.place, case.lead_path, now) if case.lead_path else []
    called_by = security.accounts_of([task.whistle.caller]) if task.whistle else []
    _tell(told, case, "lead", {one.pk: one for one in (*handlers, *called_by)}.values(), now=now)


def tell_supervisors(told: Told, *, now: datetime) -> None:
    """Those who supervise at the place of the case."""
    case = Case.objects.get(pk=told.subject_id)
    _tell(
        told,
        case,
        "supervisor",
        security.accounts_with("cases.supervise", place=case.place, now=now),
        now=now,
    )


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
