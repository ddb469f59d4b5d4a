"""The kinds that come with the platform and the places of the setting."""

from __future__ import annotations

import pytest

from gewu.organisation import actions
from tests.organisation import setting


@pytest.fixture
def kinds(db: None) -> None:
    setting.draw_places()
    actions.load_seeds(actor=setting.SETUP, now=setting.NOW)
