"""Shares with what they rest on: how many, and the interval in which the truth lies."""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Below so many a share is not shown: it would say more about single people than about the work.
FEWEST = 10
#: The quantile of the normal distribution for an interval of 95 %.
_Z = 1.959964


@dataclass(frozen=True)
class Rate:
    """A share with its interval of 95 %; nothing of it is known below the fewest."""

    n: int
    share: float | None
    low: float | None
    high: float | None

    @property
    def hidden(self) -> bool:
        return self.share is None


def rate(hits: int, n: int) -> Rate:
    """Wilson's interval of a share, hidden when there are too few."""
    if n < FEWEST:
        return Rate(n, None, None, None)
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return Rate(n, share, max(0.0, middle - half), min(1.0, middle + half))
