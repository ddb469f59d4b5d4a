"""Doors bring alarms and faults and never who went in; a household's alarm is its own."""

from __future__ import annotations

from base64 import b64encode
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gewu.channels.doors import rules as doors
from gewu.channels.household import rules as household
from gewu.infra import connectors
from gewu.infra.connectors import Unwanted, queue
from gewu.infra.models import Connector, ConnectorRow, EventRow, OutsideId
from gewu.intake.models import Report
from gewu.kernel.refusals import Refusal
from tests.channels.linked import linked, outcomes, take
from tests.world import World

pytestmark = pytest.mark.django_db
CARD = {"other_entry": "刷卡"}


def event(number: str = "D-1", kind: str = "forced", **more: Any) -> dict[str, Any]:
    return {"id": number, "door": "3 栋单元门", "event": kind, "time": "2026-03-02 08:30:00", **more}


def test_alarms_and_faults_of_doors_become_reports(world: World) -> None:
    row = linked(world, "doors", options=CARD)
    found = take(
        world, row, *(event(f"D-{n}", kind) for n, kind in enumerate(("forced", "offline", "门锁故障")))
    )
    assert outcomes(found) == ["taken"] * 3
    assert set(Report.objects.values_list("channel_id", flat=True)) == {"device"}
    assert "【滨江花园】3 栋单元门：强行开门" in set(Report.objects.values_list("text", flat=True))


ENTRIES: tuple[dict[str, Any], ...] = (
    event("E-1", "entry"),
    event("E-2", "open_door"),
    event("E-3", "刷卡开门"),
    event("E-4", "刷脸"),
    event("E-5", "offline", cardNo="0012345"),
    event("E-6", "offline", face_id="f-1"),
    event("E-7", "offline", personName="张三"),
    event("E-8", "forced", snapshot="https://cam.example.org/1.jpg"),
    event("E-9", "forced", detail={"who": [{"住户姓名": "张三"}]}),
    event("E-10", "forced", plateNo="苏A12345"),
    event("E-11", "forced", 抓拍图片="x"),
    event("E-12", "forced", direction="in"),
)


@pytest.mark.parametrize("row", ENTRIES, ids=lambda row: row["id"])
def test_entry_log_sent_by_a_door_system_is_refused_and_nothing_of_it_is_kept(
    world: World, row: dict[str, Any]
) -> None:
    here = linked(world, "doors", options=CARD)
    found = take(world, here, row, event("D-9"))
    assert outcomes(found) == ["refused", "taken"]
    assert str(found.results[0].reason) == "不收进出记录，也不收人脸、卡号、车牌和抓拍"
    assert not ConnectorRow.objects.exists()
    assert OutsideId.objects.count() == 1
    assert "张三" not in "".join(EventRow.objects.values_list("data", flat=True))


def test_entry_log_cannot_come_in_by_correcting_a_row(world: World) -> None:
    here = linked(world, "doors", options=CARD)
    take(world, here, event("D-1", "unknown"))
    row = queue.waiting(here.pk).rows[0]
    result = connectors.correct(row.id, {"kind": "刷卡开门"}, actor=world.actor("li.wen"), now=world.now)
    assert result.outcome == "refused"
    assert not Report.objects.exists()


@pytest.mark.parametrize("options", [{}, {"other_entry": "没有"}])
def test_site_without_another_way_of_entry_cannot_be_connected(world: World, options: dict[str, str]) -> None:
    row = linked(world, "doors", options=options, start=False)
    with pytest.raises(Refusal, match="没有其他进门方式"):
        connectors.take_step(row.pk, "start", actor=world.actor("qian.lei"), now=world.now)
    assert Connector.objects.get().state == "tried"


def test_site_that_runs_cannot_take_its_other_way_of_entry_away(world: World) -> None:
    row = linked(world, "doors", options=CARD)
    with pytest.raises(Refusal, match="没有其他进门方式"):
        connectors.set_options(row.pk, {"other_entry": "没有"}, actor=world.actor("qian.lei"), now=world.now)


