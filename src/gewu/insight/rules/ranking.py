"""Which of what was found comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: BM25 (Robertson and Zaragoza 2009, 3.4): how soon repetition stops counting, and how much length does.
_K1, _B = 1.2, 0.75
#: A word in what something is called counts as so many in what is said there.
_HEAD = 3.0
#: What is called exactly so, or begins so, or holds a Latin word or number whole.
_EXACT, _BEGINS, _WHOLE = 6.0, 2.0, 1.0
#: What the newest of those compared gains over the oldest.
_RECENT = 1.0
_LETTERS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry with its words folded, in the order of time; its place in that order is its age."""

    record: str
    head: str
    body: str


def ranked(found: Sequence[Ranked], terms: Sequence[str]) -> list[str]:
    """Records by how well their words fit; of two that fit alike the newer. ``found`` begins with the newest.

    Each term stands in all of them, so that how rare it is tells none from another.
    """
    if not found:
        return []
    mean = sum(_length(one) for one in found) / len(found) or 1.0
    step = _RECENT / len(found)
    scores = [sum(_fit(one, term, mean) for term in terms) - step * n for n, one in enumerate(found)]
    order = sorted(range(len(found)), key=lambda n: (-scores[n], n))
    return [found[n].record for n in order]


def _length(one: Ranked) -> int:
    return len(one.head) + len(one.body)


def _fit(one: Ranked, term: str, mean: float) -> float:
    often = _HEAD * one.head.count(term) + one.body.count(term)
    fit = often * (_K1 + 1) / (often + _K1 * (1 - _B + _B * _length(one) / mean))
    names = one.head.split()
    if term in names:
        fit += _EXACT
    elif any(name.startswith(term) for name in names):
        fit += _BEGINS
    return fit + (_WHOLE if _stands_alone(term, one) else 0.0)


def _stands_alone(term: str, one: Ranked) -> bool:
    """Whether a Latin word or a number stands there whole: 12 in 12号, not in 312号."""
    if not _LETTERS.issuperset(term):
        return False
    return any(_has_whole(term, text) for text in (one.head, one.body))


def _has_whole(term: str, text: str) -> bool:
    at = text.find(term)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(term) : at + len(term) + 1]
        if before not in _LETTERS and after not in _LETTERS:
            return True
        at = text.find(term, at + 1)
    return False


def alike(pairs: frozenset[str], others: Iterable[str]) -> float:
    """How much of two texts is the same, by their pairs: Dice's coefficient."""
    other = frozenset(others)
    whole = len(pairs) + len(other)
    return 2 * len(pairs & other) / whole if whole else 0.0
