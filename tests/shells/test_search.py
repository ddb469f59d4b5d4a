"""The one box: pages, the quick list and the interface show what one may open, marked, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from gewu.cases.models import Case
from gewu.insight import actions
from gewu.web.presenting.finding import around, marked
from tests.shells.visits import cost, said, signed_in
from tests.world import COUNTY, SOUTH_GATE, World

pytestmark = pytest.mark.django_db


def fed(world: World) -> None:
    while actions.feed_search(world.now):
        pass


@pytest.fixture
def case(today: World) -> Case:
    case = today.accepted(today.report("南门桥下的井盖被大车压坏了"))
    fed(today)
    return case


def test_words_are_found_by_kind_with_what_fitted_marked_and_the_way_there(case: Case) -> None:
    page = signed_in("zhou.min").get("/desk/find", {"q": "南门桥"})
    assert page.status_code == 200
    assert "<mark>南门桥</mark>下的井盖" in page.content.decode()
    assert f'href="/desk/cases/{case.number}"' in page.content.decode()
    assert "工单" in said(page)
    place = signed_in("zhou.min").get("/desk/find", {"q": "南门社区"}).content.decode()
    assert f'href="/desk/places/{SOUTH_GATE}"' in place and "<mark>南门社区</mark>" in place
    unit = signed_in("qian.lei").get("/desk/find", {"q": "供水", "kind": "unit"}).content.decode()
    assert f'href="/desk/units/{COUNTY}-water_supply"' in unit
    matter = signed_in("zhou.min").get("/desk/find", {"q": "自来水井盖", "kind": "matter"}).content.decode()
    assert 'href="/desk?tab=all&amp;matter=C0101"' in matter


def test_whoever_may_not_open_it_learns_nothing_by_page_by_quick_list_or_by_interface(case: Case) -> None:
    for name in ("wang.fang", "qian.lei", "shen.ji"):
        client = signed_in(name)
        for address in ("/desk/find", "/desk/find/quick"):
            for q in ("大车压坏", case.number):
                answer = client.get(address, {"q": q})
                assert answer.status_code == 200
                assert "/desk/cases/" not in answer.content.decode()
                assert "被大车" not in said(answer)
        other = client.get("/desk/find", {"q": "没有这样的大车压坏了的话"})
        same = client.get("/desk/find", {"q": "大车压坏"})
        assert said(other).replace("没有这样的大车压坏了的话", "大车压坏") == said(same)
    assert Client().get("/desk/find", {"q": "井盖"}).status_code == 303
    assert Client().get("/desk/find/quick", {"q": "井盖"}).status_code == 303


def test_pages_of_setup_are_found_by_those_who_may_open_them(case: Case) -> None:
    assert (
        'href="/setup/units"' in signed_in("qian.lei").get("/desk/find", {"q": "单位名录"}).content.decode()
    )
    assert (
        'href="/setup/units"'
        not in signed_in("wang.fang").get("/desk/find", {"q": "单位名录"}).content.decode()
    )


def test_filters_stay_in_the_address_and_a_wrong_one_says_what_to_do(case: Case) -> None:
    client = signed_in("zhou.min")
    page = client.get("/desk/find", {"q": "大车", "state": "closed"})
    assert "没有找到符合条件的" in said(page) and 'value="大车"' in page.content.decode()
    assert client.get("/desk/find", {"q": "大车", "kind": "case", "state": "open"}).status_code == 200
    for wrong in ({"state": "nowhere"}, {"since": "3月"}, {"place": "x"}, {"kind": "secrets"}):
        assert client.get("/desk/find", {"q": "大车", **wrong}).status_code in (404, 422)
    assert client.get("/desk/find", {"q": "大车", "kind": "case", "after": "abc"}).status_code == 422
    assert "想找什么" in said(client.get("/desk/find"))


def test_pages_of_one_kind_follow_each_other_without_doubles_and_cost_the_same(
    today: World, case: Case
) -> None:
    client = signed_in("zhou.min")
    few = cost(lambda: client.get("/desk/find", {"q": "井盖", "kind": "case"}))
    numbers = {case.number} | {today.accepted(today.report(f"第{n}处井盖坏了")).number for n in range(24)}
    fed(today)
    assert cost(lambda: client.get("/desk/find", {"q": "井盖", "kind": "case"})) == few
    first = client.get("/desk/find", {"q": "井盖", "kind": "case"}).content.decode()
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(link).content.decode()
    assert 'rel="next"' not in second
    shown = [page.count('href="/desk/cases/') for page in (first, second)]
    assert shown == [20, 5]
    assert all((number in first) != (number in second) for number in numbers)


def test_interface_answers_the_same(today: World, case: Case) -> None:
    def asked(name: str, **given: Any) -> Any:
        password = {"name": name, "password": "a-long-enough-password"}
        token = Client().post("/api/v1/sign-in", password, content_type="application/json").json()["token"]
        return Client().get("/api/v1/search", given, headers={"Authorization": f"Bearer {token}"})

    found = asked("zhou.min", q="大车压坏").json()
    assert [(one["kind"], one["count"], one["more"]) for one in found["groups"]] == [("case", 1, False)]
    assert found["groups"][0]["lines"][0]["key"] == case.number
    assert asked("zhou.min", q="大车压坏", kind="case").json()["lines"][0]["key"] == case.number
    assert asked("wang.fang", q="大车压坏").json() == {"groups": [], "lines": [], "after": None}
    assert (
        asked("zhou.min", q="大车压坏", kind="case", since="9999-12-31", until="9999-12-31").status_code
        == 200
    )
    assert asked("zhou.min", q="大车压坏", kind="secrets").status_code == 422
    assert Client().get("/api/v1/search", {"q": "井盖"}).status_code == 401


def test_past_answer_is_put_into_the_answer_with_its_source(today: World) -> None:
    past = today.case_at("closed")
    Case.objects.filter(pk=past.pk).update(answer="井盖已更换，有事打 13912345678。")
    fed(today)
    case = today.case_at("handling")
    client = signed_in("chen.guoping")
    page = client.get(f"/desk/cases/{case.number}").content.decode()
    assert f"（参照工单 {past.number} 的答复）" in page and f'href="/desk/cases/{past.number}"' in page
    assert "13912345678" not in page
    picked = said(client.get(f"/desk/cases/{case.number}?template={past.number}"))
    assert f"（参照工单 {past.number} 的答复）" in picked


def test_marks_stand_on_what_fitted_whatever_its_width_and_case() -> None:
    assert marked("ＡＢ路灯ab", ("ab",)) == (("ＡＢ", True), ("路灯", False), ("ab", True))
    assert marked("aaa", ("aa",)) == (("aaa", True),)
    assert marked("", ("a",)) == ()
    shown = around("前" * 100 + "路灯" + "后" * 100, ("路灯",))
    assert [text for text, hit in shown if hit] == ["路灯"]
    assert shown[0][0].startswith("…") and shown[-1][0].endswith("…")
