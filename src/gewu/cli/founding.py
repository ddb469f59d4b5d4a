"""What every new installation starts from: roles, channels, templates, catalogue and units."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import gewu
from gewu.catalogue import actions as catalogue
from gewu.intake import actions as intake
from gewu.notifications import actions as notifications
from gewu.organisation import actions as organisation
from gewu.security.actors import operator
from gewu.territory import actions as territory

_PACKAGE = Path(gewu.__file__).parent
#: The day from which the shipped net of grids is in force.
SINCE = date(2020, 1, 1)


def lay_ground(county: str, *, now: datetime, divisions: bool = True) -> None:
    """Load what is shipped as data: kinds and roles, the catalogue, channels, templates, and the places."""
    actor = operator(county)
    organisation.load_seeds(actor=operator(), now=now)
    catalogue.load_seeds(actor=actor, now=now, county=county)
    intake.load_channels(_PACKAGE / "intake" / "seeds" / "channels.csv")
    notifications.load_templates(_PACKAGE / "notifications" / "seeds" / "templates.csv")
    if divisions:
        territory.load_demo_territory(county=county, since=SINCE, actor=operator(), now=now)


def set_up_units(county: str, *, now: datetime) -> int:
    """Set up the offices of a county and its streets and communities; returns how many are new."""
    return catalogue.load_district(county, actor=operator(county), now=now)
