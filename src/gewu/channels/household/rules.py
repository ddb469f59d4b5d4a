"""What a household's alarm may send: that help is needed, and nothing to look at or listen to. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gewu.infra.connectors import Unwanted
from gewu.kernel.refusals import Kind
from gewu.kernel.texts import say

#: What help is needed for.
KINDS = ("求助", "烟雾", "燃气", "漏水")
#: What the household says of its alarm itself.
ON, OFF = "开启", "关闭"
_NAMES = re.compile(
    r"image|photo|pic|snapshot|frame|jpe?g|png|video|clip|stream|rtsp|audio|voice|sound|record|mp[34]|wav|camera|face"
    r"|图|照|像|视频|音频|声音|录音|录像|摄像|人脸",
    re.IGNORECASE,
)
_VALUES = re.compile(
    r"^\s*data:|\b(?:rtsp|rtmp|hls)://|\.(?:jpe?g|png|gif|webp|heic|bmp|mp[34]|m4a|avi|mov|wav|amr|flv|m3u8)(?:\?|$)",
    re.IGNORECASE,
)
#: How the files of pictures and of sound begin (JPEG, PNG, GIF, RIFF, Ogg, MP3, and MP4 behind its length).
_BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"OggS", b"ID3", b"\xff\xfb", b"#!AMR")
#: A longer text says more than that help is needed.
LONGEST = 300


def check_row(row: Mapping[str, Any]) -> None:
    """Refuse pictures and sound, whether named so, linked, or hidden in a text."""
    for name, value in _fields(row):
        if _NAMES.search(name) and value not in ("", None, False, 0, [], {}):
            raise _nothing_to_see()
        if isinstance(value, str) and (_VALUES.search(value) or _is_media(value) or len(value) > LONGEST):
            raise _nothing_to_see()


def _is_media(text: str) -> bool:
    bare = "".join(text.split())
    if len(bare) < 16 or not re.fullmatch(r"[A-Za-z0-9+/_-]+=*", bare):
        return False
    try:
        content = base64.b64decode(bare[:64].replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return False
    return content.startswith(_BEGINNINGS) or content[4:8] == b"ftyp"


def _fields(row: Any, depth: int = 0) -> Iterator[tuple[str, Any]]:
    if depth > 8:
        raise _nothing_to_see()
    if isinstance(row, Mapping):
        for name, value in row.items():
            yield str(name), value
            yield from _fields(value, depth + 1)
    elif isinstance(row, list | tuple):
        for value in row:
            yield "", value
            yield from _fields(value, depth + 1)


def _nothing_to_see() -> Unwanted:
    return Unwanted(
        say("家里的报警不收画面和声音"),
        Kind.FORBIDDEN,
        advice=say("只发需要什么帮助；请在设备里关掉图片、视频和录音的上传"),
    )
