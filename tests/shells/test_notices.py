"""The notices of the desk: what is alike in one line, what is unread, each leading to its record."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications import actions, queries
from gewu.notifications.models import Message
from tests.shells.visits import cost, said, signed_in
from tests.world import World

pytestmark = pytest.mark.django_db


def _tell(world: World, subject: str, *, event: str = "RungReached", ago: timedelta) -> str:
    """A notice to the supervisor some time before yesterday's noon; returns the address it leads to."""
    noon = timezone.localtime().replace(hour=12, minute=0) - timedelta(days=1)
    number = f"320111-20260302-{1000 + Message.objects.count()}"
    english = subject.replace("时限已用", "Limit used")
    Message.objects.create(
        account=world.accounts["zheng.jun"], way="inbox", about=f"case:{number}", event=event,
        kind_zh=subject, kind_en=english, subject_zh=f"{subject}：井盖", subject_en=f"{english}: a cover",
        text_zh="", text_en="",
        at=noon - ago, position=Message.objects.count() + 1,
    )  # fmt: skip
    return f"/desk/cases/{number}"


def _minutes(n: int) -> timedelta:
    return timedelta(minutes=n)


def _folds(page: str) -> list[str]:
    """The lines that unfold, in their order."""
    found = re.findall(r"<summary id=[^>]*>(.*?)</summary>", re.sub(r"<time.*?</time>", "", page), re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def test_notices_of_one_kind_on_one_day_are_one_line_that_unfolds(today: World) -> None:
    inside = [_tell(today, "时限已用 100%", ago=_minutes(n)) for n in (50, 40, 30)]
    other = [_tell(today, "时限已用 80%", ago=_minutes(n)) for n in (35, 20)]
    single = _tell(today, "工单被退回", event="CaseReturned", ago=_minutes(45))
    before = _tell(today, "时限已用 100%", ago=timedelta(days=1))
    Message.objects.filter(about__endswith=inside[0][-4:]).update(read_at=today.now)

    page = signed_in("zheng.jun").get("/desk/notices").content.decode()

    assert _folds(page) == ["时限已用 80% 2 条", "时限已用 100% 3 条 未读 2"]
    assert page.count("时限已用 100%") == 2  # above those of yesterday, and with the one of the day before
    assert re.findall(r"<h2>([^<]*)</h2>", page)[:1] == ["昨天"]
    assert re.findall(r'<a class="what" href="(/desk/cases/[^"]*)"', page) == [
        *reversed(other), *reversed(inside), single, before,
    ]  # fmt: skip


def test_same_words_of_another_event_stand_apart(today: World) -> None:
    for event in ("CaseReturned", "CaseRecalled"):
        for n in (1, 2):
            _tell(today, "工单待派遣", event=event, ago=_minutes(n))
    assert len(_folds(signed_in("zheng.jun").get("/desk/notices").content.decode())) == 2


def test_line_in_english_says_the_kind_in_english(today: World) -> None:
    for n in (1, 2):
        _tell(today, "时限已用 100%", ago=_minutes(n))
    page = signed_in("zheng.jun").get("/desk/notices", headers={"accept-language": "en"}).content.decode()
    assert _folds(page) == ["Limit used 100% entries: 2"]


def test_long_line_shows_its_newest_and_leads_to_all(today: World) -> None:
    told = [_tell(today, "时限已用 100%", ago=_minutes(n)) for n in range(60, 0, -1)]
    other = _tell(today, "时限已用 80%", ago=_minutes(3))
    client = signed_in("zheng.jun")
    page = client.get("/desk/notices").content.decode()
    assert page.count('class="what"') == queries.SHOWN + 1
    more = re.search(r'class="more" href="(/desk/notices/[^"]*)">看全部 60<', page)
    assert more

    first = client.get(more[1]).content.decode()
    assert re.search(r"<h1>时限已用 100% <span[^>]*>昨天<", first)
    after = re.search(r'rel="next" href="([^"]*)"', first)
    assert after
    second = client.get(more[1] + after[1]).content.decode()
    seen = re.findall(r'<a class="what" href="([^"]*)"', first + second)
    assert seen == told[::-1]
    assert other not in seen
    assert "没有消息" in said(signed_in("wu.kai").get(more[1]))


def test_unread_alone_can_be_looked_at(today: World) -> None:
    read = _tell(today, "时限已用 80%", ago=_minutes(5))
    Message.objects.update(read_at=today.now)
    fresh = _tell(today, "时限已用 80%", ago=_minutes(2))
    client = signed_in("zheng.jun")
    page = client.get("/desk/notices?show=unread").content.decode()
    assert (fresh in page, read in page) == (True, False)
    client.post("/desk/notices/read")
    assert "没有未读消息" in said(client.get("/desk/notices?show=unread"))


def test_marking_all_as_read_can_be_taken_back_for_a_while(today: World) -> None:
    _tell(today, "时限已用 80%", ago=_minutes(9))
    Message.objects.update(read_at=today.now)
    fresh = _tell(today, "时限已用 80%", ago=_minutes(2))
    client = signed_in("zheng.jun")
    assert "撤销" not in said(client.get("/desk/notices"))
    client.post("/desk/notices/read")
    assert "已把 1 条标为已读" in said(client.get("/desk/notices"))
    client.post("/desk/notices/unread")
    page = client.get("/desk/notices?show=unread").content.decode()
    assert fresh in page and page.count('class="what"') == 1
    assert "撤销" not in said(client.get("/desk/notices"))
    client.post("/desk/notices/unread")  # a second click finds nothing to take back
    assert Message.objects.filter(read_at=None).count() == 1


def test_marking_that_was_long_ago_stays(today: World) -> None:
    _tell(today, "时限已用 80%", ago=_minutes(2))
    client = signed_in("zheng.jun")
    client.post("/desk/notices/read")
    account, [marked] = today.accounts["zheng.jun"].pk, Message.objects.values_list("read_at", flat=True)
    with pytest.raises(Refusal) as refused:
        actions.mark_unread(account, marked_at=marked, now=marked + actions.UNDO_FOR)
    assert refused.value.kind is Kind.CONFLICT
    assert actions.mark_unread(today.accounts["wu.kai"].pk, marked_at=marked, now=marked) == 0
    assert Message.objects.filter(read_at=None).count() == 0


def test_older_days_are_pages_away_and_none_is_lost(today: World) -> None:
    told = {_tell(today, "时限已用 80%", ago=timedelta(days=n)) for n in (0, 3, 6, 7, 30, 400)}
    client, address, seen, pages = signed_in("zheng.jun"), "/desk/notices", [], 0
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r'<a class="what" href="([^"]*)"', page)
        after = re.search(r'rel="next" href="([^"]*)"', page)
        address, pages = after[1].replace("&amp;", "&") if after else "", pages + 1
    assert (set(seen), len(seen), pages) == (told, len(told), 4)


def test_day_that_is_none_is_refused_with_what_to_do(today: World) -> None:
    answer = signed_in("zheng.jun").get("/desk/notices?before=gestern")
    assert answer.status_code == 422
    assert "日期要写成年-月-日" in said(answer)


def test_page_costs_the_same_however_many_notices(today: World) -> None:
    client = signed_in("zheng.jun")
    for n in (1, 2):
        _tell(today, "时限已用 80%", ago=_minutes(n))
    few = cost(lambda: client.get("/desk/notices"))
    for n in range(60):
        _tell(today, f"时限已用 {n % 7}%", ago=timedelta(hours=n))
    assert cost(lambda: client.get("/desk/notices")) == few
