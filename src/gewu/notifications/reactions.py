"""Answers to what happens to identities: those in charge and those concerned are told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gewu.infra.stream import Told
from gewu.notifications.actions import tell_accounts
from gewu.security import queries as security
from gewu.security.actions import Account


def tell_approvers(told: Told, *, now: datetime) -> None:
    """Those who answer for identities at the place: that one is asked for, and that one was seen."""
    place = str(told.data.get("place", ""))
    _tell(told, "approver", security.accounts_with("identity.approve", place=place, now=now), now)


def tell_asker(told: Told, *, now: datetime) -> None:
    """Whoever asked to see an identity: how it was decided."""
    _tell(told, "asker", security.askers_of(told.subject_id), now)


def tell_export_approvers(told: Told, *, now: datetime) -> None:
    """Those who answer for exports at the place: that one is asked for, and that one was made."""
    place = str(told.data.get("place", ""))
    _tell(told, "approver", security.accounts_with("exports.approve", place=place, now=now), now)


def tell_export_asker(told: Told, *, now: datetime) -> None:
    """Whoever asked to take out a long list: how it was decided."""
    _tell(told, "asker", security.export_askers(told.subject_id), now)


def tell_security(told: Told, *, now: datetime) -> None:
    """The security administrators: someone sees unusually many identities."""
    place = str(told.data.get("place", ""))
    _tell(told, "security", security.accounts_with("accounts.manage", place=place, now=now), now)


def _tell(told: Told, audience: str, accounts: Iterable[Account], now: datetime) -> None:
    who = told.data.get("account")
    refs = [told.actor] if who is None else [f"account:{UUID(str(who)).hex}"]
    values = {
        "number": told.data.get("number", ""),
        "count": told.data.get("count", told.data.get("rows", 0)),
        "who": security.names_of(refs).get(refs[0], ""),
        "reason": told.words.get("reason", ""),
    }
    about = str(told.data.get("about", "")) or f"{told.subject}:{told.subject_id}"
    tell_accounts(told, audience, accounts, about=about, values=values, now=now)
