"""Pages of alarms and devices: who sees them, what they cost, what can be done on them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gewu.sensing.models import Alarm, Command, Maintenance
from tests.sensing.devices import hears, levels, registered, said
from tests.shells.visits import cost, signed_in
from tests.shells.visits import said as words
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read the clock of the world."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: world.now)


def wet(world: World, *codes: str) -> None:
    for code in codes:
        registered(world, code, "street_box", name=f"通信箱 {code}")
        world.later(seconds=1)
        hears(world, said(world, code, water=1))
    world.settle()


def test_list_shows_both_bits_the_response_and_the_case(world: World) -> None:
    wet(world, "box-1")
    shown = words(signed_in("zhou.min").get("/desk/alarms"))
    case = Alarm.objects.select_related("case").get().case
    assert case is not None
    for part in ("设施箱进水", "告警中", "待确认", case.number, "近三十天告警 1"):
        assert part in shown


def test_lists_cost_the_same_however_long(world: World) -> None:
    client = signed_in("zhou.min")
    wet(world, "box-1")
    for page in ("/desk/alarms", "/desk/devices"):
        client.get(page)
    few = [cost(lambda page=page: client.get(page)) for page in ("/desk/alarms", "/desk/devices")]
    wet(world, "box-2", "box-3", "box-4")
    assert [cost(lambda page=page: client.get(page)) for page in ("/desk/alarms", "/desk/devices")] == few


def test_alarm_is_acknowledged_and_stood_down_on_its_page(world: World) -> None:
    wet(world, "box-1")
    alarm, client = Alarm.objects.get(), signed_in("zhou.min")
    page = f"/desk/alarms/{alarm.pk}"
    assert "告警线 0.5" in words(client.get(page))
    version = {"version": alarm.version}
    assert client.post(f"{page}/steps/acknowledge", version).status_code == 303
    assert "周敏确认收到告警" in words(client.get(page))
    version = {"version": alarm.version + 1}
    assert client.post(f"{page}/steps/stand_down", version).status_code == 422
    done = client.post(f"{page}/steps/stand_down", {**version, "reason": "探头受潮，已擦干"})
    assert done.status_code == 303
    assert "已了结" in words(client.get("/desk/alarms?show=settled"))


def test_case_shows_the_alarms_behind_it(world: World) -> None:
    wet(world, "box-1")
    case = Alarm.objects.select_related("case").get().case
    assert case is not None
    shown = words(signed_in("wu.kai").get(f"/desk/cases/{case.number}"))
    assert "设备告警 1" in shown
    assert "通信箱 box-1" in shown


def test_device_is_worked_on_and_asked_on_its_page(world: World) -> None:
    registered(world)
    levels(world, "gauge-1", 5.0, 5.2, 5.1)
    hears(world, said(world, "gauge-1", seq=9, level_m=500))
    client, page = signed_in("zhou.min"), "/desk/devices/gauge-1"
    shown = client.get(page)
    assert b"<polyline" in shown.content
    assert "数值或变化超出物理范围" in words(shown)
    until = (world.now + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    assert client.post(f"{page}/maintenance", {"until": "soon", "reason": "换电池"}).status_code == 422
    assert client.post(f"{page}/maintenance", {"until": until, "reason": "换电池"}).status_code == 303
    assert "检修中" in words(client.get(page))
    row = Maintenance.objects.get()
    assert client.post(f"{page}/maintenance/{row.pk}/end").status_code == 303
    assert client.post(f"{page}/command", {"word": "explode"}).status_code == 422
    assert client.post(f"{page}/command", {"word": "self_test"}).status_code == 303
    assert Command.objects.get().word == "self_test"


def test_whoever_has_no_part_sees_neither(world: World) -> None:
    wet(world, "box-1")
    stranger = signed_in("wu.kai")
    assert stranger.get("/desk/alarms").status_code == 403
    assert stranger.get("/desk/devices").status_code == 403
    assert stranger.get("/desk/devices/box-1").status_code == 404
    keeper = signed_in("qian.lei")
    assert keeper.get("/desk/alarms").status_code == 403
    assert keeper.get("/desk/devices/box-1").status_code == 200


RULE = {
    "kind": "river_gauge", "alarm": "high_water", "name_zh": "水位超警戒", "name_en": "High water",
    "quantity": "level_m", "side": "above", "threshold": "7", "clears_at": "6.5", "shape": "simple",
    "minutes": "0", "times": "1", "days": "every", "hours": "00:00-24:00", "matter": "E0701",
    "respond_minutes": "30", "storm": "3", "reason": "汛期会商",
}  # fmt: skip


def test_alarm_rule_is_rehearsed_over_past_readings_before_it_is_proposed(world: World) -> None:
    registered(world)
    levels(world, "gauge-1", 6.0, 7.2, 7.4, 6.2, 7.3)
    keeper, page = signed_in("qian.lei"), "/setup/rules/alarm_rule"
    form = {**RULE, "since": (world.now.date() + timedelta(days=1)).isoformat()}
    shown = words(keeper.post(page, {**form, "do": "rehearse"}))
    assert "近 30 天 1 台设备的 5 条读数里，原来告警 0 起，按此规则会告警 2 起" in shown
    for field, wrong in (("clears_at", "8"), ("quantity", "pm25"), ("hours", "all day"), ("matter", "E9")):
        assert keeper.post(page, {**form, field: wrong, "do": "propose"}).status_code in (404, 422)
    assert keeper.post(page, {**form, "do": "propose"}).status_code == 303
    assert "水位站" in words(keeper.get(page))
