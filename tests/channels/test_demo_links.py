"""What is connected in the demo is connected by the same doors, and stands as it should."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.utils import timezone

from gewu.cli.scenes import links
from gewu.infra import connectors
from tests.world import COUNTY, GRID, World

pytestmark = pytest.mark.django_db


def test_demo_has_a_hotline_with_bad_rows_five_systems_doors_and_a_subscription(world: World) -> None:
    scene = SimpleNamespace(
        people={"guanli": world.actor("qian.lei")},
        grids=[(GRID, 118.6025, 32.0575)],
        chance=random.Random(7),
    )
    links.connect(cast("Any", scene), cast("Any", SimpleNamespace(home=COUNTY)), timezone.localtime())
    found = {one.code: one for one in connectors.standings()}
    hotline = found["city12345"].counts
    assert (hotline.taken, hotline.waiting) == (len(links.ORDERS), len(links.WRONG))
    assert sum(one.adapter == "subsystem" for one in found.values()) == 5
    assert (found["zhcg"].counts.taken, found["binjiang-doors"].counts.taken) == (1, 1)
    assert (found["police110"].counts.taken, found["police110"].counts.refused) == (1, 1)
    assert found["partner-hook"].state.name == "tried"
