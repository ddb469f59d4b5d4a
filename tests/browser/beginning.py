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

from gewu.intake.models import Report  # noqa: E402 -- as above
from gewu.organisation import actions as organisation  # noqa: E402 -- as above
from gewu.security.actors import operator  # noqa: E402 -- as above
from tests.world import COUNTY, STREET, World  # noqa: E402 -- as above

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
    codes = [Report.objects.get(case__number=number).progress_code for number in cases["closed"]]
    return {**cases, "reports": reports, "codes": codes}


def _sits_twice(world: World) -> None:
    """In a small town one person handles and checks; never the same case."""
    twice = world.accounts["chen.guoping"]
    organisation.appoint("checker", f"{STREET}-grid_centre", twice, actor=operator(COUNTY), now=world.now)


def _case(world: World, stage: str) -> str:
    started = world.now
    number: str = world.case_at(stage).number
    world.now = started
    return number


if __name__ == "__main__":
    call_command("migrate", verbosity=0, interactive=False)
    json.dump(begin(), sys.stdout)
