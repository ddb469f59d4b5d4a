"""Whom to send: someone near and free who is not the one whose work is looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from gewu.kernel.texts import Text, say

#: Whoever has so many looks waiting is not free for another while someone else is.
FREE_BELOW = 1


@dataclass(frozen=True)
class Candidate:
    """Someone who may go.

    ``metres`` is how far, unknown for None; ``waiting`` how many looks they have already.
    """

    account: UUID
    metres: float | None
    waiting: int

    @property
    def free(self) -> bool:
        return self.waiting < FREE_BELOW


def whom_to_send(candidates: Iterable[Candidate]) -> UUID | None:
    """The nearest of the free; where nobody is free whoever has the fewest looks waiting, the nearest of
    them.

    Someone whose distance is unknown comes behind all whose distance is known. None where there is nobody.
    """

    def rank(one: Candidate) -> tuple[bool, int, float, str]:
        far = float("inf") if one.metres is None else one.metres
        return (not one.free, 0 if one.free else one.waiting, far, one.account.hex)

    return min((rank(one) + (one.account,) for one in candidates), default=(None,))[-1]


def title_of(title: str, about: str) -> Text | str:
    """The name of a task: as people wrote it, and of a look, which nobody named, by what it is about."""
    kind, _, what = about.partition(":")
    if title or kind not in ("case", "report"):
        return title
    return say("现场核查 {number}", number=what) if kind == "case" else say("现场核实")
