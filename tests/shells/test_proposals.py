"""What the assistants propose, on the desk and in the setup, and how it looks with all of them off."""

from __future__ import annotations

import pytest

from gewu.infra import versions
from gewu.infra.models import Switch
from tests.shells.visits import cost, said, signed_in, step
from tests.world import World


def _off(world: World, *names: str) -> None:
    for name in names or ("suggest.matter", "suggest.route", "suggest.duplicates"):
        Switch.objects.create(name=name, on=False, reason="test", set_by="operator", set_at=world.now)
    versions.changed("switches")


def test_desk_shows_class_office_and_duplicate_with_reason_and_confidence(today: World) -> None:
    case = today.accepted()
    report = today.report("人行道上的上水井盖不见了，怕有人掉下去")
    today.settle()
    page = said(signed_in("li.wen").get(f"/desk/reports/{report.pk}"))

    assert "建议的类别 · 把握大 92% 上水井盖" in page
    assert "上水井盖不见了”" in page
    assert "建议的承办单位" in page
    assert f"可能是同一件 · 把握大 95% {case.number} 相距 0 米" in page
    assert "只是建议，由您确认或更正后才生效。" in page


def test_likely_class_stands_in_the_form_for_a_person_to_confirm(today: World) -> None:
    report = today.report("巷口的路灯坏了，晚上没有灯")
    today.settle()
    client = signed_in("li.wen")
    page = client.get(f"/desk/reports/{report.pk}").content.decode()
    assert '<option value="C0137" data-hint' in page
    assert page.split('<option value="C0137"')[1].split(">")[0].endswith(" selected")
    report.refresh_from_db()
    assert (report.matter, report.state) == ("", "received")

    assert step(client, f"/desk/reports/{report.pk}", "accept", matter="C0137").status_code == 303
    report.refresh_from_db()
    assert (report.matter, report.state) == ("C0137", "accepted")


def test_desk_without_assistants_accepts_and_joins(today: World) -> None:
    _off(today)
    first, second = today.report(), today.report("井盖又没了")
    today.settle()
    client = signed_in("li.wen")
    page = client.get(f"/desk/reports/{first.pk}")
    assert "data-proposals" not in page.content.decode()
    assert "一公里内近来没有相似的" not in said(page)
    step(client, f"/desk/reports/{first.pk}", "accept", matter="C0101")
    first.refresh_from_db()
    assert first.case is not None
    page = client.get(f"/desk/reports/{second.pk}").content.decode()
    assert f'<option value="{first.case.number}"' in page
    answer = step(client, f"/desk/reports/{second.pk}", "join", case=first.case.number)
    assert answer.headers["Location"] == f"/desk/cases/{first.case.number}"


def test_page_of_a_report_costs_the_same_with_proposals(today: World) -> None:
    report = today.report()
    client = signed_in("li.wen")
    before = cost(lambda: client.get(f"/desk/reports/{report.pk}"))
    today.accepted(today.report())
    today.settle()
    assert cost(lambda: client.get(f"/desk/reports/{report.pk}")) <= before + 1


@pytest.mark.parametrize("name", ["qian.lei", "zheng.jun", "shen.ji"])
def test_figures_are_open_to_those_who_manage_supervise_or_audit(today: World, name: str) -> None:
    today.report("路灯坏了，晚上没有灯")
    today.settle()
    page = said(signed_in(name).get("/setup/assistants"))
    assert "事项类别 catalogue-" in page
    assert "还没有学习过往事" in page


@pytest.mark.parametrize("name", ["chen.guoping", "zhao.qiang"])
def test_figures_are_closed_to_others(today: World, name: str) -> None:
    assert signed_in(name).get("/setup/assistants").status_code == 403
