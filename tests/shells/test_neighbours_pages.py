"""The public list of what is being handled round about, and the button of those who have met it too."""

from __future__ import annotations

from django.test import Client

from gewu.infra.models import File
from gewu.intake.models import Report
from tests.shells.visits import SPOT, cost, photo, said
from tests.world import SOUTH_GATE, World


def test_list_shows_class_and_grid_and_nothing_of_who_wrote_what(today: World) -> None:
    today.accepted(today.report("张三家门口井盖没了，电话 13800138000"))
    today.accepted(today.report("夫妻吵架"), matter="D0101")
    page = said(Client().get("/nearby", {"place": SOUTH_GATE}))

    assert "上水井盖" in page
    assert "南门社区" in page
    assert "1 人反映" in page
    assert [word for word in ("张三", "13800138000", "井盖没了", "婚姻") if word in page] == []


def test_list_of_three_costs_what_a_list_of_one_costs(today: World) -> None:
    client, costs = Client(), []
    for n in (1, 2):
        for _ in range(n):
            today.accepted()
        costs.append(cost(lambda: client.get("/nearby")))
    assert costs[0] == costs[1] <= 4


def test_place_that_is_none_of_this_county_shows_the_county(today: World) -> None:
    today.accepted()
    assert "上水井盖" in said(Client().get("/nearby", {"place": "' OR 1=1"}))


def test_neighbour_presses_once_and_has_a_code(today: World) -> None:
    case = today.accepted()
    client = Client()
    assert "我也遇到" in said(client.get(f"/nearby/{case.number}"))
    answer = client.post(f"/nearby/{case.number}", {"key": "n1"})
    own = Report.objects.exclude(case=None).order_by("received_at").last()
    case.refresh_from_db()

    assert own is not None
    assert answer.headers["Location"] == f"/report/{own.progress_code}"
    assert (case.reports, own.case_id) == (2, case.pk)
    assert "已派遣" in said(client.get(f"/progress/{own.progress_code}"))


def test_case_that_is_not_public_is_not_found(today: World) -> None:
    case = today.accepted(matter="D0101")
    assert Client().get(f"/nearby/{case.number}").status_code == 404
    assert Client().post(f"/nearby/{case.number}", {"key": "n1"}).status_code == 404


def test_button_pressed_too_often_is_refused(today: World, settings: object) -> None:
    settings.REPORTS_PER_HOUR = 2  # type: ignore[attr-defined]  # pytest-django's settings
    case, client = today.accepted(), Client()
    answers = [client.post(f"/nearby/{case.number}", {"key": f"n{n}"}).status_code for n in range(3)]
    assert answers == [303, 303, 429]


def test_photos_of_a_refused_form_need_not_be_chosen_again(today: World) -> None:
    client = Client()
    refused = client.post("/report", {"text": "", "key": "k1", **SPOT, "lon": "abc", "photos": [photo()]})
    page = refused.content.decode()
    token = page.split('name="kept" value="')[1].split('"')[0]
    assert refused.status_code == 422
    assert "已选的 1 张照片还在，不用重新选。" in said(refused)

    sent = client.post("/report", {"text": "井盖不见了", "key": "k2", **SPOT, "kept": token})
    assert sent.status_code == 303
    assert File.objects.get().owner_id == Report.objects.get().pk


def test_token_of_photos_that_is_not_ours_brings_none(today: World) -> None:
    sent = Client().post("/report", {"text": "井盖不见了", "key": "k2", **SPOT, "kept": "forged:token"})
    assert sent.status_code == 303
    assert File.objects.count() == 0


def test_receipt_shows_the_code_as_a_picture_and_as_text(today: World) -> None:
    code = today.report().progress_code
    page = Client().get(f"/report/{code}").content.decode()
    assert 'class="qr" src="data:image/svg+xml' in page
    assert f"http://testserver/progress/{code}" in page


def test_request_stands_in_the_queue_of_its_grid_with_a_receipt_and_without_what_the_camera_noted(
    today: World,
) -> None:
    from gewu.infra import files  # noqa: PLC0415 -- Pillow is slow to load and few tests need it
    from tests.pictures import photo_bytes  # noqa: PLC0415 -- as above
    from tests.shells.visits import rows, signed_in  # noqa: PLC0415 -- as above

    assert b"Camera of a resident" in photo_bytes()
    answer = Client().post("/report", {"text": "井盖不见了", "key": "k1", **SPOT, "photos": [photo()]})
    report = Report.objects.get()
    assert answer.headers["Location"] == f"/report/{report.progress_code}"
    queues = {
        grid: rows(signed_in("li.wen").get("/desk", {"tab": "received", "place": grid}))
        for grid in (SOUTH_GATE + "001", SOUTH_GATE + "002")
    }
    assert queues == {SOUTH_GATE + "001": 1, SOUTH_GATE + "002": 0}
    kept = files.read(File.objects.get().pk)
    assert b"Camera of a resident" not in kept
    assert b"Exif" not in kept


def test_photo_speaks_for_itself(today: World) -> None:
    sent = Client().post("/report", {"text": "", "key": "k1", **SPOT, "photos": [photo()]})
    assert (sent.status_code, Report.objects.get().text) == (303, "见照片")


def test_opinion_needs_neither_place_nor_photo(today: World) -> None:
    client = Client()
    page = client.get("/report?opinion").content.decode()
    assert 'name="photos"' not in page
    sent = client.post("/report", {"text": "希望增加夜间公交", "key": "k1", "matter": "Q0201"})
    assert sent.status_code == 303
    assert Report.objects.get().matter == "Q0201"


def test_large_type_is_kept_by_the_browser_and_goes_away_again(today: World) -> None:
    client = Client()
    assert "data-large" not in client.get("/").content.decode()
    assert client.post("/type", {"next": "/nearby"}).headers["Location"] == "/nearby"
    assert "data-large" in client.get("/").content.decode()
    client.post("/type", {"next": "https://elsewhere.example"})
    assert "data-large" not in client.get("/").content.decode()