def test_names_of_devices_are_no_persons() -> None:
    for name in ("deviceName", "doorName", "bypassMode", "discardReason", "surface", "firmware"):
        doors.check_row({name: "A-01", "event": "offline"})


def alarm(number: str = "1", kind: str = "smoke", home: str = "H-0301", **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "home": home,
        "event": kind,
        "time": "2026-03-02 08:30:00",
        "building": "3 栋",
        **more,
    }


def test_household_turns_its_alarm_off_at_once_and_on_again(world: World) -> None:
    row = linked(world, "household")
    assert outcomes(take(world, row, alarm("1"))) == ["taken"]
    off = {"id": "2", "home": "H-0301", "event": "off"}
    found = take(world, row, off, alarm("3"), alarm("4", home="H-0302"))
    assert outcomes(found) == ["taken", "refused", "taken"]
    assert str(found.results[1].reason) == "这户已关闭报警"
    world.later(days=300)
    assert outcomes(take(world, row, alarm("5"))) == ["refused"]
    on = {"id": "6", "home": "H-0301", "event": "on"}
    assert outcomes(take(world, row, on, alarm("7", time=""))) == ["taken", "taken"]
    assert Report.objects.count() == 3


def test_off_is_taken_whatever_else_is_missing_or_wrong_beside_it(world: World) -> None:
    row = linked(world, "household")
    odd = {"id": "9", "home": "H-1", "event": "关闭", "building": "", "other": [1, {"a": None}]}
    assert outcomes(take(world, row, odd, alarm("10", home="H-1"))) == ["taken", "refused"]


JPEG = b64encode(b"\xff\xd8\xff\xe0" + bytes(60)).decode()
MP4 = b64encode(b"\x00\x00\x00\x18ftypmp42" + bytes(40)).decode()
SEEN_OR_HEARD: tuple[dict[str, Any], ...] = (
    {"photo": "1"},
    {"snapshotUrl": "x"},
    {"voice": "AAAA"},
    {"audioData": [1, 2]},
    {"抓拍图": "x"},
    {"note": "data:image/png;base64,AAAA"},
    {"note": "rtsp://cam/1"},
    {"note": "https://a.example.org/1.MP4?x=1"},
    {"note": JPEG},
    {"extra": {"deep": [{"blob": MP4}]}},
    {"note": "哭" * 400},
)


@pytest.mark.parametrize("more", SEEN_OR_HEARD, ids=range(len(SEEN_OR_HEARD)))
def test_message_with_pictures_or_sound_is_refused_and_nothing_of_it_is_kept(
    world: World, more: dict[str, Any]
) -> None:
    row = linked(world, "household")
    found = take(world, row, alarm("1", **more), alarm("2"))
    assert outcomes(found) == ["refused", "taken"]
    assert str(found.results[0].reason) == "家里的报警不收画面和声音"
    assert not ConnectorRow.objects.exists()


def test_plain_alarms_are_no_pictures() -> None:
    for text in ("厨房烟雾报警", "BASE64isAword1234", "H-0301", "fault.code", "2026-03-02T08:30:00+08:00"):
        household.check_row({"note": text, "id": text})
    household.check_row({"photo": None, "video": "", "audio": False})


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=8), NESTED, max_size=4))
def test_rules_say_yes_or_no_to_anything(row: dict[str, Any]) -> None:
    for check in (doors.check_row, household.check_row):
        try:
            check(row)
        except Unwanted as refusal:
            assert str(refusal.text)


def test_deep_rows_are_refused_and_end(world: World) -> None:
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"a": deep}
    row = linked(world, "household")
    assert outcomes(take(world, row, alarm("1", extra=deep), alarm("2"))) == ["refused", "taken"]


def test_alarm_of_a_wrong_clock_waits(world: World) -> None:
    row = linked(world, "household")
    late = (world.now + timedelta(days=2)).isoformat()
    assert outcomes(take(world, row, alarm("1", time=late))) == ["waiting"]
