"""The pages of connectors: mapping, error queue, secret and messages, each for whom it is for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from gewu.infra import connectors
from gewu.infra.connectors import Answer, outgoing, signing
from gewu.infra.models import Connector, ConnectorRow, Outgoing
from gewu.infra.stream import Told
from gewu.kernel.identifiers import new_id
from tests.channels import meters
from tests.channels.meters import reading
from tests.shells.visits import cost, said, signed_in
from tests.world import World

pytestmark = pytest.mark.django_db
LIST = "/setup/connectors"
HERE = "/setup/connectors/at/water"


@pytest.fixture
def water(world: World) -> Iterator[Connector]:
    """A connector that runs, one good row taken and two bad ones waiting."""
    for kept in (meters.TAKEN, meters.SENT, meters.ANSWERS):
        kept.clear()
    row = meters.running(world)
    rows = [reading("A1"), reading("A2", "many", holder={"name": "张三丰"}), {"id": "A3"}]
    connectors.take(row.pk, rows, way="push", now=timezone.now())
    yield row


def waiting(number: str) -> str:
    return f"{HERE}/rows/{ConnectorRow.objects.get(outside_id=number).pk}"


def test_bad_rows_wait_with_reasons_good_ones_are_taken_and_a_corrected_one_is_sent_again(
    world: World, water: Connector
) -> None:
    clerk = signed_in("li.wen")
    listed = said(clerk.get(LIST))
    assert "水务 水表 · 抄表 运行中" in listed
    assert "1 0 2 2" in listed
    page = said(clerk.get(HERE))
    assert "A2 “读数”不是数字 读数" in page
    assert "A3 缺少“读数” 读数" in page
    assert "张三丰" not in page
    form = clerk.get(waiting("A2"))
    assert 'value="many"' in form.content.decode()
    again = clerk.post(waiting("A2"), {"number": "A2", "reading": "still", "owner": "张三丰"})
    assert (again.status_code, "“读数”不是数字" in said(again)) == (422, True)
    answer = clerk.post(waiting("A2"), {"number": "A2", "reading": "7", "owner": "张三丰"}, follow=True)
    assert "已收下" in said(answer)
    assert [one["number"] for one in meters.TAKEN] == ["A1", "A2"]
    assert "已放弃这一行" in said(clerk.post(waiting("A3"), {"drop": "1", "reason": "对方误发"}, follow=True))
    assert "没有待更正的行" in said(clerk.get(HERE))


def test_administrator_sees_reasons_and_never_a_row(world: World, water: Connector) -> None:
    keeper = signed_in("qian.lei")
    page = keeper.get(HERE)
    assert "缺少“读数”" in said(page)
    assert "rows/" not in page.content.decode().replace("/channels/water/rows", "")
    assert keeper.get(waiting("A2")).status_code == 403
    assert keeper.post(f"{HERE}/retry").status_code == 403


def test_who_neither_keeps_nor_corrects_sees_nothing(world: World, water: Connector) -> None:
    for name in ("chen.guoping", "zhou.min", "shen.ji", "zheng.jun"):
        client = signed_in(name)
        for page in (LIST, HERE, waiting("A2"), f"{LIST}/new"):
            assert client.get(page).status_code == 403, (name, page)
    clerk = signed_in("li.wen")
    assert "接口令牌" not in said(clerk.get(LIST))
    assert clerk.get(f"{LIST}/new").status_code == 403
    for deed in ("steps/pause", "mapping", "options", "secret", "messages"):
        assert (
            clerk.post(
                f"{HERE}/{deed}",
                {"source_number": "id", "source_reading": "value", "hours": "1", "street": "x"},
            ).status_code
            == 403
        )
    assert Connector.objects.get().state == "running"


def mapped(**changed: str) -> dict[str, str]:
    rules = {f"source_{one['field']}": one["source"] for one in meters.METERS.mapping}
    return {**rules, "values_leaking": "L=是\n-=否", **changed}


def test_mapping_is_previewed_on_samples_before_it_is_kept(world: World, water: Connector) -> None:
    keeper = signed_in("qian.lei")
    shown = said(keeper.post(f"{HERE}/mapping", {**mapped(source_reading="amount"), "preview": "1"}))
    assert "缺少“读数”" in shown
    assert (
        Connector.objects.get().mapping == list(meters.METERS.mapping) or Connector.objects.get().version == 3
    )
    kept = keeper.post(f"{HERE}/mapping", mapped(source_reading="amount|value"), follow=True)
    assert "字段对应已保存" in said(kept)
    assert connectors.preview(Connector.objects.get())[0].refusal is None
    wrong = keeper.post(f"{HERE}/mapping", mapped(source_reading=""))
    assert (wrong.status_code, "必填字段“读数”还没有对应" in said(wrong)) == (422, True)


def test_all_that_waits_is_taken_again_once_the_mapping_is_right(world: World, water: Connector) -> None:
    connectors.take(
        water.pk, [{"id": "B1", "amount": 5}, {"id": "B2", "amount": 6}], way="push", now=timezone.now()
    )
    signed_in("qian.lei").post(f"{HERE}/mapping", mapped(source_reading="value|amount"))
    page = said(signed_in("li.wen").post(f"{HERE}/retry", follow=True))
    assert "已重新收一遍" in page
    assert {one["number"] for one in meters.TAKEN} == {"A1", "B1", "B2"}


def test_secret_is_shown_once(world: World, water: Connector) -> None:
    keeper = signed_in("qian.lei")
    made = keeper.post(f"{HERE}/secret", {"secret": ""})
    secret = connectors.secrets_of(water.pk, now=timezone.now())[0]
    assert secret in said(made)
    assert made.headers["Cache-Control"] == "no-store"
    assert secret not in keeper.get(HERE).content.decode()
    theirs = signing.new_secret()
    keeper.post(f"{HERE}/secret", {"secret": theirs})
    assert connectors.secrets_of(water.pk, now=timezone.now()) == (theirs, secret)
    assert keeper.post(f"{HERE}/secret", {"secret": "hunter2"}).status_code == 422


def test_pausing_and_starting_is_recorded(world: World, water: Connector) -> None:
    keeper = signed_in("qian.lei")
    assert "已暂停" in said(keeper.post(f"{HERE}/steps/pause", follow=True))
    assert keeper.post(f"{HERE}/steps/pause").status_code == 409
    assert keeper.post(f"{HERE}/steps/fail").status_code in (403, 409)
    assert "运行中" in said(keeper.post(f"{HERE}/steps/start", follow=True))
    log = said(signed_in("shen.ji").get("/setup/audit?part=connector"))
    assert "暂停了对接“water”" in log


def test_settings_are_kept_and_wrong_ones_refused(world: World, water: Connector) -> None:
    keeper = signed_in("qian.lei")
    assert keeper.post(f"{HERE}/options", {"street": ""}).status_code == 422
    assert "设置已保存" in said(keeper.post(f"{HERE}/options", {"street": "泰山", "other": "x"}, follow=True))
    assert Connector.objects.get().options == {"street": "泰山"}


def owe(water: Connector, position: int, now: Any) -> None:
    told = Told(position, "case", new_id(), 1, "CaseClosed", "clock", now, {}, {})
    connectors.owe(
        water.pk, told, topic="closed", record_id=new_id(), body=json.dumps({"n": position}), now=now
    )


def test_messages_are_shown_and_sent_again(world: World, water: Connector) -> None:
    now = timezone.now()
    owe(water, 1, now)
    meters.ANSWERS.append(Answer("refused", 410, final=True))
    outgoing.sweep(now)
    keeper = signed_in("qian.lei")
    assert "已放弃 1 410 对方不收这条内容" in said(keeper.get(HERE))
    one = Outgoing.objects.get()
    assert "已放回待发" in said(keeper.post(f"{HERE}/messages/{one.pk}", follow=True))
    outgoing.sweep(timezone.now())
    assert "已送达" in said(keeper.get(HERE))
    assert "已放回待发" in said(keeper.post(f"{HERE}/messages", {"hours": "24"}, follow=True))
    assert keeper.post(f"{HERE}/messages", {"hours": "9" * 30}).status_code == 422
    assert Outgoing.objects.get().state == "waiting"


def test_connector_is_declared_tried_and_started_on_the_pages(world: World) -> None:
    connectors.register([meters.METERS])
    keeper = signed_in("qian.lei")
    given = {"adapter": "meters", "code": "gas", "name_zh": "燃气", "purpose_zh": "报警", "place": "320111"}
    assert keeper.post(f"{LIST}/new", {**given, "code": "Gas"}).status_code == 422
    wrong = keeper.post(f"{LIST}/new", {**given, "adapter": "telegraph"})
    assert wrong.status_code == 404
    assert "缺少“街道”" in said(keeper.post(f"{LIST}/new", given))


def test_list_and_page_cost_the_same_however_much_there_is(world: World, water: Connector) -> None:
    client = signed_in("li.wen")
    few = cost(lambda: client.get(LIST)), cost(lambda: client.get(HERE))
    for n in range(3):
        meters.running(world, f"more-{n}")
    rows = [reading(f"C{n}", "many") for n in range(30)]
    for _ in range(3):
        connectors.take(water.pk, rows, way="push", now=timezone.now())
    assert (cost(lambda: client.get(LIST)), cost(lambda: client.get(HERE))) == few


def test_nothing_typed_into_the_forms_breaks_the_page(world: World, water: Connector) -> None:
    keeper, clerk = signed_in("qian.lei"), signed_in("li.wen")
    odd = "<script>“{x}”%s\u202e"
    assert keeper.post(f"{HERE}/mapping", {**mapped(source_number=odd), "preview": "1"}).status_code in (
        200,
        422,
    )
    assert clerk.post(waiting("A2"), {"number": odd, "reading": odd}).status_code == 422
    assert "<script>“" not in clerk.get(HERE).content.decode()
    assert keeper.get(f"{LIST}/at/nobody").status_code == 404
