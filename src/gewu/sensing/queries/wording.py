"""How numbers of readings are written."""

from __future__ import annotations


def number_words(value: float) -> str:
    """Up to three digits behind the point, without needless zeros."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
