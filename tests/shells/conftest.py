"""The world as the shells meet it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gewu.infra import rates
from tests.world import World


@pytest.fixture(autouse=True)
def _nobody_has_come_before() -> Iterator[None]:
    """Each test counts the visits of an address anew."""
    rates.forget()
    yield


@pytest.fixture
def world(db: None, files_folder: Path) -> World:
    """The world before the first report."""
    return World.founded()
