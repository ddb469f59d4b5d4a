"""Answers to what happens to alerts: telling those whose turn it is, and those who must know."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from gewu.command import permissions
from gewu.command.models import Alert
from gewu.infra.stream import Told
from gewu.kernel.texts import Name
from gewu.notifications import actions as notifications
from gewu.security import queries as security
from gewu.security.actions import Account


def tell_approvers(told: Told, *, now: datetime) -> None:
    """Those who approve alerts at the place of one that was submitted."""
    _tell(told, "decider", _holders(told, permissions.APPROVE, now), now)


def tell_drafter(told: Told, *, now: datetime) -> None:
    """Whoever drafted an alert that was sent back or approved."""
    row = Alert.objects.get(pk=told.subject_id)
    _tell(told, "drafter", security.accounts_of({row.drafted_by, row.submitted_by} - {""}), now)


def tell_desks(told: Told, *, now: datetime) -> None:
    """Those who draft alerts where a message from outside warns of something."""
    if Alert.objects.filter(pk=told.subject_id, state="in_force").exists():
        _tell(told, "desk", _holders(told, permissions.DRAFT, now), now)


def _holders(told: Told, right: str, now: datetime) -> list[Account]:
    row = Alert.objects.get(pk=told.subject_id)
    places = [one.place for one in row.places.all()]
    found = {one.pk: one for place in places for one in security.accounts_with(right, place=place, now=now)}
    return list(found.values())


def _tell(told: Told, audience: str, accounts: Iterable[Account], now: datetime) -> None:
    row = Alert.objects.get(pk=told.subject_id)
    values = {"title": Name(row.headline), "reason": told.words.get("reason", "")}
    notifications.tell_accounts(told, audience, accounts, about=f"alert:{row.pk}", values=values, now=now)
