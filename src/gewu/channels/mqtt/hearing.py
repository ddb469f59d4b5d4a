"""What a listener hears and counts, for those who know nothing of the protocol's library."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Raw:
    """A message as it came: its number for the acknowledgement is 0 when none is owed."""

    topic: str
    payload: bytes
    mid: int
    received: int


@dataclass
class Figures:
    """What this listener has done since it was last asked."""

    messages: int = 0
    stored: int = 0
    repeated: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    raised: int = 0
