"""A sample that nobody chose: drawn by a seed that is stored, so that anyone can draw it again. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID


def drawn(population: Iterable[UUID], *, seed: str, percent: int) -> tuple[UUID, ...]:
    """So many of a hundred, at least one when there is any, in the order in which the seed puts them.

    Each record's place in that order depends on the seed and on itself alone, so a record that is added
    later moves no other.
    """
    ranked = sorted(set(population), key=lambda one: _rank(seed, one))
    return tuple(ranked[: -(-len(ranked) * percent // 100)])


def digest_of(population: Iterable[UUID]) -> str:
    """What a population was, so that it cannot be trimmed to fit after its seed is known."""
    whole = "\n".join(sorted(one.hex for one in set(population)))
    return hashlib.sha256(whole.encode()).hexdigest()


def _rank(seed: str, one: UUID) -> bytes:
    return hmac.digest(seed.encode(), one.bytes, "sha256")
