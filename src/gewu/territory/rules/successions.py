"""What decides about a succession of places."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SuccessionFacts:
    """Whether the day of a succession still lies ahead."""

    ahead: bool
