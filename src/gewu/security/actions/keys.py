"""Rotation of the vault's keys: seal everything anew in batches, then drop what nothing needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet

from gewu.infra import sealing, store, stream
from gewu.infra.models import ConnectorRow, ConnectorSecret
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import events, vault
from gewu.security.actors import Actor
from gewu.security.models import Identity, IdentityProvider, SecondFactor

BATCH = 500
#: A process may have read the ring just before it changed and commit what it sealed a little later.
SETTLED_S = 60


@dataclass(frozen=True)
class Resealed:
    """How far a rotation is."""

    key: str
    done: int
    total: int


def reseal(*, actor: Actor, now: datetime, batch: int = BATCH) -> Iterator[Resealed]:
    """Add a key and seal everything with it, in batches that each stand by themselves; yields the progress.

    A rotation that was broken off is taken up where it was: while anything is under an older key, no
    new one is made. Everything can be opened at every moment, whatever happens.
    """
    key = sealing.newest_key()
    if not _left(key):
        key = sealing.add_key()
        with store.writing():
            stream.tell(events.KeyAdded(id=new_id(), key=key), actor=actor, now=now)
    total, done = _left(key), 0
    yield Resealed(key, done, total)
    for kind in SEALED:
        last: UUID | str | None = None
        while True:
            moved, last = _batch(kind, key, last, batch)
            if last is None:
                break
            done += moved
            yield Resealed(key, done, total)


#: Every table that holds something sealed. A new one is named here, or a rotation would lose it.
SEALED: tuple[type[Model], ...] = (
    Identity,
    SecondFactor,
    IdentityProvider,
    ConnectorSecret,
    ConnectorRow,
)


def _left(key: str) -> int:
    return sum(_under_older(kind, key).count() for kind in SEALED)


def _under_older(kind: type[Model], key: str) -> QuerySet[Any]:
    """The rows that an older key seals; what was settled and erased needs no key any more."""
    return kind._default_manager.exclude(key=key).exclude(sealed=b"")


def _batch(kind: type[Model], key: str, last: UUID | str | None, size: int) -> tuple[int, UUID | str | None]:
    """Seal the next rows behind ``last`` anew; how many, and the last of them, none at the end."""
    with store.writing():
        rows = _under_older(kind, key).select_for_update().order_by("pk")
        found = list(rows.filter(pk__gt=last)[:size] if last else rows[:size])
        for row in found:
            _seal_anew(row)
        columns = ["key", "sealed", "trace"] if kind is Identity else ["key", "sealed"]
        kind._default_manager.bulk_update(found, columns, batch_size=100)
    return len(found), found[-1].pk if found else None


def _seal_anew(row: Any) -> None:
    if isinstance(row, Identity):
        vault.sealed_anew(row)
        return
    if isinstance(row, IdentityProvider):
        bound_to = row.code.encode()
    else:
        bound_to = row.account_id.bytes if isinstance(row, SecondFactor) else row.pk.bytes
    plain = sealing.opened(bytes(row.sealed), key=row.key, bound_to=bound_to)
    row.key, row.sealed = sealing.sealed(plain, bound_to=bound_to)


def retire_keys(*, actor: Actor, now: datetime) -> tuple[str, ...]:
    """Drop every key but the newest; returns their names.

    Refused while anything is under one of them, and within a minute of the rotation.
    """
    key = sealing.newest_key()
    old = tuple(name for name in sealing.key_names() if name != key)
    if sealing.ring_age_s(now.timestamp()) < SETTLED_S:
        raise Refusal(say("密钥刚刚更换，请 {n} 秒后再停用旧密钥", n=SETTLED_S), Kind.CONFLICT)
    with store.writing():
        if left := _left(key):
            raise Refusal(
                say("还有 {n} 条用旧密钥加密", n=left), Kind.CONFLICT, advice=say("请先运行 gewu keys rotate")
            )
        for name in old:
            stream.tell(events.KeyRetired(id=new_id(), key=name), actor=actor, now=now)
        sealing.drop_keys(set(old))
    return old
