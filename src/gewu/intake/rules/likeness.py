"""Which class a text speaks of, by the pieces of words it shares with what is known of each class.

A small model without chance in it: pieces of one to three signs, weighed by how few classes they occur in,
and the cosine between text and class. It runs in a millisecond and can name the words that decided.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

#: How much a piece says by its length: a single sign says little.
_SAYS = {1: 0.25, 2: 1.0, 3: 1.3}
#: Words of no class: pieces that hold one of them say nothing.
_EMPTY = frozenset(
    [
        "一个",
        "有个",
        "几个",
        "怎么",
        "没有",
        "什么",
        "这个",
        "那个",
        "我们",
        "他们",
        "你们",
        "一直",
        "已经",
        "现在",
        "天天",
        "经常",
        "请问",
        "问一",
        "一下",
        "想问",
        "希望",
        "差点",
        "容易",
        "很多",
        "不知",
        "知道",
    ]
)
#: Pieces kept of each class: the rest is chance.
_PIECES = 600
#: How sharply the best class is told from the next; a text that speaks of two alike is sure of neither.
_SHARPNESS = 4.0
#: No model knows more surely than this.
_AT_MOST = 0.95
#: So alike are a text and its class when nothing is left to doubt.
_SURE = 0.35
#: Below this likeness nothing is proposed: a text about nothing known gets no class.
_LEAST = 0.06


@dataclass(frozen=True)
class Example:
    """Something known to speak of a class; ``weight`` tells a name from a passing word."""

    matter: str
    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class Proposed:
    """A class for a text: how sure, and the words of the text that decided, the strongest first."""

    value: str
    confidence: float
    words: tuple[str, ...]


#: Points of a rising line: a confidence as the model gives it, and the share that is right there.
Curve = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Learned:
    """What was learned: for each class its pieces with their weights, and how rare each piece is."""

    version: str
    classes: Mapping[str, Mapping[str, float]]
    rarity: Mapping[str, float]
    #: What a confidence has turned out to mean; empty until enough has been judged.
    curve: Curve = ()

    @cached_property
    def by_piece(self) -> dict[str, list[tuple[str, float]]]:
        """The classes in which each piece occurs."""
        found: dict[str, list[tuple[str, float]]] = {}
        for matter, pieces in self.classes.items():
            for piece, weight in pieces.items():
                found.setdefault(piece, []).append((matter, weight))
        return found


def learn(
    examples: Iterable[Example], *, version: str, seldom: int = 1, always: Container[str] = ()
) -> Learned:
    """Learn from examples. A piece in fewer than ``seldom`` of them is forgotten: no text shows through.

    Those in ``always`` are kept however seldom they are: they come from the catalogue.
    """
    counted: dict[str, Counter[str]] = {}
    occurs: Counter[str] = Counter()
    for one in examples:
        found = set(pieces(one.text))
        occurs.update(found)
        weighed = counted.setdefault(one.matter, Counter())
        for piece in found:
            weighed[piece] += one.weight  # type: ignore[assignment]  # a Counter may hold parts
    spread: Counter[str] = Counter(
        piece
        for weighed in counted.values()
        for piece in weighed
        if occurs[piece] >= seldom or piece in always
    )
    rarity = {piece: math.log(1 + len(counted) / n) * _SAYS[len(piece)] for piece, n in spread.items()}
    classes = {matter: _weights(weighed, rarity) for matter, weighed in counted.items()}
    return Learned(version, classes, rarity)


def _weights(weighed: Mapping[str, float], rarity: Mapping[str, float]) -> dict[str, float]:
    found = {piece: math.log1p(n) * rarity[piece] for piece, n in weighed.items() if piece in rarity}
    kept = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:_PIECES]
    length = math.sqrt(sum(weight * weight for _, weight in kept)) or 1.0
    return {piece: round(weight / length, 5) for piece, weight in kept}


def propose(learned: Learned, text: str, *, most: int = 3) -> tuple[Proposed, ...]:
    """The likeliest classes of a text, the best first; none when nothing known is spoken of."""
    given = {piece: learned.rarity[piece] for piece in set(pieces(text)) if piece in learned.rarity}
    length = math.sqrt(sum(weight * weight for weight in given.values())) or 1.0
    likeness: dict[str, float] = {}
    for piece, weight in given.items():
        for matter, known in learned.by_piece.get(piece, ()):
            likeness[matter] = likeness.get(matter, 0.0) + weight / length * known
    ranked = sorted(likeness.items(), key=lambda pair: (-pair[1], pair[0]))
    if not ranked or ranked[0][1] < _LEAST:
        return ()
    whole = sum(value**_SHARPNESS for _, value in ranked) or 1.0
    return tuple(
        Proposed(matter, calibrated(_confidence(value, whole), learned.curve), _words(learned, text, matter))
        for matter, value in ranked[:most]
    )


def _confidence(value: float, whole: float) -> float:
    """How far it stands out from the others, less where it is not very like itself."""
    return float(round(min(_AT_MOST, value**_SHARPNESS / whole * min(1.0, value / _SURE)), 3))


def calibrated(confidence: float, curve: Curve) -> float:
    """What a confidence means by the curve, straight between its points; unchanged without one."""
    if not curve:
        return confidence
    if confidence <= curve[0][0]:
        return curve[0][1]
    for (x, y), (next_x, next_y) in zip(curve, curve[1:], strict=False):
        if confidence <= next_x:
            return round(y + (next_y - y) * (confidence - x) / ((next_x - x) or 1.0), 3)
    return curve[-1][1]


def _words(learned: Learned, text: str, matter: str) -> tuple[str, ...]:
    """The runs of the text that speak for this class, the strongest first, at most four."""
    own, plain = learned.classes[matter], _plain(text)
    found: dict[str, float] = {}
    for run in plain.split():
        marks = [0.0] * len(run)
        for start in range(len(run)):
            for size in (2, 3):
                weight = own.get(run[start : start + size], 0.0) if start + size <= len(run) else 0.0
                for at in range(start, start + size if weight else start):
                    marks[at] += weight
        for word, weight in _runs(run, marks):
            found[word] = max(found.get(word, 0.0), weight)
    return tuple(word for word, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:4])


def _runs(run: str, marks: list[float]) -> Iterator[tuple[str, float]]:
    start = None
    for at, mark in enumerate([*marks, 0.0]):
        if mark and start is None:
            start = at
        elif not mark and start is not None:
            yield run[start:at], sum(marks[start:at])
            start = None


def _plain(text: str) -> str:
    """Small letters and digits, everything else a gap."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign if sign.isalpha() else " " for sign in folded)


def pieces(text: str) -> Iterator[str]:
    """Every run of one to three signs in a text, but for those that say nothing."""
    for run in _plain(text).split():
        for size in _SAYS:
            for start in range(len(run) - size + 1):
                piece = run[start : start + size]
                if not (piece[:2] in _EMPTY or piece[1:] in _EMPTY):
                    yield piece
