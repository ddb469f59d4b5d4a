"""A linear model over several views: read with plain arrays, each word it decided by can be named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gewu.assistants.rules import features
from gewu.assistants.rules.features import Keys, View, Weights

Scores = NDArray[np.float64]
#: Points of a rising line: a confidence as the model gives it, and the share that is right there.
Curve = tuple[tuple[float, float], ...]

#: No model knows more surely than this.
AT_MOST = 0.99
MOST_WORDS = 4
_SHORTEST, _LONGEST = 2, 12


@dataclass(frozen=True)
class Block:
    """What is known of one view: its numbers in order, how rare each is, and what it says for each class."""

    view: View
    keys: Keys
    rarity: Weights
    weights: NDArray[np.float32]

    def met(self, keys: Keys, counts: Weights) -> tuple[NDArray[np.int64], Weights]:
        """The rows of the numbers that are known, with their weights; of length one taken together."""
        if not len(self.keys) or not len(keys):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        rows = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = self.keys[rows] == keys
        rows, weights = rows[known], (1 + np.log(counts[known])) * self.rarity[rows[known]]
        length = float(np.sqrt((weights**2).sum())) or 1.0
        return rows, (weights * (self.view.weight / length)).astype(np.float32)


@dataclass(frozen=True)
class Model:
    """Classes, blocks, and what its scores turned out to mean."""

    classes: tuple[str, ...]
    blocks: tuple[Block, ...]
    bias: NDArray[np.float32]
    sharpness: float = 1.0
    curve: Curve = ()

    def scores(self, item: Mapping[str, str]) -> Scores:
        """How much speaks for each class."""
        found = self.bias.astype(np.float64)
        for block in self.blocks:
            one = features.seen(block.view, item)
            rows, weights = block.met(one.keys, one.counts)
            found += weights @ block.weights[rows] if len(rows) else 0.0
        return found

    def ranked(self, item: Mapping[str, str], *, most: int = 3) -> tuple[tuple[str, float], ...]:
        """The likeliest classes and how likely each is, the best first; without what is known of nothing."""
        shares = self.shares(self.scores(item)[None, :])[0]
        best = np.argsort(-shares, kind="stable")[:most]
        return tuple((self.classes[at], round(float(shares[at]), 4)) for at in best)

    def shares(self, scores: Scores) -> Scores:
        """Scores as probabilities, the best of each row set right by the curve."""
        return corrected(softmax(scores * self.sharpness), self.curve)

    def words(self, item: Mapping[str, str], value: str) -> tuple[str, ...]:
        """The words of an item that speak for a class more than for the others, the strongest first."""
        at = self.classes.index(value)
        found: dict[str, float] = {}
        for block in self.blocks:
            if block.view.how == "runs":
                _mark(found, block, item.get(block.view.field, ""), at)
        ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
        return _apart([word for word, weight in ranked if weight > 0])


def softmax(scores: Scores) -> Scores:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    found: Scores = raised / raised.sum(axis=1, keepdims=True)
    return found


def corrected(shares: Scores, curve: Curve) -> Scores:
    """The best of each row as the curve says, the others in what is left; never surer than `AT_MOST`."""
    rows, best = np.arange(len(shares)), shares.argmax(axis=1)
    top = shares[rows, best]
    line = np.array(curve or ((0.0, 0.0), (1.0, 1.0)))
    means = np.interp(top, line[:, 0], line[:, 1])
    means = np.clip(means, 1 / shares.shape[1], AT_MOST)
    left = np.where(top < 1, (1 - means) / np.where(top < 1, 1 - top, 1), 0.0)
    found = shares * left[:, None]
    found[rows, best] = means
    return found


def _mark(found: dict[str, float], block: Block, value: str, at: int) -> None:
    """Add the runs of a value that speak for a class, as they stand in it."""
    text, where = features.places_of(value, small=block.view.small)
    text = text[: block.view.first] if block.view.first else text
    marks = np.zeros(len(text) + 1)
    others = block.weights.sum(axis=1)
    for size, keys in enumerate(
        features.runs(text, block.view.low, block.view.high, block.view.seed), block.view.low
    ):
        rows = np.minimum(np.searchsorted(block.keys, keys), len(block.keys) - 1)
        known = block.keys[rows] == keys if len(block.keys) else np.zeros(len(keys), dtype=bool)
        own = block.weights[rows, at]
        rest = (others[rows] - own) / max(1, block.weights.shape[1] - 1)
        says = np.where(known, (own - rest) * block.rarity[rows], 0.0) * block.view.weight / size
        for step in range(size):
            marks[step : step + len(says)] += says
    for start, end in _runs(marks):
        word = value[where[start] : where[end - 1] + 1].strip()
        if _SHORTEST <= len(word) <= _LONGEST:
            found[word] = max(found.get(word, 0.0), float(marks[start:end].sum()))


def _runs(marks: Scores) -> list[tuple[int, int]]:
    """Where stretches begin and end that stand out above the middle of what speaks for it."""
    speaking = marks[marks > 0]
    if not len(speaking):
        return []
    over = np.concatenate([[False], marks[:-1] > speaking.mean(), [False]])
    edges = np.flatnonzero(np.diff(over.astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _apart(words: list[str]) -> tuple[str, ...]:
    """The first few, none a part of another."""
    found: list[str] = []
    for word in words:
        if not any(word in other or other in word for other in found):
            found.append(word)
        if len(found) == MOST_WORDS:
            break
    return tuple(found)
