"""Names looked for while a form of setup is filled in, and forms that name what was typed."""

from __future__ import annotations

import pytest

from gewu.organisation import actions as organisation
from gewu.organisation.actions import UnitSpec
from tests.shells.visits import cost, signed_in
from tests.world import COUNTY, GRID, SOUTH_GATE, STREET, World

pytestmark = pytest.mark.django_db


def found(name: str, kind: str, text: str) -> dict[str, str]:
    answer = signed_in(name).get(f"/setup/find/{kind}", {"q": text})
    assert answer.status_code == 200
    return {one["key"]: one["text"] for one in answer.json()}


def test_everything_a_form_names_is_found_by_name_and_by_code(world: World) -> None:
    assert found("qian.lei", "units", "供水")[f"{COUNTY}-water_supply"] == "浦口区供水企业"
    assert f"{COUNTY}-water_supply" in found("qian.lei", "units", "water_supply")
    assert found("qian.lei", "places", "南门")[SOUTH_GATE] == "南门社区居委会"
    assert {STREET, SOUTH_GATE} <= found("qian.lei", "places", STREET).keys()
    assert GRID in found("qian.lei", "places", SOUTH_GATE)
    assert found("qian.lei", "matters", "上水井盖") == {"C0101": "上水井盖"}
    assert "C01" in found("qian.lei", "matters", "C01")
    assert found("qian.lei", "departments", "排水")["drainage"] == "排水管理中心"
    assert {"drainage", f"{COUNTY}-drainage"} <= found("qian.lei", "offices", "drainage").keys()
    assert found("qian.lei", "accounts", "陈国平") == {"chen.guoping": "陈国平"}
    assert found("qian.lei", "units", "没有这样的单位") == {}


def test_only_those_who_fill_in_such_forms_look(world: World) -> None:
    assert signed_in("zheng.jun").get("/setup/find/units").status_code == 403
    assert signed_in("qian.lei").get("/setup/find/secrets").status_code == 404
    assert signed_in("fang.an").get("/setup/find/accounts").status_code == 403


def test_pages_do_not_grow_with_the_units(world: World) -> None:
    keeper = signed_in("qian.lei")
    pages = ("/setup/routes", f"/setup/posts?at={STREET}", f"/setup/units?at={COUNTY}")
    before = [len(keeper.get(page).content) for page in pages[:2]]
    queries = [cost(lambda page=page: keeper.get(page)) for page in pages]
    specs = [UnitSpec("community_service", f"org-{n}", f"社会组织{n}号", SOUTH_GATE) for n in range(120)]
    organisation.add_units(specs, actor=world.actor("qian.lei"), now=world.now)
    assert [len(keeper.get(page).content) for page in pages[:2]] == pytest.approx(before, abs=200)
    assert [cost(lambda page=page: keeper.get(page)) for page in pages] == queries
    assert len(found("qian.lei", "units", "社会组织")) == 60
    assert found("qian.lei", "units", "社会组织119号") == {"org-119": "社会组织119号"}


def test_refused_form_says_what_its_codes_are_called(world: World) -> None:
    keeper = signed_in("qian.lei")
    form = {"matter": "C0101", "place": SOUTH_GATE, "lead": "drainage", "assists": f"{COUNTY}-water_supply"}
    shown = keeper.post(
        "/setup/routes", {**form, "since": "", "reason": "", "do": "publish"}
    ).content.decode()
    for name in ("上水井盖", "南门社区居委会", "排水管理中心", "浦口区供水企业"):
        assert f'data-names="{name}"' in shown
