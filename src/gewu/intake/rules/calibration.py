"""Whether a confidence means what it says: the share that turns out right, and the curve that makes it so.

Isotonic regression by pooling neighbours that contradict each other: what is surer is never less often right.
No chance in it and no other assumption, so that it can be checked by hand.
"""

from __future__ import annotations

import zlib
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from gewu.intake.rules.likeness import Curve, Example, learn, propose
from gewu.kernel.shares import Rate, rate

#: Fewer judged proposals than this teach nothing: a confidence stays as it was.
ENOUGH = 200
#: The bands of the table of reliability.
BANDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
#: Points kept of a curve.
_POINTS = 40

#: Past matters that are judged at most; more would not make the curve better, only later.
MOST_JUDGED = 4000

#: A confidence and whether what was proposed turned out right.
Judged = tuple[float, bool]


@dataclass(frozen=True)
class Band:
    """The proposals whose confidence lies in a band: how sure they were, and how many were right."""

    low: float
    high: float
    said: float
    right: Rate


def fitted(judged: Iterable[Judged]) -> Curve:
    """The rising line nearest to what turned out; empty below the fewest that teach anything."""
    rows = sorted(judged)
    if len(rows) < ENOUGH:
        return ()
    pools: list[list[float]] = []  # middle of the confidences, share right, how many
    for confidence, alike in groupby(rows, key=itemgetter(0)):
        rights = [right for _, right in alike]
        pools.append([confidence, sum(rights) / len(rights), float(len(rights))])
        while len(pools) > 1 and pools[-2][1] >= pools[-1][1]:
            above, below = pools.pop(), pools.pop()
            n = above[2] + below[2]
            pools.append(
                [(a * above[2] + b * below[2]) / n for a, b in zip(above[:2], below[:2], strict=True)] + [n]
            )
    step = max(1, len(pools) // _POINTS)
    kept = [*pools[::step], *([pools[-1]] if (len(pools) - 1) % step else [])]
    return tuple((round(middle, 4), round(share, 3)) for middle, share, _ in kept)


def cross_validated(
    known: Sequence[Example], past: Sequence[Example], *, seldom: int, always: Container[str], folds: int = 5
) -> list[Judged]:
    """What a model that has not seen a past matter proposes for it, how surely, and whether that was right.

    Matters of the same words lie in the same fold, so that no text is judged by what was learned from itself.
    """
    parts: list[list[Example]] = [[] for _ in range(folds)]
    for one in past:
        parts[zlib.crc32(one.text.encode()) % folds].append(one)
    found: list[Judged] = []
    for part in parts:
        rest = [one for other in parts if other is not part for one in other]
        learned = learn([*known, *rest], version="", seldom=seldom, always=always)
        for one in part[: MOST_JUDGED // folds]:
            best = propose(learned, one.text, most=1)
            found += [(best[0].confidence, best[0].value == one.matter)] if best else []
    return found


def reliability(judged: Iterable[Judged]) -> tuple[Band, ...]:
    """For each band that holds any: how sure its proposals were, and the share that was right."""
    rows = list(judged)
    found = []
    for low, high in zip(BANDS, BANDS[1:], strict=False):
        inside = [one for one in rows if low <= one[0] < high or (high == BANDS[-1] and one[0] == high)]
        if inside:
            said = sum(confidence for confidence, _ in inside) / len(inside)
            found.append(Band(low, high, said, rate(sum(right for _, right in inside), len(inside))))
    return tuple(found)


def gap(judged: Sequence[Judged]) -> float:
    """How far confidences lie from what turned out, on average over the bands, each weighed by its size."""
    rows = list(judged)
    whole = 0.0
    for low, high in zip(BANDS, BANDS[1:], strict=False):
        inside = [one for one in rows if low <= one[0] < high or (high == BANDS[-1] and one[0] == high)]
        whole += abs(sum(confidence - right for confidence, right in inside))
    return whole / len(rows) if rows else 0.0
