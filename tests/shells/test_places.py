"""The page of a place: who stands there, level by level, and figures that add up."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from typing import Any

import pytest
import shapely
from django.test import Client

from gewu.infra.versions import changed
from gewu.kernel.datum import Datum
from gewu.organisation import actions as organisation
from gewu.organisation.actions import UnitSpec
from gewu.security.actors import operator
from gewu.territory import actions as territory
from gewu.territory import queries as places
from gewu.territory.models import Boundary, Division, Grid, GridKind, Layer
from tests.shells.visits import cost, said, signed_in
from tests.territory.shapes import collection
from tests.world import BOUNDS, COUNTY, GRID, RIVERSIDE, SOUTH_GATE, STREET, World

pytestmark = pytest.mark.django_db
SETUP = operator(COUNTY)


def put(world: World, kind: str, seat: str, name: str, **given: Any) -> None:
    """Someone, by name, on a post."""
    organisation.appoint(kind, seat, actor=SETUP, now=world.now, name=name, **given)


def page(who: str, address: str) -> str:
    answer = signed_in(who).get(address)
    assert answer.status_code == 200, said(answer)
    return said(answer)


def row(answer: str, *words: str) -> bool:
    """Whether these words follow each other on the page."""
    return " ".join(words) in answer


def test_point_lies_in_one_place_of_each_level_and_the_grid_lists_its_staff_by_kind(today: World) -> None:
    found = Client().get("/grid?lon=118.6025&lat=32.0575").json()["code"]
    put(today, "safety_liaison", found, "李警官", contact="025-110")
    put(today, "social_force", found, "志愿服务队")

    shown = page("ma.jianguo", f"/desk/places/{found}")

    assert found == GRID
    for level in (COUNTY, STREET, SOUTH_GATE):
        assert (
            f'href="/desk/places/{level}"'
            in signed_in("ma.jianguo").get(f"/desk/places/{found}").content.decode()
        )
    assert row(shown, "创安专员", "李警官", "025-110")
    assert row(shown, "社会力量", "志愿服务队")
    assert row(shown, "网格员", "赵强")


def test_each_level_of_the_net_has_exactly_one_place_for_a_point(world: World) -> None:
    grid = places.locate(118.6025, 32.0575)
    assert grid is not None
    levels = [one.code for one in places.paths_of([grid.place[:n] for n in (2, 4, 6, 9, 12, 15)]).values()]
    assert sorted(levels, key=len) == ["32", "3201", COUNTY, STREET, SOUTH_GATE, GRID]


def test_any_point_lies_in_the_shape_of_one_grid_and_that_grid_in_one_place_of_each_level(
    world: World,
) -> None:
    shapes = {
        row.place: shapely.from_wkb(bytes(row.geometry)) for row in Boundary.objects.filter(layer="grid")
    }
    divisions = list(Division.objects.values_list("code", flat=True))
    assert len(shapes) == 9
    draw = random.Random(20260302)
    west, south, east, north = BOUNDS
    for _ in range(300):
        lon, lat = draw.uniform(west, east), draw.uniform(south, north)
        holding = [code for code, shape in shapes.items() if shape.contains(shapely.Point(lon, lat))]
        found = places.locate(lon, lat)
        assert found is not None
        assert [found.place] == holding
        above = [code for code in divisions if found.place.startswith(code)]
        assert sorted(map(len, above)) == [2, 4, 6, 9, 12]
    assert places.locate(west - 0.01, south) is None


def test_crew_of_one_head_and_five_shows_six_slots_with_holders_and_vacancies(today: World) -> None:
    put(today, "grid_head", GRID, "王网格长", reason="党小组长暂缺", contact="025-1")
    put(today, "safety_liaison", GRID, "李警官")

    shown = page("zhou.min", f"/desk/places/{GRID}")
    crew = shown[shown.index("一长五员") :]

    assert row(crew, "网格长", "王网格长", "025-1")
    for vacant in ("全科网格员", "无职党员", "微网格员", "网格辅助员"):
        assert row(crew, vacant, "空缺")
    assert row(crew, "创安专员", "李警官")


def test_the_crew_is_data_and_a_seventh_slot_shows_once_it_is_added(today: World) -> None:
    from gewu.organisation.models import CrewModel  # noqa: PLC0415 -- the test changes the data behind the page

    slots = CrewModel.objects.get(code="one_head_five_members")
    slots.parts = [*slots.parts, {**slots.parts[-1], "post_kind": "lawyer"}]
    slots.save()
    changed("organisation")
    shown = page("zhou.min", f"/desk/places/{GRID}")
    crew = shown[shown.index("一长五员") :]
    assert row(crew, "网格辅助员", "空缺", "律师", "空缺")


def test_crew_1_3_n_shows_its_parts_and_flags_the_missing_one(today: World) -> None:
    put(today, "grid_party_organisation", GRID, "南门第一党小组")
    put(today, "legal_officer", GRID, "孙律师")

    shown = page("zhou.min", f"/desk/places/{GRID}")

    assert "1+3+N 缺“N”" in shown
    put(today, "social_force", f"{SOUTH_GATE}003", "邻里互助会")
    assert "1+3+N 缺“1” 缺“3” " in page("zhou.min", f"/desk/places/{SOUTH_GATE}003")
    put(today, "social_force", GRID, "志愿服务队")
    assert "缺“N”" not in page("zhou.min", f"/desk/places/{GRID}")


def test_three_officers_and_a_lawyer_stand_with_their_hours(today: World) -> None:
    for kind, name in (
        ("judge", "周法官"),
        ("prosecutor", "钱检察官"),
        ("police_officer", "吴警官"),
        ("lawyer", "郑律师"),
    ):
        put(today, kind, GRID, name, hours="周三 14:00–17:00")

    shown = page("zhou.min", f"/desk/places/{GRID}")

    for name in ("法官 周法官", "检察官 钱检察官", "警官 吴警官", "律师 郑律师"):
        assert f"{name} 周三 14:00–17:00" in shown


def test_posted_departments_show_contact_and_term(today: World) -> None:
    put(
        today,
        "posted_department",
        GRID,
        "",
        holder_unit=f"{COUNTY}-civil_affairs",
        contact="025-5888",
        until=today.now + timedelta(days=100),
    )
    day = (today.now + timedelta(days=100)).date().isoformat()
    shown = page("zhao.qiang", f"/desk/places/{GRID}")
    assert re.search(rf"下沉部门 \S*民政局 025-5888 任期至 {day}", shown)


def test_paired_units_officials_and_deputies_stand_in_the_crew_with_contact_and_hours(today: World) -> None:
    put(today, "paired_unit", GRID, "江浦实验小学", contact="025-6001")
    put(today, "business_member", GRID, "南门便利店", contact="025-6002")
    put(today, "official_in_grid", GRID, "陈科长", hours="每月5日上午")
    put(today, "deputy_or_committee_member", GRID, "林代表", hours="每月15日上午")

    shown = page("zhou.min", f"/desk/places/{GRID}")

    assert row(shown, "结对共建单位", "江浦实验小学", "025-6001")
    assert row(shown, "入格企业商户党员", "南门便利店", "025-6002")
    assert row(shown, "入格党员干部", "陈科长", "每月5日上午")
    assert row(shown, "林代表", "每月15日上午")


def test_building_shows_all_five_levels_and_a_sixth_when_it_is_added_as_data(
    today: World, tmp_path: Any
) -> None:
    from gewu.organisation.models import Structure  # noqa: PLC0415 -- the test changes the data behind the page

    building = GRID + "01"
    Grid.objects.create(
        code=building,
        layer=Layer.MICRO,
        kind=GridKind.COMPREHENSIVE,
        name="1号楼",
        community_id=SOUTH_GATE,
        since="2020-01-01",
    )
    tree = (
        ("party_street_committee", "street", STREET, "", "江浦街道党工委"),
        ("party_community_branch", "community", SOUTH_GATE, "street", "南门社区党总支"),
        ("party_estate_branch", "estate", GRID, "community", "南门小区党支部"),
        ("party_building_head", "head", building, "estate", "1号楼楼栋长"),
        ("party_household", "home", building, "head", "301室中心户"),
    )
    organisation.add_units(
        [UnitSpec(kind, code, name, place, above) for kind, code, place, above, name in tree],
        actor=SETUP,
        now=today.now,
    )

    shown = page("zhao.qiang", f"/desk/places/{building}")

    five = shown[shown.index("街道党工委—") :]
    for kind, name in (
        ("街道党工委", "江浦街道党工委"),
        ("社区党总支", "南门社区党总支"),
        ("小区党支部", "南门小区党支部"),
        ("楼栋长", "1号楼楼栋长"),
        ("党员中心户", "301室中心户"),
    ):
        assert row(five, kind, name)
    structure = Structure.objects.get(code="five_levels")
    structure.levels = [*structure.levels, "party_building_group"]
    structure.save()
    changed("organisation")
    assert row(page("zhao.qiang", f"/desk/places/{building}"), "楼栋党小组", "空缺")


def test_each_level_shows_its_counterpart_at_the_police_and_their_duty_contact(today: World) -> None:
    put(today, "police_counterpart", f"{COUNTY}-grid_centre", "分局值班室", contact="025-110", hours="全天")
    put(today, "police_counterpart", f"{STREET}-grid_centre", "派出所值班室", contact="025-111", hours="全天")

    shown = page("zhou.min", f"/desk/places/{SOUTH_GATE}")
    shown = shown[shown.index("警网对接") :]

    assert row(shown, "区县", "分局值班室", "025-110", "全天")
    assert row(shown, "街道", "派出所值班室", "025-111", "全天")
    assert row(shown, "社区", "空缺")
    centre = page("zhou.min", f"/desk/units/{STREET}-grid_centre")
    assert row(centre, "街道", "派出所值班室", "025-111")


def test_old_codes_of_the_merged_nets_are_shown(today: World) -> None:
    territory.record_aliases("警务网", {"J-17": GRID}, inside=COUNTY, actor=SETUP, now=today.now)
    assert row(page("zhou.min", f"/desk/places/{GRID}"), "警务网", "J-17")


def test_open_cases_count_leads_to_a_list_of_as_many(today: World) -> None:
    for _ in range(3):
        today.accepted()
    client = signed_in("zhou.min")
    content = client.get(f"/desk/places/{GRID}").content.decode()
    link, count = re.search(
        r'href="(/desk\?tab=open[^"]+)">\s*<span class="label">在办工单</span><span class="value">(\d+)',
        content,
    ).groups()  # type: ignore[union-attr]  # a missing tile fails here
    assert count == "3"
    assert client.get(link.replace("&amp;", "&")).content.decode().count('<tr id="row-') == 3


def _figures(who: str, place: str, query: str = "") -> tuple[list[list[int]], list[int]]:
    """The rows of the table of a place, and its total."""
    content = signed_in(who).get(f"/desk/places/{place}{query}").content.decode()
    table = re.search(r'<table class="figures">(.*?)</table>', content, re.DOTALL)
    assert table
    found = [
        [int(n) for n in re.findall(r'<td class="n">([\d,]+)</td>', line)]
        for line in re.findall(r"<tr.*?</tr>", table.group(1), re.DOTALL)[1:]
    ]
    return found[:-1], found[-1]


def test_for_any_period_grids_add_up_to_their_community_and_communities_to_their_street(world: World) -> None:
    first = world.now.date()
    for n in range(5):
        world.later(days=1)
        world.accepted(world.report(f"第{n}处", lon=118.6025 + 0.004 * n, lat=32.0575 - 0.004 * n))
    world.case_at("closed")
    world.accepted(world.report("说不清在哪个网格", lon=None, lat=None, address="南门社区"))
    for query in (
        f"?since={first}&until={world.now.date()}",
        f"?since={first + timedelta(days=2)}&until={first + timedelta(days=3)}",
    ):
        street, street_total = _figures("ma.jianguo", STREET, query)
        communities = [_figures("ma.jianguo", one, query) for one in (SOUTH_GATE, RIVERSIDE)]
        for rows, total in (*communities, (street, street_total)):
            assert [sum(column) for column in zip(*rows, strict=True)] == total
        assert [total for _, total in communities] == street[:2]
    assert _figures("ma.jianguo", STREET, f"?since={first}&until={world.now.date()}")[1] == [7, 1]


@pytest.mark.parametrize(
    ("query", "words"),
    [("?since=nonsense", "年-月-日"), ("?since=2026-03-02&until=2026-03-01", "结束日期早于开始日期")],
)
def test_days_that_are_none_are_refused(today: World, query: str, words: str) -> None:
    answer = signed_in("ma.jianguo").get(f"/desk/places/{STREET}{query}")
    assert answer.status_code == 422
    assert words in said(answer)


def test_figures_are_for_those_who_read_figures_there(today: World) -> None:
    assert "立案" not in page("chen.guoping", f"/desk/places/{STREET}")
    assert "立案" in page("ma.jianguo", f"/desk/places/{STREET}")


def test_visitors_sign_in_first_and_unknown_places_are_missing(today: World) -> None:
    assert Client().get(f"/desk/places/{GRID}").status_code == 303
    client = signed_in("zhou.min")
    assert client.get("/desk/places/320111004009").status_code == 404
    assert client.get("/desk/places/12345").status_code == 422


def test_everyone_lands_on_the_place_they_stand_in(today: World) -> None:
    assert signed_in("zhao.qiang").get("/desk/places")["Location"] == f"/desk/places/{GRID}"
    assert signed_in("ma.jianguo").get("/desk/places")["Location"] == f"/desk/places/{COUNTY}"


def test_page_costs_the_same_with_one_and_with_many_on_posts(today: World) -> None:
    client = signed_in("ma.jianguo")
    put(today, "social_force", GRID, "一队")
    one = cost(lambda: client.get(f"/desk/places/{GRID}"))
    for n in range(8):
        put(today, "social_force", GRID, f"{n}队")
    assert max(one, cost(lambda: client.get(f"/desk/places/{GRID}"))) <= 12
    assert cost(lambda: client.get(f"/desk/places/{STREET}")) <= 12


def test_gaps_show_posts_filled_vacant_and_workers_per_grid(today: World) -> None:
    for n in (1, 2, 3):
        put(today, "allround_grid_worker", f"{SOUTH_GATE}{n:03d}", f"{n}号网格员")

    shown = page("zhou.min", f"/desk/places/{STREET}/gaps?post=allround_grid_worker")

    assert row(shown, "南门社区居委会", "5", "3", "2", "0.60")
    assert row(shown, "滨江社区居委会", "4", "0", "4", "0.00")
    assert row(shown, "合计", "9", "3", "6", "0.33")


def test_each_grid_shows_its_liaison_and_grids_without_one_are_listed(today: World) -> None:
    put(today, "safety_liaison", GRID, "李警官")
    shown = page("zhou.min", f"/desk/places/{SOUTH_GATE}/gaps?post=safety_liaison")
    vacant = shown[shown.index("没有“创安专员”的网格") : shown.index("任期已满")]
    assert re.findall(r"第(\d\d)网格", vacant) == ["02", "03", "04", "05"]
    assert row(page("zhou.min", f"/desk/places/{GRID}"), "创安专员", "李警官")


def test_expired_and_soon_expiring_terms_are_listed(today: World) -> None:
    put(today, "safety_liaison", GRID, "李警官", until=today.now + timedelta(hours=1))
    put(today, "safety_liaison", f"{SOUTH_GATE}002", "赵警官", until=today.now + timedelta(days=30))
    put(today, "safety_liaison", f"{SOUTH_GATE}003", "孙警官", until=today.now + timedelta(days=300))
    shown = page("zhou.min", f"/desk/places/{SOUTH_GATE}/gaps")
    assert re.search(r"已满 创安专员 李警官", shown)
    assert "赵警官" in shown
    assert "孙警官" not in shown
    assert "李警官" not in page("zhou.min", f"/desk/places/{GRID}")


def test_after_the_merge_leftovers_are_named_until_there_are_none(today: World) -> None:
    from gewu.territory.rules.divisions import DivisionRow  # noqa: PLC0415 -- only this test adds a community

    rows = [DivisionRow("320111004003", "新河社区居委会")]
    territory.record_divisions(rows, "tests", prefix=COUNTY, actor=SETUP, now=today.now)
    for n in range(1, 5):
        put(today, "grid_head", f"{RIVERSIDE}{n:03d}", f"{n}号网格长", reason="党小组长另任")
    shown = page("zhou.min", f"/desk/places/{STREET}/gaps")
    left = shown[shown.index("四个融合后还没有着落的") :]
    assert row(left, "没有网格的社区 1", "新河社区居委会")
    assert "没有网格长的网格 5" in left
    other = page("zhou.min", f"/desk/places/{STREET}/gaps?post=safety_liaison")
    assert "没有网格长的网格 5 南门社区第01网格" in other
    assert "滨江" not in left
    for n in range(1, 6):
        put(today, "grid_head", f"{SOUTH_GATE}{n:03d}", f"{n}号网格长", reason="党小组长另任")
    left = page("zhou.min", f"/desk/places/{SOUTH_GATE}/gaps")
    assert "每个社区都有网格，每个网格都有网格长，旧编号都有去处" in left


def test_gaps_cost_the_same_for_a_community_and_for_the_county(today: World) -> None:
    client = signed_in("ma.jianguo")
    small = cost(lambda: client.get(f"/desk/places/{GRID}/gaps"))
    assert max(small, cost(lambda: client.get(f"/desk/places/{COUNTY}/gaps"))) <= 14


def test_gaps_of_a_post_that_no_grid_has_are_refused(today: World) -> None:
    assert signed_in("zhou.min").get(f"/desk/places/{STREET}/gaps?post=handler").status_code == 422
    assert signed_in("zhou.min").get(f"/desk/places/{STREET}/gaps?post=nothing").status_code == 404


def test_grid_shows_its_responsibility_list_with_version_and_items(today: World) -> None:
    shown = page("zhou.min", f"/desk/places/{GRID}")
    assert "网格责任清单 第 1 版" in shown
    assert "共 33 项" in shown
    assert "网格责任清单" not in page("zhou.min", f"/desk/places/{STREET}")


def test_two_of_ten_buildings_without_a_member_are_named_and_no_other(today: World) -> None:
    buildings = [f"{GRID}{n:02d}" for n in range(1, 11)]
    west, south, east, north = shapely.from_wkb(bytes(Boundary.objects.get(place=GRID).geometry)).bounds
    wide = (east - west) / 10
    shapes = {
        code: shapely.box(west + n * wide, south, west + (n + 1) * wide, north)
        for n, code in enumerate(buildings)
    }
    territory.import_boundaries(
        territory.BoundaryFile(
            collection(shapes), "buildings.geojson", GRID, date(2026, 1, 1), Datum.WGS84, Layer.MICRO
        ),
        actor=SETUP,
        now=today.now,
    )
    for code in buildings[:4] + buildings[6:]:
        put(today, "duty_area_member", code, "党员")
    put(today, "duty_area_member", buildings[4], "任期已满的党员", until=today.now + timedelta(hours=1))
    shown = page("zhou.min", f"/desk/places/{GRID}/gaps")
    left = shown[shown.index("没有责任区党员的微网格") :]
    assert re.findall(r"第(\d+)微网格", left) == ["05", "06"]
