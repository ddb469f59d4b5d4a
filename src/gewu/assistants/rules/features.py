"""What a text or a set of fields shows a model: numbers of its runs of signs, weighed; no word is kept.

A run of one to four signs is known by a number that the signs alone determine, so that a model holds no text
of anyone and a reading takes a fraction of a millisecond. Written text and text cut into words give nearly
the same numbers: gaps, punctuation and small words are left out of both.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Weights = NDArray[np.float32]

#: Signs of a text that are read; whoever writes more has said it by then.
MOST_SIGNS = 6000
#: Small words that say nothing of a class, and that lists of stop words take out of cut text.
_SMALL = re.compile(
    "我们|你们|他们|自己|这个|那个|这些|那些|这样|如果|因为|所以|但是|而且|并且|或者|以及|还是|已经|可以|没有|什么|怎么|"
    "为什么|如何|是否|有关|关于|对于|由于|为了|根据|按照|通过|以上|以下|之后|之前|目前|现在|"
    "[的了是在我你他她它们这那哪就都也还又很太更最把被让给对从向到于和与及或而但且则因为以所其之者各每某该此着过呢吗吧啊呀哦嗯么]"
)
_DIGITS = re.compile(r"[0-9]+")
_GAP = re.compile(r"[\W_]+")
#: Odd multipliers of the rolling number; wrapping round is meant.
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)


@dataclass(frozen=True)
class View:
    """One way to look at one field.

    ``runs`` are its runs of ``low`` to ``high`` signs, of the ``first`` signs alone if that is set; ``whole``
    is each value as it stands.
    """

    field: str
    how: str = "runs"
    low: int = 1
    high: int = 3
    first: int = 0
    weight: float = 1.0
    small: bool = False

    @property
    def seed(self) -> int:
        return zlib.crc32(f"{self.field}|{self.how}|{self.first}".encode())


def plain(text: str, *, small: bool = False) -> str:
    """Small letters without gaps, each number as one sign; small words stay only when asked for."""
    folded = unicodedata.normalize("NFKC", text[: MOST_SIGNS * 2]).casefold()
    joined = _DIGITS.sub("0", _GAP.sub("", folded))
    return (joined if small else _SMALL.sub("", joined))[:MOST_SIGNS]


def _signs(text: str) -> NDArray[np.uint64]:
    raw = text.encode("utf-32-le", "surrogatepass")
    return np.frombuffer(raw, dtype=np.uint32).astype(np.uint64)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    numbers = (numbers ^ (numbers >> _SHIFT)) * _MIX
    return numbers ^ (numbers >> _SHIFT)


def runs(text: str, low: int, high: int, seed: int) -> list[Keys]:
    """For each length the numbers of all runs, by where they begin."""
    signs, found = _signs(text), []
    rolled = np.full(len(signs), seed, dtype=np.uint64)
    for size in range(1, high + 1):
        if len(signs) < size:
            break
        rolled = rolled[: len(signs) - size + 1] * _STEP + signs[size - 1 :]
        if size >= low:
            found.append(_mixed(rolled + np.uint64(size)))
    return found


@dataclass(frozen=True)
class Seen:
    """What one view sees of one item: each number once, how often it occurs, and the numbers in order."""

    keys: Keys
    counts: Weights


def shown(view: View, value: str) -> str:
    """The part of a value that a view of runs looks at."""
    text = plain(value, small=view.small)
    return text[: view.first] if view.first else text


def seen(view: View, item: Mapping[str, str]) -> Seen:
    """What a view sees of an item; nothing of a field that is empty."""
    keys = _numbers(view, item.get(view.field, ""))
    found, counts = np.unique(keys, return_counts=True)
    return Seen(found, counts.astype(np.float32))


def _numbers(view: View, value: str) -> Keys:
    if view.how == "whole":
        return np.array([number_of(one, view.seed) for one in value.split("\n") if one], dtype=np.uint64)
    found = runs(shown(view, value), view.low, view.high, view.seed)
    return np.concatenate(found) if found else np.empty(0, dtype=np.uint64)


def number_of(value: str, seed: int) -> np.uint64:
    """The number of a whole value."""
    return np.uint64(zlib.crc32(value.encode()) << 32 | zlib.crc32(value.encode(), seed))


@dataclass(frozen=True)
class Many:
    """What one view sees of many items, one after another."""

    keys: Keys
    counts: Weights
    items: NDArray[np.int64]


def seen_of_many(view: View, items: Sequence[Mapping[str, str]]) -> Many:
    """The same for many items, with which item each number belongs to."""
    found = [seen(view, one) for one in items]
    sizes = [len(one.keys) for one in found]
    return Many(
        np.concatenate([one.keys for one in found]) if found else np.empty(0, dtype=np.uint64),
        np.concatenate([one.counts for one in found]) if found else np.empty(0, dtype=np.float32),
        np.repeat(np.arange(len(found)), sizes),
    )


def kinship(texts: Sequence[str], *, size: int = 5, signatures: int = 24, band: int = 2) -> NDArray[np.int64]:
    """A group for each text such that near copies share one, by smallest numbers of their runs.

    Two texts that share most of their runs agree in some band of their signatures; groups are joined through.
    """
    draw = np.random.default_rng(5).integers(1, 2**63, signatures, dtype=np.uint64) | np.uint64(1)
    parent = list(range(len(texts)))
    seen_bands: dict[tuple[int, bytes], int] = {}
    for at, text in enumerate(texts):
        found = runs(plain(text), size, size, 11) or runs(plain(text), 1, 1, 11)
        smallest = _smallest(found, draw)
        for start in range(0, signatures, band):
            other = seen_bands.setdefault((start, smallest[start : start + band].tobytes()), at)
            _join(parent, other, at)
    return np.array([_root(parent, at) for at in range(len(texts))])


def _smallest(found: list[Keys], draw: Keys) -> Keys:
    if not found:
        return np.zeros(len(draw), dtype=np.uint64)
    mixed = found[-1][:, None] * draw[None, :]
    smallest: Keys = (mixed ^ (mixed >> _SHIFT)).min(axis=0)
    return smallest


def _root(parent: list[int], at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


def _join(parent: list[int], one: int, other: int) -> None:
    first, second = sorted((_root(parent, one), _root(parent, other)))
    parent[second] = first


def places_of(text: str, *, small: bool = False) -> tuple[str, list[int]]:
    """The plain text and where each of its signs stood in the text as it was written."""
    signs = [(sign, at) for at, one in enumerate(text[: MOST_SIGNS * 2]) for sign in _folded(one)]
    for left_out in (_GAP, _DIGITS) if small else (_GAP, _DIGITS, _SMALL):
        signs = _without(signs, left_out, keep="0" if left_out is _DIGITS else "")
    return "".join(sign for sign, _ in signs[:MOST_SIGNS]), [at for _, at in signs[:MOST_SIGNS]]


def _folded(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign).casefold()


def _without(signs: list[tuple[str, int]], left_out: re.Pattern[str], *, keep: str) -> list[tuple[str, int]]:
    joined, found, at = "".join(sign for sign, _ in signs), list[tuple[str, int]](), 0
    for match in left_out.finditer(joined):
        found += signs[at : match.start()]
        found += [(keep, signs[match.start()][1])] if keep else []
        at = match.end()
    return found + signs[at:]


def every(values: Iterable[str]) -> str:
    """Several values of one field, as a view of whole values reads them."""
    return "\n".join(values)
