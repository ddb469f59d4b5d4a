"""Names as they sound: whole in pinyin, and by initials. 何洁 is hejie and hj."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=65536)
def spelled(name: str) -> str:
    """A name in pinyin and by its initials; nothing where it holds no Chinese character."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 -- slow to load, and only whoever feeds the index spells

    sounds = lazy_pinyin(name)
    whole = "".join(sounds)
    if whole == name:
        return ""
    return f"{whole} {''.join(sound[:1] if sound.isascii() else sound for sound in sounds)}"
