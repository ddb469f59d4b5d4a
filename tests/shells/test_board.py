"""The board and the map's own data."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from gewu.cases.models import Case
from tests.shells.visits import cost, rows, said, signed_in
from tests.world import COUNTY, GRID, RIVERSIDE, SOUTH_GATE, STREET, World

pytestmark = pytest.mark.django_db


def test_board_opens_at_ones_own_place(today: World) -> None:
    answer = signed_in("ma.jianguo").get("/board")

    assert answer.headers["Location"] == f"/board/{COUNTY}"


@pytest.mark.parametrize("name", ["chen.guoping", "zhao.qiang", "he.jie"])
def test_board_is_for_those_who_read_figures(today: World, name: str) -> None:
    client = signed_in(name)

    assert client.get("/board").status_code == 403
    assert client.get(f"/board/{COUNTY}").status_code == 403


def test_board_goes_down_to_the_grid(today: World) -> None:
    today.accepted()
    client = signed_in("ma.jianguo")
    pages = {place: client.get(f"/board/{place}") for place in (COUNTY, STREET, SOUTH_GATE, GRID)}

    assert {page.status_code for page in pages.values()} == {200}
    assert f'data-code="{STREET}" data-open="1"' in pages[COUNTY].content.decode()
    assert f'data-code="{GRID}" data-open="1"' in pages[SOUTH_GATE].content.decode()
    assert f"/desk?tab=all&amp;place={GRID}" in pages[SOUTH_GATE].content.decode().replace(
        "&place", "&amp;place"
    )


def test_unknown_place_is_refused(today: World) -> None:
    client = signed_in("ma.jianguo")

    assert client.get("/board/320111999").status_code == 404
    assert client.get("/board/320112").status_code == 403


def test_each_figure_equals_the_list_behind_it(today: World) -> None:
    today.case_at("handling")
    today.accepted(matter="C0137")
    today.case_at("closed")
    late = today.accepted(matter="C0137")
    Case.objects.filter(pk=late.pk).update(due_at=today.now - timedelta(days=2), returns=2)
    client = signed_in("ma.jianguo")
    page = client.get(f"/board/{STREET}").content.decode()
    tiles = re.findall(
        r'href="(/desk\?[^"]+)">\s*<span class="label">[^<]*</span><span class="value">([\d,]+)<', page
    )
    bars = re.findall(
        r'<a href="(/desk\?[^"]+)"[^>]*>[^<]*</a>\s*<svg.*?<span>([\d,]+)</span></li>', page, re.S
    )
    cells = re.findall(r'<td[^>]*><a href="(/desk\?[^"]+)">([\d,]+)</a></td>', page)

    assert (len(tiles), len(bars), len(cells)) == (5, 11, 6)
    for link, value in (*tiles, *bars, *cells):
        assert rows(client.get(link.replace("&amp;", "&"))) == int(value), link


def test_board_names_the_cases_that_are_late_the_longest(today: World) -> None:
    cases = [today.accepted() for _ in range(7)]
    for days, case in enumerate(cases, 1):
        Case.objects.filter(pk=case.pk).update(due_at=today.now - timedelta(days=days))
    client = signed_in("ma.jianguo")
    page = client.get(f"/board/{STREET}").content.decode()
    named = re.findall(r'<li><a href="/desk/cases/([\d-]+)">', page)
    listed = client.get(f"/desk?tab=open&overdue=1&sort=due&place={STREET}").content.decode()
    late = re.findall(r'<tr id="row-([\d-]+)">', listed)

    assert len(late) == 7
    assert named == late[:6] == [case.number for case in reversed(cases[1:])]


def test_board_costs_the_same_however_many(today: World) -> None:
    client = signed_in("ma.jianguo")
    costs = []
    for more in (1, 2, 12):
        for n in range(more):
            today.accepted(today.report(text=f"井盖不见了 {len(costs)} {n}"))
        costs.append(cost(lambda: client.get(f"/board/{STREET}")))

    assert costs[0] == costs[1] == costs[2]


def test_shapes_are_those_of_the_places_below(today: World) -> None:
    answer = Client().get(f"/places/{STREET}.geojson")
    codes = {one["properties"]["code"] for one in json.loads(answer.content)["features"]}

    assert codes == {SOUTH_GATE, RIVERSIDE}
    assert answer.headers["Content-Type"] == "application/geo+json"


def test_shapes_are_sent_once(today: World) -> None:
    first = Client().get(f"/places/{SOUTH_GATE}.geojson")
    again = Client().get(f"/places/{SOUTH_GATE}.geojson", headers={"if-none-match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("place", "status"), [("330106", 404), ("12345", 404), ("320111-1", 422)])
def test_shapes_of_other_places_are_refused(today: World, place: str, status: int) -> None:
    assert Client().get(f"/places/{place}.geojson").status_code == status


def test_point_is_named_by_its_grid(today: World) -> None:
    answer = Client().get("/grid?lon=118.6025&lat=32.0575")

    assert answer.json() == {"code": GRID, "name": "南门社区第01网格", "path": "江浦街道 · 南门社区"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("lon=121.47&lat=31.23", 404),
        ("lon=nan&lat=32", 400),
        ("lon=&lat=", 400),
        ("lon=500&lat=32", 400),
        ("", 400),
    ],
)
def test_point_that_is_none_is_refused(today: World, query: str, status: int) -> None:
    assert Client().get(f"/grid?{query}").status_code == status


def test_places_without_a_case_show_nothing(today: World) -> None:
    page = said(signed_in("ma.jianguo").get(f"/board/{RIVERSIDE}"))

    assert "滨江社区" in page


def test_every_figure_stands_under_its_time_and_the_limit_of_its_age(today: World) -> None:
    today.accepted()
    page = signed_in("ma.jianguo").get(f"/board/{COUNTY}").content.decode()
    aged = re.findall(r'<(?:section|table|span)[^>]* data-as-of="([^"]+)" data-good-for="(\d+)"', page)
    kinds = ("card tiles", "bars", "places")
    assert all(f'class="{kind}"' in page for kind in kinds)
    # The line above the map, the tiles, three charts, the latest cases and the table: no figure elsewhere.
    assert len(aged) == 7
    assert len(set(aged)) == 1
    moment, limit = aged[0]
    assert abs((datetime.fromisoformat(moment) - timezone.localtime()).total_seconds()) < 60
    assert limit == "90"
    assert len(re.findall('title="截至 ', page)) == 6


def test_map_asks_nothing_outside_and_needs_no_key(today: World) -> None:
    answer = signed_in("ma.jianguo").get(f"/board/{COUNTY}")
    page = answer.content.decode()
    allowed = answer.headers["Content-Security-Policy"]
    assert not re.findall(r'(?:src|href|data-map)="(?:https?:)?//', page)
    assert re.search(r"connect-src 'self'", allowed)
    assert not re.search(r"https?://(?!localhost|127)", allowed)
    places = re.search(r'data-map="([^"]+)"', page)
    assert places
    assert Client().get(places.group(1)).status_code == 200


def test_wall_goes_round_and_the_desk_does_not(today: World) -> None:
    client = signed_in("ma.jianguo")
    assert 'data-cycle="20"' in client.get(f"/board/{COUNTY}?wall=1").content.decode()
    assert "data-cycle" not in client.get(f"/board/{COUNTY}").content.decode()
    assert signed_in("chen.guoping").get(f"/board/{COUNTY}?wall=1").status_code == 403


@pytest.mark.parametrize(
    "cuts", ["rows=place&columns=group", "rows=unit&columns=time", "rows=state&columns=matter"]
)
def test_each_count_of_the_analysis_equals_the_list_behind_it(today: World, cuts: str) -> None:
    today.case_at("handling")
    today.accepted(matter="C0137")
    today.case_at("closed")
    today.accepted(today.report("说不清在哪里", lon=None, lat=None))
    client = signed_in("ma.jianguo")
    page = client.get(f"/board/{COUNTY}/analysis?{cuts}").content.decode()
    cells = re.findall(r'<td[^>]*><a href="(/desk\?[^"]+)">([\d,]+)</a></td>', page)

    assert len(cells) >= 4
    for link, value in cells:
        assert rows(client.get(link.replace("&amp;", "&"))) == int(value), link
