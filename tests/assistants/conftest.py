"""These tests begin in the founded world."""

from __future__ import annotations

from tests.founded import _founded, _kept_world, shared_world, world

__all__ = ["_founded", "_kept_world", "shared_world", "world"]
