"""Which places an address in plain words may mean. Suggestions only: a person chooses."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TAILS = (
    *("社区居民委员会", "社区居委会", "居民委员会", "村民委员会", "居委会", "村委会", "社区"),
    *("街道办事处", "街道", "地区", "自治县", "新区", "林场", "农场", "镇", "乡", "村", "区", "县", "市"),
)
_GRID_NUMBER = re.compile(r"(\d{1,3})\s*(?:号|#)?\s*网格")
_SHORTEST = 2
#: A name given in full says more than its stem: 江浦街道 is the street, 江浦 may be a shop.
_FULL_NAME = 3


def stem(name: str) -> str:
    """The name without the word for its kind, where at least two characters remain."""
    for tail in _TAILS:
        if name.endswith(tail) and len(name) - len(tail) >= _SHORTEST:
            return name.removesuffix(tail)
    return name


def spoken(name: str) -> str:
    """The name as people write it in an address: 珠江社区 for 珠江社区居委会."""
    for tail, short in (("社区居民委员会", "社区"), ("社区居委会", "社区"), ("村委会", "村")):
        if name.endswith(tail):
            return name.removesuffix(tail) + short
    return name


def suggest(text: str, names: Mapping[str, str], *, limit: int = 5) -> tuple[str, ...]:
    """Codes of the places named in a text, the likeliest first, at most ``limit``.

    A place counts what is said of it and of every place above it, so 江浦街道珠江社区 prefers the community
    in that street to one of the same name elsewhere. ``names`` maps codes to names, grids included.
    """
    said = {code: weight for code, name in names.items() if (weight := _weight(text, code, name))}
    totals = {
        code: weight + sum(said.get(code[:length], 0) for length in (6, 9, 12) if length < len(code))
        for code, weight in said.items()
        if len(code) <= 12 or code[:12] in said
    }
    ranked = sorted(totals, key=lambda code: (-totals[code], -len(code), code))
    return tuple(ranked[:limit])


def _weight(text: str, code: str, name: str) -> int:
    if len(code) > 12:
        number = _GRID_NUMBER.search(text)
        return _SHORTEST if number and int(number[1]) == int(code[12:15]) else 0
    full, short = spoken(name), stem(name)
    if full in text:
        return len(full) + _FULL_NAME
    return len(short) if len(short) >= _SHORTEST and short in text else 0


def grid_name(code: str, community: str) -> str:
    """What a grid or micro-grid is called when its file gives no name: 珠江社区第03网格."""
    grid = f"{spoken(community)}第{int(code[12:15]):02d}网格"
    return f"{grid}第{int(code[15:17]):02d}微网格" if len(code) > 15 else grid
