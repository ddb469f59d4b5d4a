"""Files that arrive in parts: after a broken line they go on where they stopped."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings

from gewu.infra import files, sounds, store, stream
from gewu.infra.commands import Asking, account_of
from gewu.infra.models import File, Upload
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: A part is sent within seconds even on a weak line; a broken one costs no more than that.
MOST_OF_A_PART = 256 * 1024
#: How long an unfinished file is waited for.
WAITED_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Whole:
    """A file as its sender announces it with each part."""

    kind: str
    purpose: str
    size: int
    digest: str


@dataclass(frozen=True)
class State:
    """How far a file has come; ``file`` once it is whole and kept."""

    arrived: int
    size: int
    file: UUID | None = None


class Sender(stream.Acting, Asking, Protocol):
    """Who sends a file: an account that acts."""


Keep = Callable[..., UUID]
_KEPT: Mapping[str, tuple[Keep, int]] = {
    "photo": (files.keep_photo, files.MOST_BYTES),
    "sound": (sounds.keep, sounds.MOST_BYTES),
}


def state(id: UUID, *, actor: Asking) -> State:
    """How far a file has come, from which on to go on; an unknown one begins at nothing."""
    row = Upload.objects.filter(pk=id, account=account_of(actor)).first()
    if row is None or (row.file and not File.objects.filter(pk=row.file).exists()):
        return State(0, row.size if row else 0)
    return State(row.arrived, row.size, row.file)


def put(id: UUID, whole: Whole, offset: int, part: bytes, *, actor: Sender, now: datetime) -> State:
    """Add a part at its place; the last one has the file checked and kept.

    A part that is there already changes nothing. Refused: a part that leaves a gap (the state says where to
    go on), one beyond the announced size, another file under the same number, and a whole whose digest is
    wrong; then it begins anew.
    """
    _check(whole, part)
    with store.writing():
        row = _begun(id, whole, actor, now)
        if row.file is not None:
            return State(row.arrived, row.size, row.file)
        if offset > row.arrived or offset + len(part) > row.size:
            raise Refusal(
                say("这一段接不上，请从第 {n} 字节续传", n=row.arrived), Kind.CONFLICT, field="offset"
            )
        fresh = part[row.arrived - offset :]
        _write(row, fresh)
        row.arrived, row.moved_at = row.arrived + len(fresh), now
        if row.arrived == row.size:
            _finish(row, actor, now)
        row.save()
    if row.size and not row.arrived:
        raise Refusal(say("传输有误，请重新发送这个文件"), Kind.CONFLICT, field="digest")
    return State(row.arrived, row.size, row.file)


def _check(whole: Whole, part: bytes) -> None:
    if whole.kind not in _KEPT:
        raise Refusal(say("只收照片和录音"), field="kind")
    if len(part) > MOST_OF_A_PART:
        raise Refusal(say("一段最多 {n} KB", n=MOST_OF_A_PART // 1024), Kind.TOO_LARGE, field="offset")
    if not 0 < whole.size <= _KEPT[whole.kind][1]:
        raise Refusal(say("文件太大，或是空的"), Kind.TOO_LARGE, field="size")


def _begun(id: UUID, whole: Whole, actor: Sender, now: datetime) -> Upload:
    told = {"kind": whole.kind, "purpose": whole.purpose, "size": whole.size, "digest": whole.digest}
    row, _ = Upload.objects.select_for_update().get_or_create(
        pk=id, defaults={**told, "account": account_of(actor), "moved_at": now}
    )
    if row.account != account_of(actor) or any(getattr(row, name) != one for name, one in told.items()):
        raise Refusal(say("此编号已用于另一个文件"), Kind.CONFLICT, field="id")
    if row.file and not File.objects.filter(pk=row.file).exists():
        row.file, row.arrived = None, 0  # nothing claimed it in time, and it was swept away
    return row


def _path(id: UUID) -> Path:
    return Path(settings.FILES) / "parts" / id.hex


def _write(row: Upload, part: bytes) -> None:
    """On the disk before the row says so: what a crash leaves behind the row's count is written over."""
    path = _path(row.pk)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.pwrite(handle, part, row.arrived)
        os.ftruncate(handle, row.arrived + len(part))
        os.fsync(handle)
    finally:
        os.close(handle)


def _finish(row: Upload, actor: Sender, now: datetime) -> None:
    content = _path(row.pk).read_bytes()
    if hashlib.sha256(content).hexdigest() == row.digest:
        row.file = _KEPT[row.kind][0](content, purpose=row.purpose, actor=actor, now=now)
    else:
        row.arrived = 0
    _path(row.pk).unlink(missing_ok=True)


def files_of(ids: Iterable[UUID], *, actor: Asking) -> list[str]:
    """The kept files of some uploads of this account, in their order; refused when one is not whole."""
    keys = list(ids)
    there = Upload.objects.filter(pk__in=keys, account=account_of(actor), file__isnull=False)
    found = dict(there.values_list("pk", "file"))
    if any(one not in found for one in keys):
        raise Refusal(say("照片或录音还没有传完"), Kind.CONFLICT, field="uploads")
    return [str(found[one]) for one in keys]


def sweep(now: datetime, *, limit: int = 200) -> int:
    """Forget the files that nobody finished, and the numbers of those long kept; returns how many."""
    with store.writing():
        old = list(Upload.objects.filter(moved_at__lt=now - WAITED_FOR)[:limit])
        Upload.objects.filter(pk__in=[one.pk for one in old]).delete()
    for one in old:
        _path(one.pk).unlink(missing_ok=True)
    return len(old)
