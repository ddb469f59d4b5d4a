"""The world as outside systems meet it, each test with the visits of an address counted anew."""

from __future__ import annotations

import pytest
from django.utils import timezone

from gewu.infra import rates
from tests.world import World


@pytest.fixture(autouse=True)
def _nobody_has_come_before() -> None:
    rates.forget()


@pytest.fixture
def clock(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world with its own clock on the wall."""
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    return world
