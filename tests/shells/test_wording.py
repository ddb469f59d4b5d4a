"""Times, spans and amounts in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gewu.kernel.texts import TextList, say
from gewu.web import wording

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "不到 1 分钟"),
        (timedelta(minutes=45), "45 分钟"),
        (timedelta(hours=3), "3 小时"),
        (timedelta(hours=3, minutes=20), "3 小时 20 分"),
        (timedelta(days=2), "2 天"),
        (-timedelta(days=2, hours=4, minutes=9), "2 天 4 小时"),
    ],
)
def test_duration_names_the_two_largest_units(span: timedelta, words: str) -> None:
    assert str(wording.duration(span)) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (NOW - timedelta(seconds=30), "刚刚"),
        (NOW + timedelta(seconds=30), "刚刚"),
        (NOW - timedelta(minutes=12), "12 分钟前"),
        (NOW - timedelta(hours=5), "5 小时前"),
        (NOW - timedelta(hours=15), "昨天 23:05"),
        (datetime(2026, 11, 3, 9, 30, tzinfo=SHANGHAI), "11月3日"),
        (datetime(2025, 11, 3, 9, 30, tzinfo=SHANGHAI), "2025年11月3日"),
        (NOW + timedelta(days=1), "明天 14:05"),
    ],
)
def test_ago_speaks_of_hours_within_the_day_and_of_days_beyond(moment: datetime, words: str) -> None:
    assert str(wording.ago(moment, NOW)) == words


def test_day_is_told_on_the_wall_clock_of_the_reader() -> None:
    late_in_london = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert str(wording.day(late_in_london, NOW)) == "今天 00:30"
    assert str(wording.day(datetime(2025, 3, 1, 1, 0, tzinfo=UTC), NOW)) == "2025年3月1日 09:00"


@pytest.mark.parametrize(
    ("left", "started", "words", "tone"),
    [
        (timedelta(hours=3), None, "剩余 3 小时", "warn"),
        (timedelta(hours=5), None, "剩余 5 小时", "good"),
        (timedelta(hours=1), timedelta(hours=2), "剩余 1 小时", "good"),
        (timedelta(minutes=20), timedelta(hours=2), "剩余 20 分钟", "warn"),
        (timedelta(seconds=5), None, "剩余 1 分钟", "warn"),
        (-timedelta(hours=26), None, "超时 1 天", "bad"),
        (-timedelta(seconds=5), None, "超时 1 分钟", "bad"),
    ],
)
def test_due_turns_yellow_in_the_last_quarter_and_red_when_over(
    left: timedelta, started: timedelta | None, words: str, tone: str
) -> None:
    found = wording.due(NOW + left, NOW, started_at=NOW - started if started else None)
    assert (str(found.text), found.tone) == (words, tone)


def test_date_of_a_list_is_told_like_that_of_a_moment() -> None:
    assert str(wording.date(date(2026, 12, 1), NOW)) == "12月1日"
    assert str(wording.date(date(2020, 1, 1), NOW)) == "2020年1月1日"


@pytest.mark.parametrize(("day", "words"), [(23, "今天"), (22, "昨天"), (21, "11月21日"), (24, "11月24日")])
def test_heading_names_today_and_yesterday(day: int, words: str) -> None:
    assert str(wording.near_date(date(2026, 11, day), NOW)) == words


def test_due_of_a_clock_that_rests() -> None:
    assert wording.due(NOW - timedelta(days=3), NOW, paused=True).tone == "rest"
    assert str(wording.due(None, NOW).text) == "无时限"
    assert str(wording.due(NOW, NOW, met_at=NOW - timedelta(hours=1)).text) == "按时完成"
    assert str(wording.due(NOW, NOW, met_at=NOW + timedelta(hours=3)).text) == "晚 3 小时"


def test_spoken_translates_a_sentence_and_the_texts_inside_it() -> None:
    english = {"超时 {span}": "{span} overdue", "{days} 天": "{days} d", "、": ", ", "甲": "A", "乙": "B"}
    speak = wording.filters(lambda msgid: english.get(msgid, msgid))
    assert speak["due"](NOW - timedelta(days=2), NOW) == ("2 d overdue", "bad")
    assert speak["t"](TextList((say("甲"), say("乙")))) == "A, B"
    assert speak["t"]("原话") == "原话"
    assert speak["t"](None) == ""


def test_amounts_are_grouped_and_distances_rounded() -> None:
    assert wording.number(1234567) == "1,234,567"
    assert str(wording.distance(123.4)) == "123 米"
    assert str(wording.distance(1540)) == "1.5 公里"
    assert wording.clock(datetime(2026, 11, 23, 6, 5, tzinfo=UTC), NOW) == "14:05"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "Chrome（Windows）"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge（Windows）"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1", "Safari（iPhone）"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 MicroMessenger/8.0", "微信（Android）"),
        ("Mozilla/5.0 (Windows NT 6.1) wxwork/4.1 MicroMessenger/7.0", "企业微信（Windows）"),
        ("curl/8.5", "curl/8.5"),
        ("", "不详"),
    ],
)
def test_device_is_called_as_people_call_it(agent: str, words: str) -> None:
    assert str(wording.device(agent)) == words
