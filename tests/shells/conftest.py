"""The world as the shells meet it, each test with the visits of an address counted anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from gewu.infra import rates
from tests.world import World


@pytest.fixture(autouse=True)
def _nobody_has_come_before() -> None:
    rates.forget()


@pytest.fixture
def today(world: World) -> World:
    """The world three hours ago by the real clock, which is the one that pages read."""
    world.now = timezone.localtime() - timedelta(hours=3)
    return world
