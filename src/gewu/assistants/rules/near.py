"""Which messages speak of the same issue: shared runs of signs, weighed by how few messages show them.

Nothing is learned from anyone's labels. A message is compared by its own runs, then once more together with
what its nearest share, so that one message finds the rest of its issue though each tells it in other words.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gewu.assistants.rules import features

Alike = NDArray[np.float64]

#: Runs in more than this part of the messages say nothing of an issue.
_COMMON = 0.15
#: How many of the nearest are asked with, how much they count, and how many runs are asked at most.
_ASKED_WITH, _THEIR_WEIGHT, _MOST_RUNS = 5, 1.0, 400
#: A message stands in the issue of one that is so alike, if it is like its others too: none is chained on.
SAME, SAME_ON_AVERAGE = 0.3, 0.15
_SEED = 3


@dataclass
class Issues:
    """Messages one after another, found again by what they share. Holds numbers, no text."""

    _rows: list[dict[int, float]] = field(default_factory=list)
    #: For each run the messages that show it, and how often.
    _shown: dict[int, tuple[array[int], array[float]]] = field(default_factory=dict)
    _lengths: array[float] = field(default_factory=lambda: array("d"))
    #: The issue of each message: the first message that stands in it.
    issue: list[int] = field(default_factory=list)
    _members: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Issues:
        """Messages that are all known: how rare a run is, is told by all of them."""
        found = cls()
        for text in texts:
            found.add(text)
        found._lengths = array("d", (_length(found._weighed(row)) for row in found._rows))
        return found

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, text: str) -> int:
        """Keep a message as an issue of its own; returns its place."""
        return self._keep(_runs(text))

    def place(self, text: str) -> tuple[int, float]:
        """Keep a message in the issue of its nearest, or in one of its own; with how alike they are."""
        runs = _runs(text)
        alike = self._met(_even(self._weighed(runs)))
        nearest = int(alike.argmax()) if len(alike) else -1
        sure = float(alike[nearest]) if nearest >= 0 else 0.0
        at = self._keep(runs)
        if sure >= SAME and float(alike[self._members[self.issue[nearest]]].mean()) >= SAME_ON_AVERAGE:
            self._join(at, self.issue[nearest])
        return self.issue[at], sure

    def _join(self, at: int, issue: int) -> None:
        self._members.pop(at)
        self._members[issue].append(at)
        self.issue[at] = issue

    def alike(self, text: str) -> Alike:
        """How alike each message is; nothing in common is 0."""
        return self._alike(_runs(text))

    def _alike(self, runs: dict[int, float]) -> Alike:
        asked = _even(self._weighed(runs))
        first = self._met(asked)
        near = np.argsort(-first, kind="stable")[:_ASKED_WITH]
        near = near[first[near] > 0]
        if not len(near):
            return first
        for row, share in zip(near.tolist(), (first[near] / first[near].sum()).tolist(), strict=True):
            for key, weight in _even(self._weighed(self._rows[row])).items():
                asked[key] = asked.get(key, 0.0) + share * weight * _THEIR_WEIGHT
        strongest = sorted(asked.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_RUNS]
        return self._met(_even(dict(strongest)))

    def _keep(self, runs: dict[int, float]) -> int:
        at = len(self._rows)
        for key, often in runs.items():
            rows, counts = self._shown.setdefault(key, (array("I"), array("f")))
            rows.append(at)
            counts.append(often)
        self._rows.append(runs)
        self._lengths.append(_length(self._weighed(runs)))
        self.issue.append(at)
        self._members[at] = [at]
        return at

    def _weighed(self, runs: dict[int, float]) -> dict[int, float]:
        """The runs that say something, each by how rare it is."""
        found, all_of_them = {}, len(self._rows)
        most = max(3.0, _COMMON * all_of_them)
        for key, often in runs.items():
            shown = self._shown.get(key)
            if shown is not None and len(shown[0]) <= most:
                found[key] = often * math.log((1 + all_of_them) / len(shown[0]))
        return found

    def _met(self, asked: dict[int, float]) -> Alike:
        """How much of what is asked each message shows."""
        found, all_of_them = np.zeros(len(self._rows)), 1 + len(self._rows)
        for key, weight in asked.items():
            rows, counts = self._shown[key]
            rare = math.log(all_of_them / len(rows))
            found[np.frombuffer(rows, dtype=np.uint32)] += weight * rare * np.frombuffer(counts, np.float32)
        return found / np.maximum(np.frombuffer(self._lengths), 1e-9) if len(found) else found


def _length(weighed: dict[int, float]) -> float:
    return math.sqrt(sum(weight * weight for weight in weighed.values()))


def _even(weighed: dict[int, float]) -> dict[int, float]:
    """Of length one."""
    length = _length(weighed) or 1.0
    return {key: weight / length for key, weight in weighed.items()}


def _runs(text: str) -> dict[int, float]:
    """The runs of two and three signs of a message, and how often each, told softly."""
    found = features.runs(features.plain(text), 2, 3, _SEED)
    if not found:
        return {}
    keys, counts = np.unique(np.concatenate(found), return_counts=True)
    return dict(zip(keys.tolist(), (1 + np.log(counts)).tolist(), strict=True))
