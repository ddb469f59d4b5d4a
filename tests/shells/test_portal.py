"""The residents' pages: what they take, what they refuse, and what they never show."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gewu.infra.models import File
from gewu.intake.models import Report
from tests.shells.visits import SPOT, cost, photo, said
from tests.world import World

pytestmark = pytest.mark.django_db


def _send(client: Client, **given: object):  # type: ignore[no-untyped-def]  # the answer of Django's test client
    return client.post("/report", {"text": "井盖不见了", "key": "k1", **SPOT, **given})


@pytest.mark.parametrize("address", ["/", "/report", "/progress", "/privacy"])
def test_page_is_open_to_everyone(world: World, address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", ["/", "/report", "/progress", "/privacy"])
def test_page_speaks_english(world: World, address: str) -> None:
    client = Client(headers={"accept-language": "en"})

    assert '<html lang="en">' in client.get(address).content.decode()


def test_report_is_taken_and_its_receipt_shown(world: World) -> None:
    client = Client()
    answer = _send(client, photos=[photo()], contact_name="张三", contact_phone="13800138000")
    report = Report.objects.get()

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/report/{report.progress_code}"
    assert report.progress_code in said(client.get(answer.headers["Location"]))
    assert (report.channel_id, report.place) == ("web", "320111004001001")
    assert File.objects.get().owner_id == report.pk


def test_same_form_sent_twice_is_one_report(world: World) -> None:
    client = Client()
    first, second = _send(client), _send(client)

    assert first.headers["Location"] == second.headers["Location"]
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "status", "sentence"),
    [
        ({"text": ""}, 422, "请写明要反映的问题"),
        ({"text": "字" * 4001}, 413, "文字过长"),
        ({"lon": "abc"}, 422, "坐标不是数字"),
        ({"lon": "nan"}, 422, "坐标不是数字"),
        ({"lat": ""}, 422, "经度和纬度要一起给出"),
        ({"lon": "121.47", "lat": "31.23"}, 422, "这个位置不在本辖区内"),
        ({"address": "路" * 201}, 422, "地点描述过长"),
        ({"matter": "X9999"}, 404, "目录中没有事项"),
    ],
)
def test_report_that_cannot_be_is_refused_in_words(
    world: World, given: dict[str, str], status: int, sentence: str
) -> None:
    answer = _send(Client(), **{"address": "公交站旁", **given})

    assert answer.status_code == status
    assert sentence in said(answer)
    assert Report.objects.count() == 0


def test_refused_report_keeps_what_was_typed(world: World) -> None:
    answer = _send(Client(), text="楼道里堆满杂物", address="珠泉路", lon="abc", contact_name="王女士")

    page = answer.content.decode()
    assert ">楼道里堆满杂物</textarea>" in page
    assert 'value="珠泉路"' in page
    assert 'value="王女士"' in page


def test_photo_that_is_none_is_refused(world: World) -> None:
    script = SimpleUploadedFile("cat.jpg", b"<?php echo 1;", "image/jpeg")
    answer = _send(Client(), photos=[photo(), script])

    assert answer.status_code == 422
    assert "这个文件不是能读的照片" in said(answer)
    assert Report.objects.count() == 0


def test_seven_photos_are_refused_before_any_is_read(world: World) -> None:
    answer = _send(Client(), photos=[photo() for _ in range(7)])

    assert answer.status_code == 422
    assert File.objects.count() == 0


def test_kept_photo_carries_nothing_of_the_camera(world: World) -> None:
    _send(Client(), photos=[photo()])
    desk = File.objects.get()

    from gewu.infra import files  # noqa: PLC0415 -- Pillow is slow to load and one test needs it

    assert b"Camera of a resident" not in files.read(desk.pk)


def test_form_without_its_token_is_refused(world: World) -> None:
    answer = _send(Client(enforce_csrf_checks=True))

    assert answer.status_code == 403
    assert "这个页面已过期" in said(answer)
    assert Report.objects.count() == 0


def test_address_that_comes_too_often_is_refused(world: World, settings: object) -> None:
    settings.REPORTS_PER_HOUR = 2  # type: ignore[attr-defined]  # pytest-django's settings
    client = Client()
    answers = [_send(client, key=f"k{n}").status_code for n in range(3)]

    assert answers == [303, 303, 429]


def test_unknown_code_is_not_found(world: World) -> None:
    client = Client()

    assert client.get("/progress", {"code": "ABCD"}).status_code == 404
    assert client.get("/progress/ABCD-ABCD-ABCD").status_code == 404
    assert client.get("/report/ABCD-ABCD-ABCD").status_code == 404
    assert "没有找到这个查询码" in said(client.get("/progress", {"code": "ABCD-ABCD-ABCD"}))


def test_code_of_a_nameless_report_shows_state_and_clock_at_each_turn_without_login(today: World) -> None:
    client = Client()
    sent = client.post("/report", {"text": "上水井盖不见了", "key": "k1", **SPOT})
    code = sent.headers["Location"].rpartition("/")[2]
    report = Report.objects.get(progress_code=code)
    assert (report.identity, client.session.get("_auth_user_id")) == (None, None)

    def shown() -> tuple[str, datetime]:
        """The word of the state, and the moment until which an answer is promised."""
        page = Client().get(f"/progress/{code}").content.decode()
        word, until = re.search(
            r"<h1>([^<]+)</h1>.*?<p class=\"row\">.*?<time datetime=\"([^\"]+)\"", page, re.S
        ).groups()  # type: ignore[union-attr]  # a miss fails the test
        return word, datetime.fromisoformat(until)

    assert shown() == ("已收到", report.due_at)
    case = today.accepted(report)
    assert shown() == ("已派遣", case.due_at)
    today.step(case, "sign_for", "chen.guoping")
    assert shown() == ("处置中", case.due_at)


def test_code_is_found_however_it_is_typed(world: World) -> None:
    code = world.report().progress_code
    typed = code.replace("-", " ").lower()

    assert Client().get("/progress", {"code": typed}).headers["Location"] == f"/progress/{code}"


def test_progress_shows_nothing_personal(today: World) -> None:
    today.case_at("closed")
    page = said(Client().get(f"/progress/{Report.objects.get().progress_code}"))

    assert "井盖已更换，并加装防坠网。" in page
    assert "浦口区供水企业签收" in page
    names = ("张三", "1380013", "zhang@", "李雯", "陈国平", "赵强")
    assert [name for name in names if name in page] == []


def test_own_words_are_shown_as_words(world: World) -> None:
    report = world.report(text="<script>alert(1)</script>井盖")
    page = Client().get(f"/progress/{report.progress_code}").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_settled_matter_still_says_what_was_promised(today: World) -> None:
    today.case_at("closed")
    page = said(Client().get(f"/progress/{Report.objects.get().progress_code}"))
    assert re.search(r"承诺办结\s*：\s*\S+ \d\d:\d\d", page)


def test_progress_is_kept_by_nobody_on_the_way(world: World) -> None:
    answer = Client().get(f"/progress/{world.report().progress_code}")

    assert "no-store" in answer.headers["Cache-Control"]


def test_holder_of_the_code_says_solved(today: World) -> None:
    case = today.case_at("closed")
    code = Report.objects.get().progress_code
    answer = Client().post(f"/progress/{code}/verdict", {"solved": "yes", "words": "谢谢"})
    case.refresh_from_db()

    assert answer.status_code == 303
    assert case.solved is True
    assert "您的评价 解决了" in said(Client().get(f"/progress/{code}"))


def test_not_solved_needs_a_reason_and_reopens(today: World) -> None:
    case = today.case_at("closed")
    address = f"/progress/{Report.objects.get().progress_code}/verdict"
    without = Client().post(address, {"solved": "no", "words": ""})
    with_reason = Client().post(address, {"solved": "no", "words": "盖子还是松的"})
    case.refresh_from_db()

    assert without.status_code == 422
    assert with_reason.status_code == 303
    assert case.state == "dispatched"


def test_verdict_without_a_choice_is_refused(today: World) -> None:
    today.case_at("closed")
    answer = Client().post(f"/progress/{Report.objects.get().progress_code}/verdict", {})

    assert answer.status_code == 422
    assert "请选“解决了”或“没有解决”" in said(answer)


def test_verdict_before_the_closing_is_refused(today: World) -> None:
    today.case_at("handling")
    answer = Client().post(f"/progress/{Report.objects.get().progress_code}/verdict", {"solved": "yes"})

    assert answer.status_code == 409


def test_pictures_after_the_work_are_for_the_holder_of_the_code_alone(today: World) -> None:
    today.case_at("closed")
    own, other = Report.objects.get(), today.report(text="路灯不亮了")
    page = Client().get(f"/progress/{own.progress_code}").content.decode()
    address = re.search(r'/progress/[^"]+/thumbs/[0-9a-f-]+', page)
    assert address
    elsewhere = address.group().replace(own.progress_code, other.progress_code)

    assert Client().get(address.group()).headers["Content-Type"] == "image/jpeg"
    assert Client().get(elsewhere).status_code == 404


def test_progress_costs_the_same_however_long_the_way(today: World) -> None:
    client = Client()
    new = today.report(text="路灯不亮了").progress_code
    today.case_at("accepted")
    short = Report.objects.get(case__isnull=False).progress_code
    today.case_at("closed")
    long = Report.objects.get(case__state="closed").progress_code
    costs = [cost(lambda code=code: client.get(f"/progress/{code}")) for code in (new, short, long)]

    assert costs[0] <= 5
    assert costs[1] <= costs[2] <= 8
