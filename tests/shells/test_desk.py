"""The desk: who sees what, what each form does, what it refuses, and what a page costs."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case, Evidence
from gewu.infra.models import File
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report
from gewu.notifications.models import Message
from tests.shells.visits import cost, photo, rows, said, signed_in, step, version
from tests.world import GRID, RIVERSIDE, World

pytestmark = pytest.mark.django_db

AT_RIVERSIDE = {"lon": None, "lat": None, "place": RIVERSIDE + "001", "address": "滨江公园"}


def _address(case: Case) -> str:
    return f"/desk/cases/{case.number}"


def _counter(page: str, tab: str) -> int | None:
    """What the rail says of a queue; None where it says no number."""
    amount = r"[^>]*>[^<]*<span class=\"n\">(?:<span[^>]*>[^<]*</span> )?(\d*)<"
    link = rf"href=\"/desk\?tab={tab}(?:&[^\"]*)?\"{amount}"
    found = re.search(link, page)
    assert found, tab
    return int(found.group(1)) if found.group(1) else None


# lists


def test_empty_queue_names_the_queues_that_hold_what_was_looked_for(today: World) -> None:
    case = today.case_at("closed")
    page = signed_in("zhou.min").get(f"/desk?tab=filed&text={case.number[7:]}").content.decode()
    empty = page[page.index('class="empty"') :]
    assert "这一列没有符合条件的" in empty
    named = re.search(r'href="(/desk\?tab=closed[^"]*)"', empty)
    assert named
    assert case.number in signed_in("zhou.min").get(named[1].replace("&amp;", "&")).content.decode()


@pytest.mark.parametrize(
    "filters",
    ["", "&text=路灯", f"&place={RIVERSIDE}", "&matter=C01", "&origin=web", "&overdue=1", "&mine=1"],
)
def test_each_counter_equals_the_list_behind_it(today: World, filters: str) -> None:
    today.report(text="路灯不亮了", **AT_RIVERSIDE)
    today.case_at("handling")
    today.case_at("checking")
    today.case_at("closed")
    today.accepted(today.report(text="路灯杆斜了"), matter="C0137")
    Case.objects.filter(matter="C0137").update(due_at=today.now - timedelta(hours=1))
    client = signed_in("zhao.qiang")
    tabs = (*REPORT.names(open=True), *CASE.by_name, "open", "all")
    pages = {tab: client.get(f"/desk?tab={tab}{filters}") for tab in tabs}

    said = {tab: _counter(page.content.decode(), tab) for tab, page in pages.items()}
    counted = {tab: n for tab, n in said.items() if n is not None}
    assert counted == {tab: rows(pages[tab]) for tab in counted}
    assert counted.keys() >= {*REPORT.names(open=True), *CASE.names(open=True), "open"}


def test_inbox_opens_where_work_waits(today: World) -> None:
    today.report()
    case = today.case_at("handled")

    def opened(name: str) -> str:
        page = signed_in(name).get("/desk").content.decode()
        found = re.search(r'name="tab" value="(\w+)"', page)
        assert found
        return found.group(1)

    assert [opened(name) for name in ("li.wen", "zhao.qiang", "chen.guoping")] == [
        "received",
        "handled",
        "dispatched",
    ]
    Case.objects.filter(pk=case.pk).update(state="handling")
    assert opened("chen.guoping") == "handling"


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("li.wen", True),
        ("zhou.min", True),
        ("zhao.qiang", True),
        ("chen.guoping", True),
        ("ma.jianguo", True),
        ("sun.li", False),
        ("wu.kai", False),
        ("wang.fang", False),
    ],
)
def test_case_is_seen_by_those_it_concerns(today: World, name: str, sees: bool) -> None:
    case = today.case_at("handling")
    client = signed_in(name)

    assert (case.number in client.get("/desk?tab=all").content.decode()) is sees
    assert client.get(_address(case)).status_code == (200 if sees else 404)


@pytest.mark.parametrize(
    ("name", "status"), [("li.wen", 200), ("zhao.qiang", 200), ("sun.li", 404), ("chen.guoping", 404)]
)
def test_report_is_seen_by_those_it_concerns(today: World, name: str, status: int) -> None:
    report = today.report()

    assert signed_in(name).get(f"/desk/reports/{report.pk}").status_code == status


def test_handler_has_no_queue_of_reports(today: World) -> None:
    page = signed_in("chen.guoping").get("/desk").content.decode()

    assert "tab=received" not in page
    assert "tab=dispatched" in page


@pytest.mark.parametrize("wrong", ["tab=nowhere", "sort=nowhere", "after=nowhere", "tab=all&unit=nowhere"])
def test_address_that_asks_for_what_is_not_is_refused_in_words(today: World, wrong: str) -> None:
    answer = signed_in("li.wen").get(f"/desk?{wrong}")

    assert answer.status_code in (404, 422)
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("tab", ["received", "dispatched"])
def test_inbox_costs_the_same_however_long(today: World, tab: str) -> None:
    client = signed_in("li.wen")
    costs = []
    for more in (1, 2, 27):
        for n in range(more):
            report = today.report(text=f"井盖不见了 {len(costs)} {n}")
            if tab == "dispatched":
                today.accepted(report)
        costs.append(cost(lambda: client.get(f"/desk?tab={tab}")))

    assert rows(client.get(f"/desk?tab={tab}")) == 30
    assert costs[0] == costs[1] == costs[2] <= 8


def test_list_goes_on_behind_its_cursor(today: World) -> None:
    for n in range(51):
        today.report(text=f"井盖不见了 {n}")
    client = signed_in("li.wen")
    first = client.get("/desk?tab=received&sort=new")
    following = re.search(r'rel="next" href="([^"]+)"', first.content.decode())
    assert following

    assert rows(first) == 50
    assert rows(client.get(following.group(1).replace("&amp;", "&"))) == 1


# a report


def test_accepting_leads_to_the_case(today: World) -> None:
    report = today.report()
    answer = step(signed_in("li.wen"), f"/desk/reports/{report.pk}", "accept", matter="C0101")
    case = Case.objects.get()

    assert (answer.status_code, answer.headers["Location"]) == (303, _address(case))


def test_refused_step_keeps_what_was_typed(today: World) -> None:
    report = today.report()
    client = signed_in("li.wen")
    answer = step(client, f"/desk/reports/{report.pk}", "answer", answer="")
    too_long = step(client, f"/desk/reports/{report.pk}", "decline", reason="不归本区" * 1001)

    assert answer.status_code == 422
    assert "“直接答复”还缺少：答复内容" in said(answer)
    assert (too_long.status_code, "不归本区" * 1001 in too_long.content.decode()) == (422, True)


def test_grid_worker_may_not_accept(today: World) -> None:
    report = today.report()
    answer = signed_in("zhao.qiang").post(
        f"/desk/reports/{report.pk}/steps/accept", {"version": "1", "matter": "C0101"}
    )

    assert answer.status_code == 403
    assert "这一步由受理员办理" in said(answer)
    assert Case.objects.count() == 0


def test_step_on_a_report_out_of_sight_is_not_found(today: World) -> None:
    report = today.report()
    answer = signed_in("sun.li").post(
        f"/desk/reports/{report.pk}/steps/record_finding", {"version": "1", "finding": "看过了"}
    )

    assert answer.status_code == 404


def test_what_lies_near_is_shown_with_its_distance(today: World) -> None:
    today.accepted()
    report = today.report(lon=118.6028, lat=32.0575)
    far = today.report(text="另一个社区的事", **AT_RIVERSIDE)
    page = said(signed_in("li.wen").get(f"/desk/reports/{report.pk}"))

    assert f"{Case.objects.get().number} 28 米" in page
    assert far.text not in page


def test_words_of_a_reporter_stay_words(today: World) -> None:
    report = today.report(text="<img src=x onerror=alert(1)>井盖", address="<b>路口</b>")
    client = signed_in("li.wen")
    pages = [client.get(address).content.decode() for address in ("/desk", f"/desk/reports/{report.pk}")]

    assert [page for page in pages if "<img src=x" in page or "<b>路口" in page] == []


def test_reporter_is_masked_on_the_desk(today: World) -> None:
    report = today.report()
    page = said(signed_in("li.wen").get(f"/desk/reports/{report.pk}"))

    assert "138****8000" in page
    assert "13800138000" not in page
    assert report.progress_code not in page


# a case


def test_case_goes_its_way_by_forms(today: World) -> None:
    address = _address(today.accepted())
    steps = [
        step(signed_in("chen.guoping"), address, "sign_for"),
        step(
            signed_in("chen.guoping"), address, "report_done", result="已更换", answer="已更换。",
            evidence_photo_before=[photo("before.jpg")], evidence_photo_after=[photo("after.jpg")],
        ),
        step(signed_in("zhao.qiang"), address, "begin_check"),
        step(signed_in("zhao.qiang"), address, "close", answer="井盖已更换，并加装防坠网。"),
    ]  # fmt: skip

    assert [one.status_code for one in steps] == [303, 303, 303, 303]
    assert Case.objects.get().state == "closed"
    assert sorted(Evidence.objects.values_list("token", flat=True)) == ["photo_after", "photo_before"]


def test_written_record_is_evidence_too(today: World) -> None:
    address = _address(today.case_at("handling"))
    step(
        signed_in("chen.guoping"), address, "report_done", result="已更换",
        evidence_photo_before=[photo()], evidence_photo_after=[photo()], evidence_service_record="上门两次",
    )  # fmt: skip

    assert Evidence.objects.get(token="service_record").text == "上门两次"
    assert "上门两次" in said(signed_in("li.wen").get(address))


def test_missing_evidence_is_named(today: World) -> None:
    case = today.case_at("handling")
    answer = step(signed_in("chen.guoping"), _address(case), "report_done", result="已更换防沉降井盖")

    assert answer.status_code == 409
    assert "还缺少办理凭证：处置前照片、处置后照片" in said(answer)
    assert ">已更换防沉降井盖</textarea>" in answer.content.decode()


def test_second_to_take_a_step_is_told_what_changed(today: World) -> None:
    case = today.accepted()
    client = signed_in("chen.guoping")
    seen = version(client.get(_address(case)))
    first = client.post(f"{_address(case)}/steps/sign_for", {"version": seen})
    second = client.post(f"{_address(case)}/steps/sign_for", {"version": seen})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "陈国平已将其变为“处置中”" in said(second)


def test_form_without_a_version_is_refused(today: World) -> None:
    case = today.accepted()
    answer = signed_in("chen.guoping").post(f"{_address(case)}/steps/sign_for", {})

    assert answer.status_code == 409


def test_returned_case_leaves_the_desk_of_the_office(today: World) -> None:
    case = today.accepted()
    answer = step(
        signed_in("chen.guoping"), _address(case), "return", reason="不属于供水设施", proposed="unknown"
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")


def test_other_office_may_not_step_in(today: World) -> None:
    case = today.accepted()
    answer = signed_in("wu.kai").post(f"{_address(case)}/steps/sign_for", {"version": "1"})

    assert answer.status_code == 404
    assert Case.objects.get().state == "dispatched"


def test_assistant_is_called_and_does_its_part(today: World) -> None:
    case = today.case_at("handling")
    called = signed_in("chen.guoping").post(
        f"{_address(case)}/assist", {"unit": "320111-municipal_works", "reason": "先围挡"}
    )
    client = signed_in("wu.kai")
    page = client.get(_address(case))
    task = re.search(r"/assignments/[0-9a-f-]+/steps/sign_for", page.content.decode())
    assert task
    signed = client.post(_address(case) + task.group(), {})

    assert (called.status_code, page.status_code, signed.status_code) == (303, 200, 303)
    assert "办理中" in said(client.get(_address(case)))


def test_unknown_unit_is_refused_in_words(today: World) -> None:
    case = today.case_at("handling")
    answer = signed_in("chen.guoping").post(f"{_address(case)}/assist", {"unit": "nowhere", "reason": "围挡"})

    assert answer.status_code == 404
    assert "没有这个单位" in said(answer)


def test_case_page_costs_little(today: World) -> None:
    case = today.case_at("closed")
    client = signed_in("li.wen")

    assert cost(lambda: client.get(_address(case))) <= 18


# pictures


def test_picture_is_shown_to_those_who_see_the_record(today: World) -> None:
    case = today.case_at("handled")
    file = File.objects.filter(owner_id=case.pk).first()
    assert file
    answers = {
        name: signed_in(name).get(f"/files/{file.pk}").status_code
        for name in ("li.wen", "chen.guoping", "wu.kai", "sun.li")
    }
    small = signed_in("li.wen").get(f"/thumbs/{file.pk}")

    assert answers == {"li.wen": 200, "chen.guoping": 200, "wu.kai": 404, "sun.li": 404}
    assert Client().get(f"/files/{file.pk}").status_code == 404
    assert signed_in("li.wen").get(f"/files/{uuid4()}").status_code == 404
    assert small.headers["Content-Type"] == "image/jpeg"
    assert small.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert small.headers["Content-Disposition"] == "inline"
    assert small.headers["X-Content-Type-Options"] == "nosniff"


# the telephone, the messages


def test_call_is_taken_down_and_its_code_read_out_once(today: World) -> None:
    client = signed_in("li.wen")
    form = {
        "text": "路灯不亮",
        "address": "公园路",
        "matter": "C0137",
        "place": GRID,
        "origin": "phone",
        "key": "k",
    }
    answer = client.post("/desk/new", form)
    report = Report.objects.get()

    assert (answer.status_code, report.channel_id, report.state) == (303, "phone", "accepted")
    shown = said(client.get("/desk/new"))
    assert f"已登记 {Case.objects.get().number}" in shown
    assert report.progress_code in shown
    assert report.progress_code not in said(client.get("/desk/new"))


@pytest.mark.parametrize("origin", ["web", "import", "nowhere", ""])
def test_call_needs_a_channel_of_the_desk(today: World, origin: str) -> None:
    answer = signed_in("li.wen").post("/desk/new", {"text": "路灯不亮", "origin": origin})

    assert answer.status_code == 422
    assert ">路灯不亮</textarea>" in answer.content.decode()


@pytest.mark.parametrize("name", ["chen.guoping", "zhao.qiang", "ma.jianguo"])
def test_telephone_is_for_those_who_screen(today: World, name: str) -> None:
    assert signed_in(name).get("/desk/new").status_code == 403


def test_office_of_this_place_is_named_without_the_place_in_both_languages(today: World) -> None:
    today.case_at("handling")
    client = signed_in("zhou.min")
    for language in ("zh-hans", "en"):
        page = client.get("/desk?tab=all", headers={"accept-language": language}).content.decode()
        title, text = re.findall(r'<td class="t-unit" title="([^"]*)">([^<]*)</td>', page)[0]
        assert text
        assert (text != title, text.strip(" ,")) == (True, text)


def test_messages_are_ones_own_and_are_marked_read(today: World) -> None:
    case = today.accepted()
    for name, text in (("li.wen", "给李雯的"), ("wu.kai", "给吴凯的")):
        Message.objects.create(
            account=today.accounts[name], way="inbox", about=f"case:{case.number}", subject_zh=text,
            subject_en=text, text_zh=text, text_en=text, at=today.now, event="CaseFiled", position=1,
        )  # fmt: skip
    client = signed_in("li.wen")
    page = client.get("/desk/notices")

    assert "给李雯的" in said(page)
    assert "给吴凯的" not in said(page)
    assert f'href="{_address(case)}"' in page.content.decode()
    client.post("/desk/notices/read")
    assert Message.objects.filter(read_at=None).count() == 1
