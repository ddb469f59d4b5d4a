"""Write the small world into the data folder of a server that is about to start.

Run as a program of its own, `python -m tests.browser.beginning`: a browser
test holds no database, it sees what a person would see.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402 -- models can be read once Django is set up
from django.utils import timezone  # noqa: E402 -- as above

from gewu.fieldwork import actions as fieldwork  # noqa: E402 -- as above
from gewu.intake.models import Report  # noqa: E402 -- as above
from gewu.organisation import actions as organisation  # noqa: E402 -- as above
from gewu.security import actions as security  # noqa: E402 -- as above
from gewu.security.actors import operator  # noqa: E402 -- as above
from tests.fieldwork.setting import running  # noqa: E402 -- as above
from tests.world import COUNTY, GRID, PASSWORD, STREET, World  # noqa: E402 -- as above

#: How many cases stand at each stage before the first test; each is meant for one of them.
STAGES = {"accepted": 9, "handling": 2, "handled": 3, "checking": 1, "closed": 1, "confirmed": 1}
#: How many reports wait, with a resident's text each.
TEXTS = (
    "小区南门外的路灯连着三天不亮，晚上看不清台阶。",
    "垃圾房门口堆了旧沙发，味道很大。",
    "<b id='planted'>井盖</b><script>document.title='planted'</script>旁边的砖松了",
    "Street light out on the corner, near the bus stop.",
)


def begin() -> dict[str, list[str]]:
    """The numbers of the cases at each stage, and the ids of the reports."""
    world = World.founded()
    world.now = timezone.localtime() - timedelta(hours=1)
    _sits_twice(world)
    cases = {stage: [_case(world, stage) for _ in range(many)] for stage, many in STAGES.items()}
    reports = [str(world.report(text).pk) for text in TEXTS]
    _fieldwork(world)
    codes = [Report.objects.get(case__number=number).progress_code for number in cases["closed"]]
    return {**cases, "reports": reports, "codes": codes}


def _sits_twice(world: World) -> None:
    """In a small town one person handles and checks; never the same case."""
    twice = world.accounts["chen.guoping"]
    organisation.appoint("checker", f"{STREET}-grid_centre", twice, actor=operator(COUNTY), now=world.now)


def _fieldwork(world: World) -> None:
    """Two spots in the grid, a patrol of today that stops at them, and a clue."""
    points = {"南门农贸市场": (118.6025, 32.0575), "南门小区东门": (118.6040, 32.0560)}
    spots = [
        fieldwork.add_spot(
            fieldwork.SpotDraft(name, "market", lon=lon, lat=lat),
            actor=world.actor("zhou.min"),
            now=world.now,
        )
        for name, (lon, lat) in points.items()
    ]
    today = timezone.localdate()
    stops = tuple(fieldwork.StopDraft(GRID, spot.pk) for spot in spots)
    running(world, since=today, until=today + timedelta(days=1), stops=stops)
    account = security.open_account("tong.ji", "佟霁", PASSWORD, actor=operator(COUNTY), now=world.now)
    seat = f"{COUNTY}-grid_centre"
    organisation.appoint("statistics_officer", seat, account, actor=operator(COUNTY), now=world.now)
    world.accounts["tong.ji"] = account
    text = "该楼九十天内四次反映电动自行车在楼道充电，台账上没有检查记录"
    more = {"address": "南门小区3幢", "actor": world.actor("tong.ji"), "now": world.now}
    fieldwork.raise_clue("stairwell_charging", GRID, text, **more)


def _case(world: World, stage: str) -> str:
    started = world.now
    number: str = world.case_at(stage).number
    world.now = started
    return number


if __name__ == "__main__":
    call_command("migrate", verbosity=0, interactive=False)
    json.dump(begin(), sys.stdout)
