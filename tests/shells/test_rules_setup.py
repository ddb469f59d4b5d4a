"""Setup of rules: routes and limits rehearsed on past cases, classes browsed, gaps named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gewu.catalogue import actions, queries
from gewu.catalogue.models import MatterClass, Route
from gewu.kernel.worktime import Unit
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from tests.shells.visits import cost, said, signed_in
from tests.world import COUNTY, GRID, RIVERSIDE, SOUTH_GATE, STREET, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read the clock; the past cases of the world lie just before it."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: world.now)


def tomorrow(world: World) -> str:
    return (world.now.date() + timedelta(days=1)).isoformat()


def test_route_is_rehearsed_over_past_cases_and_published_from_a_later_day(world: World) -> None:
    numbers = [world.accepted(matter="C0101").number for _ in range(3)]
    world.accepted(matter="C0103")
    keeper = signed_in("qian.lei")
    form = {
        "matter": "C0101",
        "place": STREET,
        "lead": "drainage",
        "since": tomorrow(world),
        "reason": "会商",
    }
    shown = said(keeper.post("/setup/routes", {**form, "do": "rehearse"}))
    assert "最近的 3 件工单里，3 件会改派" in shown
    assert all(f"{one} 上水井盖 {GRID} 浦口区供水企业 浦口区排水管理中心" in shown for one in numbers)
    assert not Route.objects.filter(source="clerk").exists()
    refused = keeper.post("/setup/routes", {**form, "since": world.now.date().isoformat(), "do": "publish"})
    assert refused.status_code == 422
    assert "改动最早自明天起施行" in said(refused)
    assert "由另一人批准" in said(refused)
    assert keeper.post("/setup/routes", {**form, "reason": "", "do": "publish"}).status_code == 422
    assert keeper.post("/setup/routes", {**form, "do": "publish"}).status_code == 303
    found = queries.route("C0101", GRID, world.now.date() + timedelta(days=1))
    assert found.unit is not None
    assert (found.unit.code, found.reason_zh) == (f"{COUNTY}-drainage", "会商")
    row = Route.objects.get(source="clerk")
    assert f"上水井盖 C0101 {STREET} 排水管理中心" in said(keeper.get("/setup/routes?q=上水井盖"))
    assert keeper.post(f"/setup/routes/{row.pk}/end").status_code == 422
    world.later(days=1)
    assert keeper.post(f"/setup/routes/{row.pk}/end").status_code == 303


def test_limit_is_rehearsed_and_a_case_filed_before_keeps_its_own(world: World) -> None:
    case = world.case_at("handled")
    keeper = signed_in("qian.lei")
    before = queries.matter("C0101", world.now.date()).handle
    form = {"amount": "0.1", "unit": Unit.URGENT_HOUR.value, "since": tomorrow(world), "reason": "压缩时限"}
    shown = said(keeper.post("/setup/matters/C0101", {**form, "do": "rehearse"}))
    assert "近 180 天的 1 件里，原来超时 0 件，按新时限会超时 1 件" in shown
    assert case.number in shown
    assert MatterClass.objects.filter(code="C0101").count() == 1
    for wrong in ({"amount": "0"}, {"amount": "x"}, {"unit": "moon"}, {"since": ""}, {"reason": " "}):
        assert keeper.post("/setup/matters/C0101", {**form, **wrong, "do": "publish"}).status_code == 422
    assert keeper.post("/setup/matters/C0101", {**form, "do": "publish"}).status_code == 303
    assert keeper.post("/setup/matters/C0101", {**form, "do": "publish"}).status_code == 409
    assert queries.matter("C0101", world.now.date()).handle == before
    after = queries.matter("C0101", world.now.date() + timedelta(days=1))
    assert (after.handle.amount, after.criteria[0].limit.amount, len(after.criteria)) == (0.1, 0.1, 4)


def test_classes_are_found_by_words_group_and_department(world: World) -> None:
    keeper = signed_in("qian.lei")
    assert "169 类" in said(keeper.get("/setup/matters"))
    assert "6 类" in said(keeper.get("/setup/matters?q=井盖"))
    shown = said(keeper.get("/setup/matters?group=C01&department=drainage"))
    assert "3 类" in shown
    one = said(keeper.get("/setup/matters/C0101"))
    assert "缺失、移位或开裂，有安全隐患" in one
    assert "处置后照片" in one
    assert keeper.get("/setup/matters/X1").status_code == 404
    assert "没有找到" in said(keeper.get("/setup/matters?q=没有这样的事项"))


def test_gaps_in_the_rules_are_named(world: World) -> None:
    keeper = signed_in("lu.fa")
    for reason, department in (("甲", "drainage"), ("乙", "water_supply")):
        spec = actions.RouteSpec("C0106", STREET, world.now.date(), reason, department=department)
        actions.add_route(spec, actor=world.actor("qian.lei"), now=world.now)
    gas = units.known_unit(f"{COUNTY}-gas_company")
    organisation.close_unit(gas.code, actor=world.actor("qian.lei"), now=world.now)
    found = queries.coverage(SOUTH_GATE, world.now.date())
    assert {one.matter.code for one in found.uncovered} >= {"C0106", "C0111", "E0502"}
    assert [(one.matter_prefix, one.place_prefix) for one in found.contested] == [("C0106", STREET)]
    assert [(one.item.code, one.who) for one in found.unheld] == [("D02", "gas_company")]
    shown = said(keeper.get(f"/setup/coverage?place={SOUTH_GATE}"))
    assert "路灯井盖 C0106" in shown
    assert "D02 燃气泄漏处置 燃气企业" in shown
    assert "甲" in shown and "乙" in shown


def test_what_communities_handle_is_no_gap_of_the_whole_county(world: World) -> None:
    today = world.now.date()
    county = {one.matter.code for one in queries.uncovered(COUNTY, today)}
    assert "C0123" in county
    assert told_open(COUNTY, today) == asked_one_by_one(today)
    assert "C0123" not in told_open(COUNTY, today)


def told_open(place: str, on: date) -> dict[str, int]:
    return {one.matter.code: one.communities for one in queries.coverage(place, on).uncovered}


def asked_one_by_one(on: date) -> dict[str, int]:
    """How many communities lack a lead for each class, every class asked in every community."""
    every = [one.code for one in queries.all_matters(on)]
    lacking = {
        code: sum(queries.route(code, place, on).unit is None for place in (SOUTH_GATE, RIVERSIDE))
        for code in every
    }
    return {code: number for code, number in lacking.items() if number}


def test_gap_in_one_community_is_found_though_the_county_has_a_lead(world: World) -> None:
    today = world.now.date()
    assert queries.route("C0101", COUNTY, today).unit is not None
    for reason, department in (("甲", "drainage"), ("乙", "water_supply")):
        spec = actions.RouteSpec("C0101", RIVERSIDE, today, reason, department=department)
        actions.add_route(spec, actor=world.actor("qian.lei"), now=world.now)
    found = told_open(COUNTY, today)
    assert found["C0101"] == 1
    assert found == told_open(STREET, today) == asked_one_by_one(today)
    keeper = signed_in("qian.lei")
    assert "上水井盖 C0101" in said(keeper.get("/setup/coverage"))


def test_report_on_gaps_costs_the_same_however_many_communities(world: World) -> None:
    keeper = signed_in("lu.fa")
    wide = cost(lambda: keeper.get("/setup/coverage"))
    assert wide == cost(lambda: keeper.get(f"/setup/coverage?place={SOUTH_GATE}"))
