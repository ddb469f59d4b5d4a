"""Files from outside: checked by their content, limited, and kept without their metadata."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from gewu.infra import plain, store, stream
from gewu.infra.models import File
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: A photo of a current telephone fits; more is refused before it is opened.
MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 50_000_000
#: Formats other than JPEG are unpacked whole before they are made smaller, four bytes for each pixel.
MOST_UNPACKED = 25_000_000
#: The longer side of what is kept, in pixels: enough to read a sign, small enough for a slow line.
LONG_SIDE = 1600
THUMB_SIDE = 320
#: How long a file may wait for the record it was sent for.
UNCLAIMED_FOR = timedelta(days=1)
#: What stands in place of the digest of a file that was deleted by retention.
GONE = "gone"
#: Formats that are read; every one of them is kept as JPEG. "JPEG" also reads the MPO of some telephones.
READ = ("JPEG", "PNG", "WEBP", "BMP")


@dataclass(frozen=True)
class FileFacts:
    """A kept file as screens need it."""

    id: UUID
    purpose: str
    media_type: str
    owner_kind: str
    owner_id: UUID | None
    added_at: datetime


def keep_photo(content: bytes, *, purpose: str, actor: stream.Acting, now: datetime) -> UUID:
    """Check and keep a photo: drawn anew, upright, without any metadata (place, device, owner).

    Refused are files that are too large, that are no picture whatever their name says, and pictures
    whose pixels are too many.
    """
    if len(content) > MOST_BYTES:
        raise Refusal(
            say("照片太大，最多 {n} MB", n=MOST_BYTES // 1024 // 1024), Kind.TOO_LARGE, field="photos"
        )
    picture = _opened(content)
    picture.thumbnail((LONG_SIDE, LONG_SIDE))
    drawn = _drawn(picture, quality=82)
    size = (picture.width, picture.height)
    return keep(drawn, "image/jpeg", purpose=purpose, actor=actor, now=now, size=size)


def keep(
    content: bytes, media_type: str, *, purpose: str, actor: stream.Acting, now: datetime,
    size: tuple[int, int] = (0, 0),
) -> UUID:  # fmt: skip
    """Keep what was written anew by one of our readers; nothing goes in here as it came."""
    digest = hashlib.sha256(content).hexdigest()
    _put(digest, content)
    row = File.objects.create(
        digest=digest,
        media_type=media_type,
        size=len(content),
        width=size[0],
        height=size[1],
        purpose=purpose,
        added_by=actor.ref,
        added_at=now,
    )
    return row.pk


def _opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=READ)
            most = MOST_PIXELS if picture.format in ("JPEG", "MPO") else min(MOST_PIXELS, MOST_UNPACKED)
            if picture.width * picture.height > most:
                raise Refusal(say("照片像素过多，请缩小后再传"), Kind.TOO_LARGE, field="photos")
            picture.draft("RGB", (LONG_SIDE, LONG_SIDE))
            if picture.mode in ("RGB", "RGBA"):
                picture.thumbnail((LONG_SIDE, LONG_SIDE))  # before any copy is made of what may be large
            return ImageOps.exif_transpose(picture).convert("RGB")
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        raise Refusal(
            say("这个文件不是能读的照片"), field="photos", advice=say("请选择 JPG、PNG 或 WebP 照片")
        ) from None


def _drawn(picture: Image.Image, *, quality: int) -> bytes:
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def _path(digest: str) -> Path:
    return Path(settings.FILES) / digest[:2] / digest[2:4] / digest


def _put(digest: str, content: bytes) -> None:
    path = _path(digest)
    if path.exists():
        path.touch()  # young again, so that a sweep of old files leaves it to its new row
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{hashlib.sha256(content).hexdigest()[:8]}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)  # half of a file on a full disk helps nobody
        raise


def claim(ids: Sequence[str], *, owner_kind: str, owner_id: UUID) -> list[UUID]:
    """Give kept files to a record. Refused when one is unknown or belongs to another record already."""
    if not ids:
        return []
    wanted = [_key(one) for one in ids]
    free = File.objects.filter(pk__in=wanted, owner_id__isnull=True)
    if free.update(owner_kind=owner_kind, owner_id=owner_id, brought_by=owner_id) != len(set(wanted)):
        raise Refusal(say("照片已失效，请重新上传"), Kind.CONFLICT, field="photos")
    return wanted


def hand_over(ids: Sequence[UUID], *, owner_kind: str, owner_id: UUID) -> None:
    """Pass files from one record to the one that grew out of it."""
    File.objects.filter(pk__in=ids).update(owner_kind=owner_kind, owner_id=owner_id)


def brought_by(owner_id: UUID) -> tuple[UUID, ...]:
    """The files that came with a record, wherever they have passed on to, oldest first."""
    rows = File.objects.filter(brought_by=owner_id).order_by("added_at", "id")
    return tuple(rows.values_list("pk", flat=True))


def of(owner_ids: Sequence[UUID]) -> dict[UUID, list[FileFacts]]:
    """The files of some records, oldest first: one query."""
    found: dict[UUID, list[FileFacts]] = {one: [] for one in owner_ids}
    for row in File.objects.filter(owner_id__in=owner_ids).order_by("added_at", "id"):
        if row.owner_id:
            found[row.owner_id].append(_facts(row))
    return found


def counted(owner_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many files each of these records has, of those that have any: one query."""
    if not owner_ids:
        return {}
    write, marks = _key_written(), ", ".join(["%s"] * len(owner_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT owner_id, COUNT(*) FROM file WHERE owner_id IN ({marks}) GROUP BY owner_id",  # noqa: S608 -- marks alone
            [write(one) for one in owner_ids],
        )
        return {plain.key(owner): n for owner, n in cursor.fetchall()}


def _key_written() -> Callable[[UUID], Any]:
    return (lambda key: key.hex) if connection.vendor == "sqlite" else (lambda key: key)


def sweep(now: datetime, *, limit: int = 200) -> int:
    """Remove the files that no record has claimed within a day; returns how many."""
    with store.writing():
        old = list(File.objects.filter(owner_id__isnull=True, added_at__lt=now - UNCLAIMED_FOR)[:limit])
        File.objects.filter(pk__in=[one.pk for one in old], owner_id__isnull=True).delete()
        left = {one.digest for one in old}
        left -= set(File.objects.filter(digest__in=left).values_list("digest", flat=True))
    for digest in left:
        _remove(digest, before=now - UNCLAIMED_FOR)
    return len(old)


def older(before: datetime, *, after: UUID | None, size: int) -> list[FileFacts]:
    """Files that were added before a moment and are still there, behind a key, oldest first."""
    rows = File.objects.filter(added_at__lt=before, owner_id__isnull=False).exclude(digest=GONE)
    return [_facts(row) for row in (rows.filter(pk__gt=after) if after else rows).order_by("pk")[:size]]


def let_go(ids: Sequence[UUID]) -> list[UUID]:
    """Delete some files when the transaction is through.

    Their rows stay while evidence points at them, emptied of what they were; returns their keys.
    """
    rows = list(File.objects.filter(pk__in=ids).exclude(digest=GONE))
    digests = {row.digest for row in rows}
    keys = [row.pk for row in rows]
    File.objects.filter(pk__in=keys).update(digest=GONE, size=0, width=0, height=0)
    left = digests - set(File.objects.filter(digest__in=digests).values_list("digest", flat=True))
    transaction.on_commit(lambda: _unlink(left))
    return keys


def _unlink(digests: set[str]) -> None:
    for digest in digests:
        for one in (_path(digest), _path(digest).with_suffix(".thumb")):
            one.unlink(missing_ok=True)


def _remove(digest: str, *, before: datetime) -> None:
    path = _path(digest)
    for one in (path, path.with_suffix(".thumb")):
        if one.exists() and one.stat().st_mtime < before.timestamp():
            one.unlink()


def facts(file_id: UUID) -> FileFacts | None:
    """What a file is and whose, so that a shell can ask whether it may be shown."""
    row = File.objects.filter(pk=file_id).first()
    return _facts(row) if row else None


def read(file_id: UUID, *, thumb: bool = False) -> bytes:
    """The content of a file, or a small picture of it made on first use."""
    row = File.objects.filter(pk=file_id).first()
    if row is None or row.digest == GONE:
        raise Refusal(say("没有这个文件，或已按期限删除"), Kind.MISSING)
    path = _path(row.digest)
    return _thumb(path) if thumb else path.read_bytes()


def _thumb(path: Path) -> bytes:
    small = path.with_suffix(".thumb")
    if not small.exists():
        with Image.open(path) as picture:
            picture.thumbnail((THUMB_SIDE, THUMB_SIDE))
            small.write_bytes(_drawn(picture, quality=75))
    return small.read_bytes()


def _facts(row: File) -> FileFacts:
    return FileFacts(row.pk, row.purpose, row.media_type, row.owner_kind, row.owner_id, row.added_at)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refusal(say("照片编号无效，请重新上传"), field="photos") from None
