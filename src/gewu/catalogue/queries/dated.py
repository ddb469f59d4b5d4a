"""Changes of dated rules: which wait for a second person, and what was decided on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from gewu.catalogue import permissions
from gewu.catalogue.lifecycle import CHANGE
from gewu.catalogue.models import RuleChange
from gewu.catalogue.rules import ChangeFacts, Words
from gewu.kernel.texts import Text
from gewu.security import scopes
from gewu.security.actors import Actor

#: Decided changes that are shown; the audit log has them all.
MOST_DECIDED = 20


@dataclass(frozen=True)
class ChangeStep:
    """A step that this reader may take with a change."""

    event: str
    label: Text
    needs: tuple[str, ...]
    danger: bool


@dataclass(frozen=True)
class ChangeLine:
    """A proposed change; ``ends`` is the id of the row that is to stop."""

    id: UUID
    kind: str
    words: Words
    ends: str
    since: date
    basis: str
    state: str
    label: Text
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    steps: tuple[ChangeStep, ...]


def change_facts(row: RuleChange, actor: str, today: date) -> ChangeFacts:
    """What the guards of a change want to know."""
    return ChangeFacts(own=actor == row.proposed_by, ahead=row.since > today)


def changes(actor: Actor, *, today: date, kind: str = "") -> tuple[ChangeLine, ...]:
    """What waits, the oldest first, then the newest decided: two queries. Empty for whoever has no part."""
    rows = RuleChange.objects.filter(_seen(actor))
    rows = rows.filter(kind=kind) if kind else rows
    waiting = rows.filter(state__in=CHANGE.names(open=True)).order_by("proposed_at")
    decided = rows.exclude(state__in=CHANGE.names(open=True)).order_by("-decided_at")[:MOST_DECIDED]
    return tuple(_lines([*waiting, *decided], actor, today))


def _seen(actor: Actor) -> Q:
    """By whoever keeps the rules of a place and by whoever approves them."""
    keeping, approving = (
        scopes.visible(actor, right, place="place", unit=lambda path: scopes.NOTHING)
        for right in (permissions.MANAGE, permissions.APPROVE)
    )
    return keeping | approving if keeping and approving else Q()  # an empty condition shuts nobody out


def _lines(rows: Iterable[RuleChange], actor: Actor, today: date) -> Iterable[ChangeLine]:
    for row in rows:
        facts = change_facts(row, actor.ref, today)
        steps = tuple(
            ChangeStep(one.event, one.label, one.needs, one.danger)
            for one in CHANGE.steps_from(row.state)
            if permissions.WHO[one.by](actor, row.place) and one.open_for(facts)
        )
        yield ChangeLine(
            row.pk, row.kind, row.words, row.ends, row.since, row.basis, row.state,
            CHANGE.state(row.state).label, row.proposed_by, row.proposed_at, row.decided_by, steps,
        )  # fmt: skip
