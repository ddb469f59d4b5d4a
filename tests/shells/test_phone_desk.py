"""The telephone desk: hints beside the form, scanned letters, equal clocks, no number in clear."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.utils import timezone

from gewu.infra.models import File
from gewu.intake import actions as intake
from gewu.intake.models import Report
from gewu.security.vault import Contact
from tests.founded import statements
from tests.shells.visits import SPOT, photo, rows, said, signed_in
from tests.world import GRID, World

PHONE = "13800138000"


def hints(client: Client, **given: str) -> str:
    """What stands beside the form after this was typed."""
    answer = client.post("/desk/new/hints", given)
    assert answer.status_code == 200, said(answer)
    return said(answer)


def test_class_is_suggested_while_one_types(today: World) -> None:
    page = hints(signed_in("li.wen"), text="巷口的路灯坏了，晚上没有灯")
    assert "Alt 1 路灯" in page


def test_similar_matters_are_shown_by_the_words_of_the_place(today: World) -> None:
    case = today.accepted()
    client = signed_in("li.wen")
    by_words = hints(client, text="人行道上的井盖不见了", address="南门社区井边")
    by_point = hints(client, text="人行道上的井盖不见了", **SPOT)
    assert case.number in by_words
    assert case.number in by_point
    assert case.number not in hints(client, text="想问一下社保怎么补", **SPOT)


def test_earlier_matters_of_a_caller_are_counted_however_the_number_is_typed(today: World) -> None:
    for text in ("井盖不见了", "路灯不亮"):
        today.report(text, contact=Contact("张三", PHONE))
    today.report("别人的事", contact=Contact("李四", "13900139000"))
    page = hints(signed_in("li.wen"), contact_phone="+86 138 0013 8000")
    assert "这个号码先前反映过 2 件" in page
    assert "别人的事" not in page
    assert PHONE not in page
    assert "先前反映过" not in hints(signed_in("li.wen"), contact_phone="1380013")


def test_hints_are_for_those_who_take_down_reports(today: World) -> None:
    today.report("井盖不见了", contact=Contact("张三", PHONE))
    for name in ("chen.guoping", "zhao.qiang", "ma.jianguo"):
        assert signed_in(name).post("/desk/new/hints", {"contact_phone": PHONE}).status_code == 403


def test_number_is_written_nowhere_in_clear(today: World) -> None:
    client = signed_in("li.wen")
    client.post("/desk/new", {"text": "井盖不见了", "origin": "phone", "key": "k", "contact_phone": PHONE})
    hints(client, contact_phone=PHONE)
    found = []
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        assert "search_entry" in tables
        for table in tables - {"search_index"}:  # cannot be read; it is made from the other
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [table] if PHONE in repr(cursor.fetchall()) else []
    assert found == []


def test_report_taken_down_with_its_class_is_a_case_within_twelve_statements(today: World) -> None:
    client = signed_in("li.wen")
    given = {"text": "井盖不见了", "origin": "phone", "matter": "C0101", **SPOT, "contact_phone": PHONE}
    client.post("/desk/new", {**given, "key": "warm"})
    draft = intake.ReportDraft(
        "phone", "井盖不见了", 118.6025, 32.0575, matter="C0101", contact=Contact(phone=PHONE)
    )
    actor = today.actor("li.wen")
    with statements() as counted:
        report = intake.receive(draft, actor=actor, now=today.now)
    assert report.case is not None
    assert report.case.state == "dispatched"
    assert len(counted) <= 12


def test_refused_form_keeps_grid_and_photos(today: World) -> None:
    client = signed_in("li.wen")
    refused = client.post(
        "/desk/new", {"text": "", "origin": "letter", "key": "k", "place": GRID, "photos": [photo()]}
    )
    page = refused.content.decode()
    token = page.split('name="kept" value="')[1].split('"')[0]
    assert page.split(f'<option value="{GRID}"')[1].split(">")[0].endswith(" selected")
    assert "已选的 1 张照片还在" in said(refused)
    client.post("/desk/new", {"text": "来信：井盖坏了", "origin": "letter", "key": "k", "kept": token})
    assert File.objects.get().owner_id == Report.objects.get().pk


def test_letter_has_the_clock_of_the_day_on_which_it_came(today: World) -> None:
    client = signed_in("li.wen")
    day = timezone.localdate() - timedelta(days=3)
    given = {"text": "来信：井盖坏了", "origin": "letter", "key": "k", "written_on": day.isoformat()}
    client.post("/desk/new", {**given, "photos": [photo(), photo("two.jpg")]})
    letter = Report.objects.get()
    web = today.report(received_at=letter.received_at)

    assert timezone.localtime(letter.received_at).date() == day
    assert letter.due_at == web.due_at
    assert File.objects.filter(owner_id=letter.pk).count() == 2
    wrong = client.post("/desk/new", {**given, "key": "w", "written_on": "gestern"})
    assert (wrong.status_code, "日期要写成" in said(wrong)) == (422, True)


def test_every_channel_has_the_same_clock_and_the_same_notices(today: World) -> None:
    actor, kept = today.actor("li.wen"), {}
    for channel in ("phone", "counter", "letter", "chat"):
        draft = intake.ReportDraft(channel, "井盖坏了", contact=Contact("张三", PHONE))
        kept[channel] = intake.receive(draft, actor=actor, now=today.now)
    kept["web"] = today.report("井盖坏了", contact=Contact("张三", PHONE))
    today.settle()
    from gewu.notifications.models import Message  # noqa: PLC0415 -- one test looks at it

    assert len({one.due_at for one in kept.values()}) == 1
    told = [
        list(Message.objects.filter(about=f"report:{one.pk}").values_list("event", "way"))
        for one in kept.values()
    ]
    assert told == [[("ReportReceived", "call")]] * 5


def test_reports_are_filtered_by_origin_and_each_origin_keeps_its_limit_and_rule(today: World) -> None:
    """R119: hotline, grid and digital city management in one queue."""
    actor = today.actor("li.wen")
    for channel, number in (("hotline", "HL-1"), ("city", "SZ-1"), ("grid", "")):
        draft = intake.ReportDraft(channel, "井盖坏了", outside_id=number, lon=118.6025, lat=32.0575)
        intake.receive(draft, actor=actor, now=today.now)
    today.report()
    client = signed_in("li.wen")
    assert rows(client.get("/desk?tab=received")) == 4
    for origin in ("hotline", "city", "grid", "web"):
        page = client.get("/desk", {"tab": "received", "origin": origin})
        assert (origin, rows(page)) == (origin, 1)
    due = dict(Report.objects.values_list("channel_id", "due_at"))
    assert due["hotline"] == due["city"] < due["grid"] == due["web"]

    # The rule of an origin: what the hotline passes on with its class becomes a case as it arrives.
    for channel in ("hotline", "web"):
        draft = intake.ReportDraft(channel, "井盖又坏了", 118.6025, 32.0575, matter="C0101")
        intake.receive(draft, actor=actor, now=today.now)
    states = dict(Report.objects.filter(matter="C0101").values_list("channel_id", "state"))
    assert states == {"hotline": "accepted", "web": "received"}
    assert rows(client.get("/desk?tab=dispatched&origin=hotline")) == 1
