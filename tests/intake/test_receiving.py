"""Each report is taken in once, whatever the sender does, and what cannot be is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gewu.infra import files
from gewu.infra.models import EventRow, File
from gewu.intake import actions as intake
from gewu.intake.models import Report
from gewu.kernel.datum import Datum
from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import ANONYMOUS
from gewu.security.models import Identity
from gewu.security.vault import Contact
from tests.pictures import photo_bytes
from tests.world import World

TEXT = "人行道上的上水井盖不见了"


def send(world: World, text: str = TEXT, *, key: str = "", by: str = "", **more: object) -> Report:
    """A report by the web, or by a member of staff."""
    draft = intake.ReportDraft(**{"channel": "counter" if by else "web", "text": text, **more})
    return intake.receive(draft, actor=world.actor(by) if by else ANONYMOUS, now=world.now, key=key)


def test_replayed_key_with_the_same_content_gives_the_same_report(world: World) -> None:
    first = send(world, key="k-1", contact=Contact(phone="13800138000"))
    again = send(world, key="k-1", contact=Contact(phone="13800138000"))
    assert again.pk == first.pk
    assert (
        Report.objects.count(),
        Identity.objects.count(),
        EventRow.objects.filter(subject="report").count(),
    ) == (1, 1, 1)


@pytest.mark.parametrize(
    "other",
    [{"text": TEXT + "，很危险"}, {"contact": Contact(phone="13900139000")}, {"address": "求雨山路"}],
    ids=["text", "contact", "address"],
)
def test_replayed_key_with_other_content_is_refused(world: World, other: dict[str, object]) -> None:
    send(world, key="k-1")
    with pytest.raises(Refusal) as refused:
        send(world, key="k-1", **other)
    assert (refused.value.kind, str(refused.value)) == (Kind.CONFLICT, "此提交编号已用于另一内容")
    assert str(refused.value.advice) == "内容有改动时请用新的编号"


def test_outside_id_is_taken_once_for_each_channel(world: World) -> None:
    send(world, by="li.wen", outside_id="77")
    send(world, by="li.wen", outside_id="77", channel="letter")
    with pytest.raises(Refusal) as refused:
        send(world, "另一件事", by="li.wen", outside_id="77")
    assert (refused.value.kind, refused.value.field) == (Kind.CONFLICT, "outside_id")


def test_report_that_cannot_be_accepted_leaves_nothing(world: World) -> None:
    with pytest.raises(Refusal):
        send(world, by="li.wen", matter="X9999", lon=118.6025, lat=32.0575)
    with pytest.raises(Refusal, match="照片已失效"):
        send(world, photos=("0" * 32,), contact=Contact(phone="13800138000"))
    assert (Report.objects.count(), Identity.objects.count()) == (0, 0)
    assert not EventRow.objects.filter(subject="report").exists()


def test_origin_is_kept_from_report_to_case(world: World) -> None:
    report = send(world, by="li.wen", channel="letter", matter="C0101", lon=118.6025, lat=32.0575)
    assert (report.channel_id, report.case.origin) == ("letter", "letter")


@pytest.mark.parametrize(
    ("spot", "field", "said"),
    [
        ({"lon": 118.6025}, "lat", "经度和纬度要一起给出"),
        ({"lat": 32.0575}, "lon", "经度和纬度要一起给出"),
        ({"lon": 116.4, "lat": 39.9}, "lon", "这个位置不在本辖区内"),
        ({"lon": 118.6025, "lat": 32.0575, "datum": "ETRS89"}, "datum", None),
        ({"lon": 32.0575, "lat": 118.6025}, "lon", "看起来经度和纬度写反了"),
        ({"lon": float("nan"), "lat": 32.0575}, None, None),
        ({"lon": float("inf"), "lat": 32.0575}, None, None),
        ({"lon": 118.6025, "lat": -999.0}, None, None),
        ({"place": "12345"}, "place", None),
        ({"place": "320111099"}, None, None),
        ({"place": "南门社区"}, "place", None),
    ],
)
def test_place_that_cannot_be_is_refused(
    world: World, spot: dict[str, object], field: str | None, said: str | None
) -> None:
    with pytest.raises(Refusal) as refused:
        send(world, **spot)
    if field:
        assert refused.value.field == field
    if said:
        assert str(refused.value) == said
    assert Report.objects.count() == 0


def test_coordinates_are_kept_in_wgs84_with_the_datum_they_came_in(world: World) -> None:
    report = send(world, lon=118.6077, lat=32.0555, datum="GCJ02")
    assert report.datum == Datum.GCJ02.value
    assert (round(report.lon, 3), round(report.lat, 3)) == (118.603, 32.058)
    assert report.place == "320111004001001"


def test_place_in_words_is_found_or_left_to_the_county_desk(world: World) -> None:
    named = send(world, address="南门社区三号楼下")
    unnamed = send(world, address="老地方")
    assert (named.place, unnamed.place) == ("320111004001", "320111")


@pytest.mark.parametrize("span", [timedelta(hours=1), -timedelta(days=21 * 365)], ids=["future", "past"])
def test_time_that_cannot_be_is_refused(world: World, span: timedelta) -> None:
    with pytest.raises(Refusal) as refused:
        send(world, by="li.wen", received_at=world.now + span)
    assert refused.value.field == "received_at"


def test_time_without_zone_is_refused(world: World) -> None:
    with pytest.raises(Refusal, match="时间须带时区"):
        send(world, by="li.wen", received_at=world.now.replace(tzinfo=None))


def test_report_of_a_year_without_calendar_is_not_lost(world: World) -> None:
    report = send(world, by="li.wen", received_at=world.now.replace(year=2009))
    assert report.due_at > report.received_at


def test_key_that_is_too_long_is_refused(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        send(world, key="k" * 81)
    assert refused.value.field == "key"


def test_unknown_channel_is_refused(world: World) -> None:
    with pytest.raises(Refusal, match="没有“fax”这个来源渠道"):
        send(world, channel="fax")


def test_photos_come_with_the_report_and_go_with_its_case(world: World) -> None:
    kept = files.keep_photo(photo_bytes(), purpose="photo_before", actor=ANONYMOUS, now=world.now)
    report = send(world, lon=118.6025, lat=32.0575, photos=(str(kept),))
    assert File.objects.get(pk=kept).owner_id == report.pk
    case = world.accepted(report)
    assert File.objects.get(pk=kept).owner_id == case.pk
    with pytest.raises(Refusal, match="照片已失效，请重新上传"):
        send(world, "再传一次", photos=(str(kept),))


def test_seventh_photo_is_refused(world: World) -> None:
    with pytest.raises(Refusal, match="照片最多 6 张"):
        send(world, photos=("0" * 32,) * 7)
