"""Changing dated rules: proposed with a basis, approved by a second person, in force from a later day on.

A kind of rule says how its words are read and where its rows lie; this module is the way that all of them
take. What is in force is never rewritten: a change is a new row, and an end is a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gewu.catalogue import events, permissions, queries
from gewu.catalogue.actions.stored import Stored
from gewu.catalogue.lifecycle import CHANGE
from gewu.catalogue.models import RuleChange
from gewu.catalogue.queries.dated import change_facts
from gewu.catalogue.rules import DatedRow, Field, Words
from gewu.infra import store, stream
from gewu.kernel.places import checked
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor

LONGEST_BASIS = 300


@dataclass(frozen=True)
class DatedKind:
    """A kind of dated rule: what it is for, what its rows say and where they lie.

    ``read`` answers with the words in the one form in which they are kept, and refuses what is none.
    """

    code: str
    label: Text
    purpose: Text
    fields: tuple[Field, ...]
    read: Callable[[Words], dict[str, str]]
    stored: Stored
    #: Whether a row may end with nothing in its place; a stage without a limit would stop every case.
    may_end: bool = True


def check_when_and_why(since: date, reason: str, today: date) -> None:
    """Refuse a change for today or earlier, and one without a reason."""
    if since <= today:
        raise Refusal(say("改动最早自明天起施行"), field="since")
    if len(reason.strip()) < 2 or len(reason) > LONGEST_BASIS or "\0" in reason:
        raise Refusal(say("请写明改动的理由或依据，最多 {n} 个字", n=LONGEST_BASIS), field="reason")


def propose(
    kind: DatedKind, given: Words, *, since: date, basis: str, place: str, actor: Actor, now: datetime
) -> RuleChange:
    """Propose another row of a rule, for a second person to approve.

    Refused are words that the kind does not take, a day that is not after today, a change without a basis,
    and one for a day at or before which the rule has changed already.
    """
    permissions.require_manage(actor, checked(place))
    words = kind.read(given)
    check_when_and_why(since, basis, queries.day_of(now))
    return _proposed(kind, words, "", since=since, basis=basis, place=place, actor=actor, now=now)


def propose_end(
    kind: DatedKind, row: str, *, since: date, basis: str, place: str, actor: Actor, now: datetime
) -> RuleChange:
    """Propose that a row stops on a day, which is the first without it."""
    permissions.require_manage(actor, checked(place))
    check_when_and_why(since, basis, queries.day_of(now))
    return _proposed(kind, {}, row, since=since, basis=basis, place=place, actor=actor, now=now)


def _proposed(
    kind: DatedKind,
    words: dict[str, str],
    ends: str,
    *,
    since: date,
    basis: str,
    place: str,
    actor: Actor,
    now: datetime,
) -> RuleChange:  # fmt: skip -- one signature, two lines
    with store.writing():
        row = RuleChange(
            kind=kind.code,
            place=place,
            words=words,
            ends=ends,
            since=since,
            basis=basis.strip(),
            proposed_by=actor.ref,
            proposed_at=now,
        )
        _check_free(kind, row)
        row.save(force_insert=True)
        told = events.RuleChangeProposed(id=row.pk, place=place, kind=kind.code, since=since.isoformat())
        stream.tell(told, actor=actor, now=now, words={"reason": row.basis})
    return row


def _check_free(kind: DatedKind, change: RuleChange) -> None:
    """Refuse an end of what is not there or does not end, and a row where a newer one stands already."""
    rows = kind.stored.rows()
    if change.ends:
        row = next((one for one in rows if one.id == change.ends), None)
        if row is None or not kind.may_end or (row.until is not None and row.until <= change.since):
            raise Refusal(say("没有这条规则，或它不能停用、已定停用"), Kind.CONFLICT)
        return
    newest = _newest(rows, kind.stored.key_of(change.words))
    if newest is not None and newest.since >= change.since:
        raise Refusal(
            say("这项规则已有自 {since} 起的新版本", since=newest.since.isoformat()),
            Kind.CONFLICT,
            field="since",
        )


def _newest(rows: tuple[DatedRow, ...], key: str) -> DatedRow | None:
    alike = (one for one in rows if one.key == key and one.until != one.since)
    return max(alike, key=lambda one: one.since, default=None)


def take_change(
    kinds: Mapping[str, DatedKind], change: UUID, event: str, *, actor: Actor, now: datetime, **given: Any
) -> RuleChange:
    """Approve, refuse or withdraw a proposed change; refused as the table, the permissions and guards say.

    What is approved takes force on its day, which must still lie ahead: nothing holds for the past.
    """
    with store.writing():
        row = RuleChange.objects.select_for_update().filter(pk=change).first()
        if row is None:
            raise Refusal(say("没有这项改动"), Kind.MISSING)
        step = CHANGE.row(event, row.state)
        permissions.require(actor, step.by, row.place)
        words = {"reason": str(given.get("reason") or "").strip()}
        step.check(change_facts(row, actor.ref, queries.day_of(now)), words)
        if event == "approve":
            row.row = _put_down(kinds[row.kind], row)
        row.state, row.decided_by, row.decided_at = step.to or row.state, actor.ref, now
        row.save()
        told = step.emits(id=row.pk, place=row.place)
        stream.tell(told, actor=actor, now=now, words={k: v for k, v in words.items() if v})
    return row


def _put_down(kind: DatedKind, change: RuleChange) -> str:
    _check_free(kind, change)
    if change.ends:
        kind.stored.end(change.ends, change.since)
        return change.ends
    return kind.stored.write(kind.read(change.words), change.since, change.basis)
