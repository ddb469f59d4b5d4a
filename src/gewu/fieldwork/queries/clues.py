"""Clues: which wait for a look, what was seen, and how often each comparison was wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import permissions
from gewu.fieldwork.lifecycle import CLUE
from gewu.fieldwork.models import Clue, ClueRule
from gewu.fieldwork.queries import seeing
from gewu.fieldwork.rules.clues import ABOUT, RuleTally
from gewu.infra import listing, paging
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.security import queries as security
from gewu.security import scopes
from gewu.security.actors import Actor

NEWEST = paging.Order("raised_at")


@dataclass(frozen=True)
class RuleLine:
    """A comparison with what became of its clues in the reader's places."""

    code: str
    name: Name
    compares: str
    about: Text
    matter: str
    basis: str
    since: date
    until: date | None
    tally: RuleTally


@dataclass(frozen=True)
class ClueLine:
    """One clue. ``number`` is that of the case which was opened of it, once someone had looked."""

    id: UUID
    version: int
    rule: Name
    about: Text
    matter: str
    place: str
    address: str
    text: str
    state: str
    label: Text
    open: bool
    raised_at: datetime
    raised_by: str
    due_at: datetime
    overdue: bool
    task: UUID
    looked_at: datetime | None
    looked_by: str
    result: str
    number: str
    #: Whether this reader may say what was seen.
    may_conclude: bool


def visible_to(actor: Actor) -> QuerySet[Clue]:
    """The clues in the places where one reads or does fieldwork, or raises clues."""
    rights = (permissions.READ, permissions.DO, permissions.RAISE)
    seen = [scopes.visible(actor, one, place="place", unit=seeing.nobody_by_unit) for one in rights]
    return Clue.objects.filter(seeing.either(*seen))


def clues(
    actor: Actor, state: str = listing.OPEN, *, after: str = "", size: int = 50, now: datetime
) -> paging.Page[ClueLine]:
    """The clues in a state, the newest first: two queries."""
    rows = visible_to(actor).filter(listing.in_state(CLUE, state))
    rows = rows.select_related("rule", "task", "finding__case")

    def show(found: Sequence[Clue]) -> list[ClueLine]:
        names = security.names_of({ref for row in found for ref in (row.raised_by, row.looked_by)})
        return [_line(actor, row, names, now) for row in found]

    return paging.page(rows, NEWEST, after=after, size=size, show=show)


def clue(actor: Actor, key: UUID, *, now: datetime) -> ClueLine:
    """One clue; one that this actor may not see is as if it did not exist."""
    row = visible_to(actor).select_related("rule", "task", "finding__case").filter(pk=key).first()
    if row is None:
        raise Refusal(say("没有这条线索，或不在您的范围内"), Kind.MISSING)
    return _line(actor, row, security.names_of({row.raised_by, row.looked_by}), now)


def _line(actor: Actor, row: Clue, names: Mapping[str, str], now: datetime) -> ClueLine:
    state, due_at = CLUE.state(row.state), row.task.due_at
    case = row.finding.case if row.finding else None
    return ClueLine(
        row.pk, row.version, Name(row.rule.name_zh, row.rule.name_en), ABOUT[row.rule.about], row.rule.matter,
        row.place, row.address, row.text, row.state, state.label, state.open, row.raised_at,
        names.get(row.raised_by, ""), due_at, state.open and now > due_at, row.task_id, row.looked_at,
        names.get(row.looked_by, ""), row.result, case.number if case else "",
        state.open and row.raised_by != actor.ref and actor.holds_at(permissions.DO, row.place),
    )  # fmt: skip


def rules_in_force(on: date) -> tuple[ClueRule, ...]:
    """The comparisons that clues may be raised by on a day."""
    return tuple(ClueRule.objects.filter(since__lte=on).exclude(until__lte=on).order_by("code"))


def tallies(actor: Actor, *, now: datetime) -> tuple[RuleLine, ...]:
    """Every comparison with its open, true and false clues in the reader's places: two queries."""
    counted: dict[tuple[str, str], int] = {
        (code, state): n
        for code, state, n in visible_to(actor).values_list("rule", "state").annotate(n=Count("pk"))
    }
    return tuple(
        RuleLine(
            row.code, Name(row.name_zh, row.name_en), row.compares, ABOUT[row.about], row.matter, row.basis,
            row.since, row.until,
            RuleTally(*(counted.get((row.code, state), 0) for state in ("open", "confirmed", "false"))),
        )
        for row in rules_in_force(catalogue.day_of(now))
    )  # fmt: skip
