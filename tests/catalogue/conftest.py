"""The catalogue that comes with the platform, over the small setting of the organisation."""

from __future__ import annotations

import pytest

from gewu.catalogue import actions
from gewu.organisation import actions as organisation
from tests.organisation import setting


@pytest.fixture
def catalogue(db: None) -> None:
    setting.draw_places()
    organisation.load_seeds(actor=setting.SETUP, now=setting.NOW)
    actions.load_seeds(actor=setting.SETUP, now=setting.NOW, county=setting.COUNTY)


@pytest.fixture
def district(catalogue: None) -> None:
    actions.load_district(setting.COUNTY, actor=setting.SETUP, now=setting.NOW, places=setting.PLACES)
