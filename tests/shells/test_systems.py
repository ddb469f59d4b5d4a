"""The operation centre: the five systems, how each fares, and the one that is down."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from gewu.infra import connectors
from gewu.infra.connectors import asking
from gewu.infra.models import Connector
from gewu.intake.models import Report
from tests.channels.city import City, serving
from tests.shells.visits import cost, said, signed_in
from tests.world import World

pytestmark = pytest.mark.django_db
PAGE = "/systems"
FIVE = ("智慧综治", "智慧应急", "智慧城管", "智慧文旅", "智慧住建")


def loaded(world: World) -> None:
    assert signed_in("qian.lei").post(PAGE).status_code == 303


def start(world: World, code: str, **options: str) -> Connector:
    admin = world.actor("qian.lei")
    row = connectors.named(code)
    connectors.set_options(row.pk, options, actor=admin, now=timezone.now())
    for event in ("try", "start"):
        row = connectors.take_step(row.pk, event, actor=admin, now=timezone.now())
    return row


def test_five_subsystems_load_as_connector_rows_with_mapping_status_and_last_exchange(world: World) -> None:
    loaded(world)
    loaded(world)
    assert sorted(Connector.objects.values_list("name_zh", flat=True)) == sorted(FIVE)
    for row in Connector.objects.all():
        trials = connectors.preview(row)
        assert [one.refusal for one in trials] == [None], row.code
    row = start(world, "zhcg")
    sent = {
        "taskNum": "CG-1",
        "createTime": timezone.localtime().isoformat(),
        "description": "井盖缺失",
        "subType": "0101",
        "address": "南门社区",
    }
    found = connectors.take(row.pk, [sent, {"taskNum": "CG-2"}], way="push", now=timezone.now())
    assert [one.outcome for one in found.results] == ["taken", "waiting"]
    report = Report.objects.select_related("case").get()
    assert (report.channel_id, report.matter) == ("system", "C0101")
    page = said(signed_in("qian.lei").get(PAGE))
    assert "智慧城管 部件和事件案件双向流转 运行中" in page
    assert "已登记" in page


def test_link_and_health_are_shown_and_one_that_is_down_is_marked(world: World, settings: Any) -> None:
    loaded(world)
    settings.OUTBOUND = ("127.0.0.1",)

    class Healthy(City):
        def _signed(self, environ: dict[str, Any], body: bytes) -> bool:
            return True

    with serving(Healthy(failing=[200])) as address:
        start(world, "zhzz", link="https://zz.example.org/", health=f"{address}/health")
        asking.sweep(timezone.now())
        up = said(signed_in("ma.jianguo").get(PAGE))
        assert "中断 " not in up.replace("中断的系统标在最前", "")
        assert 'href="https://zz.example.org/"' in signed_in("ma.jianguo").get(PAGE).content.decode()
    for _ in range(3):
        Connector.objects.filter(code="zhzz").update(due_at=timezone.now())
        asking.sweep(timezone.now())
    page = signed_in("ma.jianguo").get(PAGE)
    assert "1 个系统中断" in said(page)
    assert page.content.decode().count("data-down") == 1
    assert "没有应答" in said(page)
    assert said(page).index("智慧综治") < said(page).index("智慧城管")


def test_only_command_and_administrators_see_it_and_only_the_latter_load(world: World) -> None:
    for name in ("chen.guoping", "li.wen", "zhao.qiang", "shen.ji"):
        assert signed_in(name).get(PAGE).status_code == 403
        assert signed_in(name).post(PAGE).status_code == 403
    assert signed_in("ma.jianguo").get(PAGE).status_code == 200
    assert signed_in("ma.jianguo").post(PAGE).status_code == 403
    assert not Connector.objects.exists()


def test_page_costs_the_same_for_one_system_and_for_five(world: World) -> None:
    client = signed_in("ma.jianguo")
    connectors.register(connectors.all_adapters())
    none = cost(lambda: client.get(PAGE))
    loaded(world)
    assert cost(lambda: client.get(PAGE)) == none
