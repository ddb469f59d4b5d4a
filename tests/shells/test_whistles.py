"""The pages of a whistle: its form, its panel on the case, its steps, and who may open them."""

from __future__ import annotations

import re

import pytest

from gewu.cases import actions as cases
from gewu.cases.actions import Call, Party
from gewu.cases.models import Assignment, Case, CheckIn, Whistle
from tests.shells.visits import cost, said, signed_in, version
from tests.world import World

pytestmark = pytest.mark.django_db

WORKS, SANITATION = "320111-municipal_works", "320111-sanitation"


def address(case: Case) -> str:
    return f"/desk/cases/{case.number}"


def blown(world: World, *units: str) -> Case:
    case = world.case_at("handling")
    call = Call("grid", tuple(Party(unit) for unit in units), "请到场一起看")
    cases.blow(case.number, call, actor=world.actor("zhao.qiang"), now=world.now)
    return case


def test_whistle_is_blown_by_its_form_and_stands_on_the_case(today: World) -> None:
    case = today.case_at("handling")
    client = signed_in("zhao.qiang")
    form = client.get(f"{address(case)}/whistle")
    assert form.status_code == 200
    assert "网格吹哨、街社报到" in said(form)
    assert "街道吹哨" not in said(form)

    given = {"kind": "grid", "task": "请到场一起看", "unit": [WORKS, "", SANITATION, ""]}
    sent = client.post(f"{address(case)}/whistle", given)
    assert sent.status_code == 303
    page = said(client.get(address(case)))
    assert "浦口区市政设施养护中心 待报到" in page
    assert Assignment.objects.filter(case=case, whistle__isnull=False).count() == 2


def test_refused_whistle_keeps_what_was_typed(today: World) -> None:
    case = today.case_at("handling")
    answer = signed_in("zhao.qiang").post(
        f"{address(case)}/whistle", {"kind": "grid", "task": "请到场一起看看怎么修", "unit": ["", ""]}
    )
    assert answer.status_code == 422
    assert "请至少召集一方" in said(answer)
    assert "请到场一起看看怎么修" in answer.content.decode()
    assert not Whistle.objects.exists()


@pytest.mark.parametrize(
    ("name", "status"), [("zhao.qiang", 200), ("zhou.min", 200), ("he.jie", 403), ("sun.li", 404)]
)
def test_form_opens_for_those_who_may_blow(today: World, name: str, status: int) -> None:
    case = today.case_at("handling")
    client = signed_in(name)
    assert client.get(f"{address(case)}/whistle").status_code == status
    if status == 403:
        assert f"{address(case)}/whistle" not in client.get(address(case)).content.decode()


def test_party_checks_in_and_reports_on_the_page(today: World) -> None:
    case = blown(today, WORKS)
    client = signed_in("wu.kai")
    page = client.get(address(case))
    found = re.search(r'action="([^"]+/assignments/[^"]+/steps/check_in)"', page.content.decode())
    assert found
    silent = client.post(found.group(1), {"version": version(page)})
    assert silent.status_code == 409
    assert "请写明在哪里报到" in said(silent)

    came = client.post(
        found.group(1),
        {"version": version(page), "address": "求雨山路口", "lon": "118.6035", "lat": "32.0575"},
    )
    assert came.status_code == 303
    assert CheckIn.objects.get().distance_m == 94
    page = client.get(address(case))
    assert "距事发地 94 米" in said(page)
    done = client.post(
        found.group(1).replace("check_in", "finish"), {"version": version(page), "result": "已围挡"}
    )
    assert done.status_code == 303


def test_whistle_closes_on_the_page_only_with_every_result(today: World) -> None:
    case = blown(today, WORKS)
    whistle, task = Whistle.objects.get(), Assignment.objects.get()
    client = signed_in("zhao.qiang")
    close = f"{address(case)}/whistles/{whistle.pk}/steps/close"
    assert close not in client.get(address(case)).content.decode()
    early = client.post(close, {"result": "各方均已到场"})
    assert (early.status_code, "还有 1 方没有结果" in said(early)) == (409, True)
    wu = today.actor("wu.kai")
    cases.take_assist(task.pk, "check_in", actor=wu, now=today.now, address="现场")
    cases.take_assist(task.pk, "finish", actor=wu, now=today.now, result="已围挡")
    assert close in client.get(address(case)).content.decode()
    assert client.post(close, {"result": "各方均已到场"}).status_code == 303
    assert "已结束" in said(client.get(address(case)))


def test_page_of_a_case_costs_the_same_with_one_party_and_with_three(today: World) -> None:
    one, three = blown(today, WORKS), blown(today, WORKS, SANITATION, "320111004-street_office")
    client = signed_in("zhou.min")

    def least(case: Case) -> int:
        """Without the looks at versions that a slow machine may fall due for between two visits."""
        return min(cost(lambda: client.get(address(case))) for _ in range(3))

    assert least(one) == least(three)
