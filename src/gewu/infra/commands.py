"""What devices ask for while they are apart from us: each is taken once, however often it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Count, Q

from gewu.infra import store
from gewu.infra.models import Command
from gewu.kernel.branches import Clash
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: A phone's clock within this of ours is taken as it is.
TOLERATED = timedelta(minutes=2)
#: What was made longer ago is of another world: places and people have changed.
OLDEST = timedelta(days=60)


class Asking(Protocol):
    """Who asks: an account."""

    @property
    def account_id(self) -> UUID | None: ...


class Outcome(Enum):
    """What became of a command. Only `TAKEN` is for good; after the others it may be sent again."""

    TAKEN = "taken"
    #: Taken before; nothing was done now.
    AGAIN = "again"
    REFUSED = "refused"
    #: Someone else changed the same in the meantime; a person decides.
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Sent:
    """A command as it arrives. ``made_at`` is by our clock; ``after`` must have been taken before it."""

    id: UUID
    kind: str
    made_at: datetime
    content: Mapping[str, Any]
    after: tuple[UUID, ...] = ()
    clock_behind: timedelta = timedelta()


@dataclass(frozen=True)
class Done:
    """What a command brought about: the record it concerns, and ids and numbers for whoever sent it."""

    about: str
    answer: Mapping[str, Any] = field(default_factory=dict)
    #: Nothing was written of it: it is kept elsewhere until a person has decided.
    apart: Apart | None = None


class Apart(Refusal):
    """Two people changed the same field of a record; nothing was written."""

    def __init__(self, clashes: Sequence[Clash], version: int) -> None:
        super().__init__(
            say("这期间别人也改了同一处，请对照后再定"),
            Kind.CONFLICT,
            advice=say("两种写法都还在，选定后重新提交"),
        )
        self.clashes = tuple(clashes)
        self.version = version


@dataclass(frozen=True)
class Answer:
    """What became of one command; ``because`` is the one it waits for."""

    id: UUID
    outcome: Outcome
    about: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)
    refusal: Refusal | None = None
    because: UUID | None = None


def made(told: datetime, *, sent_at: datetime, now: datetime) -> tuple[datetime, timedelta]:
    """When something was made, by our clock, and by how much the device's clock was behind.

    A phone says when it made a thing and when it sends it; the difference holds whatever its clock shows.
    Nothing is made after it arrived.
    """
    behind = now - sent_at
    if abs(behind) <= TOLERATED:
        behind = timedelta()
    return min(told + behind, now), behind


def once(sent: Sent, deed: Callable[[], Done], *, actor: Asking, now: datetime) -> Answer:
    """Have this done unless it was done before: the deed and the note of it are one transaction.

    A refused command leaves nothing behind but the note that it was, and may be sent again. Refused are also
    a number that stands for another content or belongs to someone else, and what is too old.
    """
    account = account_of(actor)
    with store.writing():
        missing = _not_taken(sent.after, account)
        if missing:
            text = say("它排在另一条之后，而那一条还没有被接受")
            return Answer(sent.id, Outcome.REFUSED, refusal=Refusal(text, Kind.CONFLICT), because=missing)
        row, is_new = _claimed(sent, account, now)
        refusal = _not_his(row, sent, account, now)
        if refusal is not None:
            return Answer(sent.id, Outcome.REFUSED, refusal=refusal)
        if row.outcome == Outcome.TAKEN.value:
            return Answer(sent.id, Outcome.AGAIN, row.about, row.answer)
        answer = _tried(sent, deed)
        row.outcome, row.about, row.answer = answer.outcome.value, answer.about, dict(answer.answer)
        row.tries += not is_new
        row.save(update_fields=["outcome", "about", "answer", "tries"])
    return answer


def account_of(actor: Asking) -> UUID:
    """The account that asks; refused to whoever has not signed in."""
    if actor.account_id is None:
        raise Refusal(say("请先登录"), Kind.FORBIDDEN)
    return actor.account_id


def _not_taken(wanted: Iterable[UUID], account: UUID) -> UUID | None:
    keys = tuple(wanted)
    if not keys:
        return None
    there = Command.objects.filter(pk__in=keys, account=account, outcome=Outcome.TAKEN.value)
    taken = set(there.values_list("pk", flat=True))
    return next((one for one in keys if one not in taken), None)


def _claimed(sent: Sent, account: UUID, now: datetime) -> tuple[Command, bool]:
    """The row of this number, locked; of two that come at once the second waits for the first."""
    return Command.objects.select_for_update().get_or_create(
        pk=sent.id,
        defaults={
            "account": account,
            "kind": sent.kind,
            "digest": digest_of(sent),
            "made_at": sent.made_at,
            "arrived_at": now,
            "clock_behind_s": round(sent.clock_behind.total_seconds()),
            "outcome": Outcome.REFUSED.value,
        },
    )


def digest_of(sent: Sent) -> str:
    """What a command asks for, in 64 characters; when it was made is no part of it."""
    whole = [sent.kind, sent.content, [str(one) for one in sent.after]]
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _not_his(row: Command, sent: Sent, account: UUID, now: datetime) -> Refusal | None:
    if row.account != account:
        return Refusal(say("这个编号属于另一个账号"), Kind.FORBIDDEN)
    if row.digest != digest_of(sent):
        return Refusal(say("此提交编号已用于另一内容"), Kind.CONFLICT, advice=say("内容有改动时请用新的编号"))
    if now - sent.made_at > OLDEST and row.outcome != Outcome.TAKEN.value:
        return Refusal(say("这是 {n} 天以前填的，不能再提交", n=OLDEST.days), advice=say("请重新填写"))
    return None


def _tried(sent: Sent, deed: Callable[[], Done]) -> Answer:
    try:
        with store.attempt():
            done = deed()
    except Apart as apart:
        return Answer(sent.id, Outcome.CONFLICT, refusal=apart)
    except Refusal as refusal:
        return Answer(sent.id, Outcome.REFUSED, refusal=refusal)
    if done.apart is not None:
        return Answer(sent.id, Outcome.CONFLICT, done.about, done.answer, refusal=done.apart)
    return Answer(sent.id, Outcome.TAKEN, done.about, done.answer)


def answers_of(ids: Iterable[UUID], *, actor: Asking) -> dict[UUID, Mapping[str, Any]]:
    """What those of these commands answered that were taken from this account: one query."""
    rows = Command.objects.filter(pk__in=list(ids), account=account_of(actor), outcome=Outcome.TAKEN.value)
    return dict(rows.values_list("pk", "answer"))


def counted(actor: Asking, since: Sequence[datetime]) -> dict[str, tuple[int, ...]]:
    """How many commands of each kind were taken from this account since each of some moments: one query."""
    if actor.account_id is None:
        return {}
    rows = Command.objects.filter(account=actor.account_id, arrived_at__gte=min(since))
    rows = rows.filter(outcome=Outcome.TAKEN.value)
    sums = {f"n{n}": Count("pk", filter=Q(arrived_at__gte=one)) for n, one in enumerate(since)}
    found = rows.values("kind").annotate(**sums).order_by("kind").values_list("kind", *sums)
    return {kind: tuple(counts) for kind, *counts in found}


@dataclass(frozen=True)
class Times:
    """When something was made on a device, and when it arrived here."""

    kind: str
    made_at: datetime
    arrived_at: datetime
    clock_behind: timedelta

    @property
    def was_apart(self) -> bool:
        """Whether it waited on the device long enough to be worth saying."""
        return self.arrived_at - self.made_at > TOLERATED


def times_of(about: str) -> tuple[Times, ...]:
    """The commands that a record came of or was changed by, in the order they arrived: one query."""
    rows = Command.objects.filter(about=about, outcome=Outcome.TAKEN.value).order_by("arrived_at", "made_at")
    columns = rows.values_list("kind", "made_at", "arrived_at", "clock_behind_s")
    return tuple(Times(kind, at, came, timedelta(seconds=s)) for kind, at, came, s in columns)
