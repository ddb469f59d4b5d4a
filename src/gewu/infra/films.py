"""Short films from outside: MP4 and WebM, checked by content, kept without what they say of their maker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from gewu.infra import files, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: Some minutes of a screen that is shown; a longer lesson is several films.
MOST_BYTES = 48 * 1024 * 1024
#: The first bytes of WebM (RFC 8794, the EBML header), and the box with which MP4 begins (ISO/IEC 14496-12).
_WEBM, _MP4 = b"\x1a\x45\xdf\xa3", b"ftyp"
#: Boxes of MP4 that hold other boxes in which something could be said of people, devices and places.
_HOLDERS = (b"moov", b"trak", b"moof", b"traf")
_TALK = (b"udta", b"meta", b"uuid")


def is_film(content: bytes) -> bool:
    """Whether this begins as one of the two kinds of film that browsers play."""
    return content[4:8] == _MP4 or content[:4] == _WEBM


def keep(content: bytes, *, purpose: str, actor: stream.Acting, now: datetime) -> tuple[UUID, str]:
    """Check and keep a film; returns its file and its kind of content.

    Refused: too large, neither MP4 nor WebM, broken, or an MP4 without picture. Of an MP4 place, device and
    title are blanked where they stand, so that nothing moves.
    """
    if len(content) > MOST_BYTES:
        raise Refusal(
            say("影片太大，最多 {n} MB", n=MOST_BYTES // 1024 // 1024), Kind.TOO_LARGE, field="film"
        )
    if content[:4] == _WEBM and b"webm" in content[:64]:
        return files.keep(content, "video/webm", purpose=purpose, actor=actor, now=now), "video/webm"
    bare = _without_talk(content) if content[4:8] == _MP4 else b""
    if b"vide" not in bare:
        raise Refusal(
            say("这个文件不是能播放的影片或图片"), field="film",
            advice=say("请选 MP4 或 WebM 影片，或 JPG、PNG、WebP 图片"),
        )  # fmt: skip
    return files.keep(bare, "video/mp4", purpose=purpose, actor=actor, now=now), "video/mp4"


def _without_talk(content: bytes) -> bytes:
    """The same film with every box of talk turned into free space of its length; empty if it is broken."""
    bare = bytearray(content)
    try:
        for kind, start, begin, end in _boxes(bare, 0, len(bare)):
            if kind in _TALK:
                bare[start + 4 : start + 8] = b"free"
                bare[begin:end] = bytes(end - begin)
    except ValueError:
        return b""
    return bytes(bare)


def _boxes(content: bytearray, at: int, until: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Kind, beginning, beginning of what it holds and end of each box, the inner ones of the holders too."""
    while at < until:
        size, kind = int.from_bytes(content[at : at + 4], "big"), bytes(content[at + 4 : at + 8])
        head = 16 if size == 1 else 8
        size = int.from_bytes(content[at + 8 : at + 16], "big") if size == 1 else size or until - at
        if size < head or at + size > until:
            raise ValueError("a box that is longer than what holds it")
        if kind in _HOLDERS:
            yield from _boxes(content, at + head, at + size)
        yield kind, at, at + head, at + size
        at += size
