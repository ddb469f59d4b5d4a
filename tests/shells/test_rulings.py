"""Rulings on grey areas: found by class, with case and date; the next like case is routed by it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from gewu.cases import queries as cases
from gewu.cases.models import Case
from gewu.catalogue import queries as catalogue
from tests.shells.visits import said, signed_in
from tests.world import COUNTY, GRID, RIVERSIDE, World

pytestmark = pytest.mark.django_db
MUNICIPAL = f"{COUNTY}-municipal_works"
REASON = "该井位于市政道路红线以内，由市政养护"


def ruled(world: World) -> Case:
    """A case that was returned twice and then ruled on."""
    case = world.accepted()
    for _ in range(2):
        world.step(case, "return", "chen.guoping", reason="不归本单位管护", proposed="unknown")
        case.refresh_from_db()
        if case.returns < 2:
            world.step(case, "dispatch", "zhou.min", unit=f"{COUNTY}-water_supply")
    return world.step(case, "rule", "zheng.jun", unit=MUNICIPAL, reason=REASON)


def test_next_like_case_is_routed_by_the_ruling_and_cites_it(today: World) -> None:
    first = ruled(today)
    today.later(minutes=5)
    second = today.accepted(today.report("又一处井盖松动，压过去哐当响。", lon=118.6026, lat=32.0576))
    assert second.lead is not None and second.lead.code == MUNICIPAL
    page = cases.page(today.actor("zhou.min"), second.number, now=today.now)
    assert first.number in page.route_zh and "裁定" in page.route_zh
    assert second.place == first.place


def test_ruling_does_not_reach_beyond_its_place_and_class(today: World) -> None:
    ruled(today)
    on = timezone.localdate(today.now)
    assert catalogue.route("C0101", GRID, on=on).unit.code == MUNICIPAL  # type: ignore[union-attr]  # a unit is named
    for matter, place in (("C0101", RIVERSIDE + "001"), ("C0102", GRID)):
        found = catalogue.route(matter, place, on=on).unit
        assert found is not None and found.code != MUNICIPAL


def test_ruling_is_found_by_class_and_shows_its_case_and_date(today: World) -> None:
    case = ruled(today)
    day = timezone.localdate(today.now).isoformat()
    (line,) = catalogue.rulings("C01")
    assert (line.matter, line.case, line.since.isoformat(), line.unit.zh) == (
        "C0101", case.number, day, "浦口区市政设施养护中心",
    )  # fmt: skip
    assert catalogue.rulings("E") == () and catalogue.rulings("C0101", RIVERSIDE) == ()
    page = said(Client().get("/lists/rulings?matter=c01"))
    assert "上水井盖 C0101" in page and case.number in page and day in page
    assert REASON not in page, "why it was ruled so is for those who work here"
    assert REASON in said(signed_in("zhou.min").get("/lists/rulings"))
    assert "还没有裁定" in said(Client().get("/lists/rulings?matter=E04"))
