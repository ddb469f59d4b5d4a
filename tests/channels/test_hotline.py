"""The 12345 hotline against a real city: orders in by three ways, each once; every public change back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from gewu.cases.lifecycle import CASE
from gewu.channels.hotline import orders, pulling
from gewu.channels.passed_on import statuses
from gewu.config.reactions import REACTIONS
from gewu.infra import connectors
from gewu.infra.connectors import Declared, asking, outgoing, overview, queue, signing
from gewu.infra.models import Connector, ConnectorRow, Delivery, EventRow, Outgoing
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report
from gewu.kernel.refusals import Refusal
from gewu.notifications.models import Message
from gewu.security import vault
from tests.channels.city import City, serving, signed_by_city
from tests.shells.visits import said, signed_in
from tests.world import COUNTY, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(world: World, settings: Any, tmp_path: Path) -> Iterator[City]:
    """The city, and a connector to it that runs."""
    settings.OUTBOUND, settings.HOME = ("127.0.0.1",), tmp_path
    app = City()
    with serving(app) as address:
        app.address = f"{address}/api"
        world.now = timezone.localtime()
        admin = world.actor("qian.lei")
        options = {"address": app.address, "pull": "yes", "folder": "yes", "write_back": "yes"}
        given = Declared(
            "city12345", "hotline", "市 12345 热线", "按协议收办工单", place=COUNTY, options=options
        )
        row = connectors.declare(given, actor=admin, now=world.now)
        app.secret = connectors.rotate_secret(row.pk, actor=admin, now=world.now)
        for event in ("try", "start"):
            connectors.take_step(row.pk, event, actor=admin, now=world.now)
        yield app


def order(number: str = "JN-1", **more: Any) -> dict[str, Any]:
    """An order as the city writes it."""
    return {
        "order_no": number,
        "accepted_at": (timezone.localtime() - timedelta(minutes=5)).isoformat(),
        "demand_type": "02",
        "content": "凤凰大街路口上水井盖缺失。",
        "secret": "0",
        "caller": {"name": "周女士", "phone": "13900000017"},
        "address": "南门社区凤凰大街",
        "lon": 118.6025,
        "lat": 32.0575,
        "matter": "C0101",
        **more,
    }


def push(city: City, *rows: Any) -> dict[str, Any]:
    body = json.dumps({"rows": rows}).encode()
    answer: HttpResponse = Client().post(
        "/channels/city12345/rows",
        body,
        content_type="application/json",
        headers=signed_by_city(city.secret, body),
    )
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


def sent(world: World) -> None:
    """Carry out what is due and send what is owed to the city; what was pushed came by the real clock."""
    world.now = max(world.now, timezone.localtime())
    world.settle()
    world.later(seconds=2)
    while outgoing.sweep(world.now):
        pass


def report_of(number: str) -> Report:
    return Report.objects.select_related("case").get(outside_id=number)


def test_signature_is_that_of_the_standard() -> None:
    """The example of the Standard Webhooks libraries."""
    from datetime import UTC, datetime  # noqa: PLC0415 -- only this test tells the time in UTC

    made = signing.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_samples_come_through_the_mapping_of_the_channel(world: World, city: City) -> None:
    trials = connectors.preview(Connector.objects.get(code="city12345"))
    assert [one.refusal for one in trials] == [None] * 3
    assert [one.values["demand"] for one in trials] == ["求助", "投诉", "求助"]


def test_outside_number_is_taken_once_whatever_way_it_comes(world: World, city: City) -> None:
    city.orders = [order()]
    assert push(city, order())["taken"] == 1
    row = Connector.objects.get(code="city12345")
    first = Report.objects.count()
    assert first == 1
    # The times of `order` differ by moments, so that a second sending is another content of the same number.
    same = order()
    assert push(city, same)["waiting"] == 1
    assert push(city, same)["waiting"] == 1
    assert ConnectorRow.objects.filter(connector=row, state="waiting").count() == 1
    world.later(minutes=2)
    asking.sweep(world.now)
    assert Report.objects.count() == 1


def test_order_becomes_a_case_at_once_and_every_public_change_goes_back(world: World, city: City) -> None:
    due = (timezone.localtime() + timedelta(days=5)).isoformat()
    push(city, order(due_at=due))
    report = report_of("JN-1")
    case = report.case
    assert case is not None
    assert (report.channel_id, case.state, case.origin) == ("hotline", "dispatched", "hotline")
    sent(world)
    assert [one["status"] for one in city.statuses] == ["received", "accepted", "dispatched"]
    assert city.statuses[1]["case_no"] == case.number
    for step, by, given_ in (
        ("sign_for", "chen.guoping", {}),
        (
            "report_done",
            "chen.guoping",
            {
                "result": "已更换",
                "answer": "井盖已更换。",
                "evidence": (world.photo("photo_before"), world.photo()),
            },
        ),
        ("begin_check", "zhao.qiang", {}),
        ("close", "zhao.qiang", {"answer": "井盖已更换，并加装防坠网。"}),
    ):
        world.later(minutes=3)
        world.step(case, step, by, **given_)
        sent(world)
    assert [one["status"] for one in city.statuses][3:] == ["handling", "handled", "closed"]
    assert city.statuses[-1]["answer"] == "井盖已更换，并加装防坠网。"
    assert {one["order_no"] for one in city.statuses} == {"JN-1"}
    assert not any("周女士" in str(one) or "13900000017" in str(one) for one in city.statuses)
    assert city.forged == 0
    assert connectors.outside([report.pk])[report.pk].due_at is not None


def test_status_is_sent_again_until_the_city_takes_it_and_keeps_its_number(world: World, city: City) -> None:
    push(city, order(matter=""))
    city.failing = [500, 503]
    sent(world)
    assert not city.statuses
    for _ in range(2):
        world.later(minutes=5)
        sent(world)
    assert [one["status"] for one in city.statuses] == ["received"]
    kept = Outgoing.objects.get()
    assert (kept.state, kept.tries, city.ids) == ("sent", 3, [kept.pk.hex])


def test_reaction_repeated_tells_the_city_once(world: World, city: City) -> None:
    push(city, order(matter=""))
    world.settle()
    Delivery.objects.update(due_at=world.now, done_at=None)
    sent(world)
    assert [one["status"] for one in city.statuses] == ["received"]


def test_nothing_is_owed_where_no_hotline_is_connected(world: World) -> None:
    world.accepted()
    owed = set(Delivery.objects.values_list("reaction", flat=True))
    assert owed
    assert not {one for one in owed if one.startswith("passed_on.")}


def test_reports_of_other_channels_are_not_the_city_s(world: World, city: City) -> None:
    world.now = timezone.localtime()
    world.accepted()
    sent(world)
    assert not city.statuses


@pytest.mark.parametrize(
    ("gone", "reason"),
    [
        ("order_no", "缺少“工单编号”"),
        ("accepted_at", "缺少“受理时间”"),
        ("demand_type", "缺少“诉求类型”"),
        ("content", "缺少“诉求内容”"),
    ],
)
def test_record_without_a_required_field_waits_in_the_queue(
    world: World, city: City, gone: str, reason: str
) -> None:
    bad = order()
    del bad[gone]
    found = push(city, bad, order("JN-2"))
    assert (found["taken"], found["waiting"], found["rows"][0]["reason"]) == (1, 1, reason)
    assert [str(one.reason) for one in queue.waiting(Connector.objects.get().pk).rows] == [reason]


def test_clerk_corrects_what_waits_and_the_order_is_taken(world: World, city: City) -> None:
    push(city, order(demand_type="99"))
    waits = ConnectorRow.objects.get()
    result = connectors.correct(waits.pk, {"demand": "求助"}, actor=world.actor("li.wen"), now=world.now)
    assert result.outcome == "taken", result.reason
    assert report_of("JN-1").text.startswith("【求助】")


@pytest.mark.parametrize("hours", [30, -24 * 365 * 30])
def test_impossible_time_waits(world: World, city: City, hours: int) -> None:
    at = (timezone.localtime() + timedelta(hours=hours)).isoformat()
    assert push(city, order(accepted_at=at))["waiting"] == 1
    assert not Report.objects.exists()


def test_place_outside_the_hotline_s_own_waits_and_leaves_nothing(world: World, city: City) -> None:
    assert push(city, order(lon=116.4, lat=39.9))["waiting"] == 1
    found = push(city, order("JN-2", lon=None, lat=None, division="110101"))
    assert found["waiting"] == 1, found
    assert not Report.objects.exists()
    assert not EventRow.objects.filter(type="ReportReceived").exists()


def test_confidential_caller_is_hidden_from_everyone_who_handles_it(world: World, city: City) -> None:
    text = "来电人周女士（13900000017）说凤凰大街井盖缺失，要求保密。"
    push(city, order(secret="1", content=text))
    report = report_of("JN-1")
    case = report.case
    assert case is not None
    assert report.identity is not None
    assert vault.for_delivery(report.identity).name == "周女士"
    world.step(case, "sign_for", "chen.guoping")
    for name, page in (
        ("chen.guoping", f"/desk/cases/{case.number}"),
        ("zhou.min", f"/desk/cases/{case.number}"),
        ("li.wen", f"/desk/reports/{report.pk}"),
    ):
        shown = said(signed_in(name).get(page))
        assert "要求保密" in shown, name
        for own in ("周女士", "周*", "13900000017", "139****0017"):
            assert own not in shown, (name, own)
    told = "".join(EventRow.objects.values_list("data", flat=True)) + "".join(
        Message.objects.values_list("text_zh", flat=True)
    )
    assert "周女士" not in told
    assert "13900000017" not in told


def test_handler_may_not_even_ask_who_a_confidential_caller_is(world: World, city: City) -> None:
    push(city, order(secret="1"), order("JN-2"))
    ask = {"reason": "需要当面核对情况", "actor": world.actor("chen.guoping"), "now": world.now}
    with pytest.raises(Refusal, match="要求保密"):
        intake.ask_identity(report_of("JN-1").pk, **ask)
    assert intake.ask_identity(report_of("JN-2").pk, **ask)


def test_declined_order_goes_back_with_its_reason_and_a_ruling_brings_it_for_good(
    world: World, city: City
) -> None:
    push(city, order(matter=""))
    report = report_of("JN-1")
    clerk = world.actor("li.wen")
    intake.take(report.pk, "decline", actor=clerk, now=world.later(minutes=5), reason="属高速公路管理范围")
    sent(world)
    assert (city.statuses[-1]["status"], city.statuses[-1]["reason"]) == ("returned", "属高速公路管理范围")
    ruling = order(action="裁定", flow_no="R1", content="经现场核对属江浦街道，请办理", matter="")
    assert push(city, ruling)["taken"] == 1
    again = report_of("JN-1#裁定R1")
    assert again.ruled
    assert "JN-1" in again.text
    with pytest.raises(Refusal, match="已裁定由本地办理"):
        intake.take(again.pk, "decline", actor=clerk, now=world.now, reason="还是不归我们")
    assert "decline" not in {one.event for one in reports.open_to(clerk, again, now=world.now)}
    intake.take(again.pk, "accept", actor=clerk, now=world.now, matter="C0101")
    sent(world)
    assert {one["order_no"] for one in city.statuses} == {"JN-1"}


def test_urging_and_adding_reach_the_desk_where_it_lies_once(world: World, city: City) -> None:
    push(city, order())
    urge = order(action="催办", flow_no="1", content="来电人再次来电，请尽快")
    more = order(action="补充", flow_no="2", content="旁边还有一处井盖松动")
    assert push(city, urge, more)["taken"] == 2
    assert push(city, urge)["already"] == 1
    sent(world)
    handler = Message.objects.filter(account=world.accounts["chen.guoping"])
    assert handler.filter(event="ReportUrged").count() == 1
    assert "井盖松动" in handler.get(event="ReportSupplemented").text_zh
    assert push(city, order("JN-9", action="催办", flow_no="1"))["rows"][0]["reason"] == "没有收过工单“JN-9”"
    assert push(city, order(action="催办"))["rows"][0]["reason"] == "缺少“流转编号”"


def test_orders_are_pulled_page_by_page_and_go_on_where_they_stopped(world: World, city: City) -> None:
    city.orders = [order(f"JN-{n}", matter="") for n in range(5)]
    asking.sweep(world.now)
    assert Report.objects.count() == 5
    assert Connector.objects.get().cursor == "5"
    city.orders += [order("JN-5", matter="")]
    asking.sweep(world.later(minutes=2))
    assert Report.objects.count() == 6
    assert overview.standing("city12345").well_at == world.now


@pytest.mark.parametrize(
    ("nonsense", "fault"),
    [(b"<html>", "odd"), (b"[]", "odd"), (b'{"orders": 7}', "odd"), (b'{"orders": [], "next": 7}', "odd"),
     (b"[" * 100_000, "odd"), (b"\xff\xfe", "odd")],
)  # fmt: skip
def test_nonsense_from_the_city_is_its_fault_and_nothing_is_taken(
    world: World, city: City, nonsense: bytes, fault: str
) -> None:
    city.nonsense = nonsense
    asking.sweep(world.now)
    row = Connector.objects.get()
    assert (row.fault, row.failures, Report.objects.count()) == (fault, 1, 0)


def test_silent_city_is_down_after_three_tries_and_up_again(world: World, city: City) -> None:
    city.failing = [500] * 3
    for _ in range(3):
        asking.sweep(world.now)
        world.later(hours=1)
    assert overview.standing("city12345").down
    asking.sweep(world.later(hours=1))
    assert not overview.standing("city12345").down


def drop(city: City, name: str, content: bytes, *, age_s: float = 60) -> Path:
    folder = pulling.folder_of("city12345") / "in"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    at = timezone.now().timestamp() - age_s
    os.utime(path, (at, at))
    return path


TABLE = """工单编号,受理时间,诉求类型,诉求内容,是否保密,来电人,联系电话,诉求地点
JN-71,{at},求助,滨江社区路灯不亮,否,郑女士,13900000019,滨江社区 3 栋
JN-72,{at},求助,,否,,,滨江社区
,{at},投诉,夜里施工,是,吴先生,13900000018,南门社区
JN-73,{at},建议,增设垃圾桶,否,,,南门社区
"""


def table() -> bytes:
    return TABLE.format(at=timezone.localtime().strftime("%Y/%m/%d %H:%M:%S")).encode("gb18030")


def test_dropped_file_is_taken_once_and_answered_line_by_line(world: World, city: City) -> None:
    path = drop(city, "0302.csv", table())
    asking.sweep(world.now)
    assert sorted(Report.objects.values_list("outside_id", flat=True)) == ["JN-71", "JN-73"]
    assert not path.exists()
    done = path.parent.parent / "done"
    result = next(done.glob("*.result.csv")).read_text(encoding="utf-8-sig")
    assert "3,JN-72,待更正,缺少“诉求内容”" in result
    assert "13900000018" not in result
    drop(city, "0302-again.csv", table())
    asking.sweep(world.later(minutes=2))
    assert Report.objects.count() == 2


def test_file_that_is_still_being_written_is_left_alone(world: World, city: City) -> None:
    path = drop(city, "0302.csv", table(), age_s=2)
    asking.sweep(world.now)
    assert path.exists()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04broken", b"\x00\x01\x02", b"header only\n", b"a,b\n" + b"x" * 100]
)
def test_file_that_is_no_table_is_put_aside_with_the_reason(world: World, city: City, content: bytes) -> None:
    path = drop(city, "bad.xlsx", content)
    asking.sweep(world.now)
    aside = path.parent.parent
    assert not path.exists()
    assert not Report.objects.exists()
    assert (aside / "refused" / "bad.xlsx.txt").exists() or list((aside / "done").glob("*.result.csv"))
    assert Connector.objects.get().failures == 0


def test_starting_asks_for_address_and_place(world: World) -> None:
    admin = world.actor("qian.lei")
    for options, place, sentence in (
        ({}, COUNTY, "需要对方的地址"),
        ({"write_back": "no"}, "", "管哪个区划"),
    ):
        code = f"city-{len(place)}"
        row = connectors.declare(
            Declared(code, "hotline", "热线", "工单", place=place, options=options),
            actor=admin,
            now=world.now,
        )
        connectors.take_step(row.pk, "try", actor=admin, now=world.now)
        with pytest.raises(Refusal, match=sentence):
            connectors.take_step(row.pk, "start", actor=admin, now=world.now)


#: What only reporters themselves do; the hotline hears of it in another way or not at all.
SILENT = {"CaseFiled"}


def test_each_public_change_of_a_report_or_case_is_written_back() -> None:
    for table_, reaction in ((REPORT, "write_back"), (CASE, "write_back_case")):
        for step in table_.steps:
            changes = any(
                step.to and table_.state(before).public != table_.state(step.to).public
                for before in step.source
            )
            name = step.emits.__name__
            if changes and name not in SILENT:
                assert name in statuses.STATUSES, name
                assert reaction in {one.__name__ for one in REACTIONS[step.emits]}, name


def test_every_status_has_its_line_of_reactions() -> None:
    wired = {
        kind.__name__
        for kind, functions in REACTIONS.items()
        if {one.__name__ for one in functions} & {"write_back", "write_back_case"}
    }
    assert wired == set(statuses.STATUSES)


VALUES = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=40) | st.just("x" * 3000)


def test_order_of_any_shape_stops_no_other(world: World, city: City) -> None:
    row = Connector.objects.get()
    names = sorted({part for rule in row.mapping for part in rule["source"].split("|")})
    seen = iter(range(10**6))

    @given(st.dictionaries(st.sampled_from(names), VALUES, max_size=8))
    def fed(changed: dict[str, Any]) -> None:
        odd = {**order(f"F{next(seen)}", matter=""), **changed}
        good = order(f"G{next(seen)}", matter="")
        found = connectors.take(row.pk, [odd, good], way="push", now=world.now)
        assert found.results[1].outcome == "taken"

    fed()


def test_number_of_a_row_names_its_step() -> None:
    assert orders.number_of({"number": "A", "action": "转办", "flow": "9"}) == "A"
    assert orders.number_of({"number": "A", "action": "催办", "flow": "9"}) == "A#催办9"
    assert orders.order_of("A#催办9") == orders.order_of("A") == "A"
