"""Setup: who may open it, and what its pages say."""

from __future__ import annotations

import pytest

from tests.shells.visits import said, signed_in
from tests.world import World

pytestmark = pytest.mark.django_db


def test_administrator_lands_on_setup(world: World) -> None:
    client = signed_in("qian.lei")

    answer = client.get("/desk", follow=True)

    assert answer.redirect_chain == [("/setup", 303)]
    assert "工作日历" in said(answer)
    assert "工作台" not in said(answer).replace("社区工作台", "")


@pytest.mark.parametrize("address", ["/setup", "/setup/calendar"])
def test_setup_is_closed_to_others(world: World, address: str) -> None:
    answer = signed_in("chen.guoping").get(address)

    assert answer.status_code == 403
    assert "您没有此权限" in said(answer)
    assert "设置" not in said(signed_in("chen.guoping").get("/desk"))


def test_calendar_shows_the_days_of_a_year_and_the_year_that_lacks_its_notice(
    world: World, settings: object
) -> None:
    client = signed_in("qian.lei")

    shown = said(client.get("/setup/calendar?year=2025"))

    assert "2025-10-01 三 放假 国庆" in shown
    assert "2025-09-28 日 调休上班" in shown
    assert client.get("/setup/calendar?year=nonsense").status_code == 200


def test_parts_stand_in_groups_and_a_group_without_parts_is_left_out(world: World) -> None:
    keeper, approver = (said(signed_in(name).get("/setup")) for name in ("qian.lei", "lu.fa"))
    places = [keeper.index(word) for word in ("区域与队伍", "事项与规则", "清单与准入", "账号与运行")]
    assert places == sorted(places)
    assert "清单与准入" in approver and "区域与队伍" not in approver


def test_whoever_may_apply_finds_the_applications_without_setup(world: World) -> None:
    handler = signed_in("chen.guoping")
    assert 'href="/desk/applications"' in handler.get("/desk").content.decode()
    page = handler.get("/desk/applications").content.decode()
    assert 'aria-current="page"' in page and 'class="rail"' not in page
    assert 'href="/desk/applications"' not in signed_in("zhao.qiang").get("/desk").content.decode()
