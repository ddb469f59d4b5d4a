"""How good proposals are, each figure with the interval in which it lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Labels = NDArray[np.int64]
Scores = NDArray[np.float64]

_DRAWS = 200
_SEED = 7
#: The bands of the table of confidence.
BANDS = (0.0, 0.5, 0.7, 0.8, 0.85, 0.95, 1.0)


@dataclass(frozen=True)
class Figure:
    """One figure and the interval of 95 % in which it lies, by drawing the rows anew."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Band:
    """The proposals whose confidence lies in a band: how many, how sure, how many right."""

    low: float
    high: float
    n: int
    said: float
    right: float


@dataclass(frozen=True)
class Measured:
    """What a model is worth on some rows."""

    rows: int
    figures: tuple[Figure, ...]
    bands: tuple[Band, ...]
    #: How far confidences lie from what turned out, on average.
    gap: float
    #: From this confidence on it proposes, to which part of the rows, and the share that is right there.
    least: float
    spoken: float
    right: float


def f1_of(found: Flags, meant: Flags) -> float:
    """The harmonic middle of how many were found and how many of the found were meant."""
    both = 2 * int((found & meant).sum())
    whole = int(found.sum()) + int(meant.sum())
    return both / whole if whole else 0.0


def macro_f1(found: Labels, answers: Labels, classes: int) -> float:
    """The mean over the classes that occur."""
    both = np.bincount(answers[found == answers], minlength=classes)
    whole = np.bincount(found, minlength=classes) + np.bincount(answers, minlength=classes)
    occurs = np.bincount(answers, minlength=classes) > 0
    return float(np.mean(2 * both[occurs] / np.maximum(1, whole[occurs])))


def measured(shares: Scores, answers: Labels, *, least: float, warned: int = -1) -> Measured:
    """Figures of proposals on rows whose answers are known; an answer of -1 is a class never met."""
    order = np.argsort(-shares, axis=1, kind="stable")[:, :3]
    best, top = order[:, 0], shares.max(axis=1)
    classes = shares.shape[1] + 1
    known = np.where(answers < 0, classes - 1, answers)
    ways: dict[str, Callable[[Labels], float]] = {
        "macro_f1": lambda rows: macro_f1(best[rows], known[rows], classes),
        "top_1": lambda rows: float((best[rows] == known[rows]).mean()),
        "top_3": lambda rows: float((order[rows] == known[rows, None]).any(axis=1).mean()),
    }
    if warned >= 0:
        ways["f1"] = lambda rows: f1_of(best[rows] == warned, known[rows] == warned)
    right = best == known
    spoken = top >= least
    return Measured(
        len(known),
        tuple(_figure(name, way, len(known)) for name, way in ways.items()),
        bands(top, right),
        gap(top, right),
        least,
        float(spoken.mean()),
        float(right[spoken].mean()) if spoken.any() else 0.0,
    )


def _figure(name: str, way: Callable[[Labels], float], n: int) -> Figure:
    draw = np.random.default_rng(_SEED)
    drawn = [way(draw.integers(0, n, n)) for _ in range(_DRAWS)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Figure(name, way(np.arange(n)), float(low), float(high))


def bands(top: Scores, right: Flags) -> tuple[Band, ...]:
    """For each band that holds any: how sure its proposals were, and the share that was right."""
    found = []
    for low, high in zip(BANDS, BANDS[1:], strict=False):
        inside = (top >= low) & ((top < high) | (high == BANDS[-1]))
        if inside.any():
            found.append(
                Band(low, high, int(inside.sum()), float(top[inside].mean()), float(right[inside].mean()))
            )
    return tuple(found)


def gap(top: Scores, right: Flags) -> float:
    """How far confidences lie from what turned out, over ten bands, each weighed by its size."""
    band = np.minimum((top * 10).astype(int), 9)
    off = np.bincount(band, top - right, minlength=10)
    return float(np.abs(off).sum() / max(1, len(top)))
