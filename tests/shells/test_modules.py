"""The modules of the desk: each a list, all of them over one model of cases."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from gewu.organisation import actions as organisation
from gewu.organisation.actions import UnitSpec
from gewu.security import actions as security
from gewu.security.actors import operator
from gewu.web.modules import MODULES, Module, shown_to
from tests.shells.visits import said, signed_in
from tests.world import ADMINISTRATORS, COUNTY, GRID, PASSWORD, PEOPLE, SOUTH_GATE, World

pytestmark = pytest.mark.django_db

NAMES = [*(name for name, *_ in (*PEOPLE, *ADMINISTRATORS)), "guan.mi", "an.quan", "she.gong"]
LISTS = [one for one in MODULES if one.lists]


@pytest.fixture(autouse=True)
def _those_the_small_world_lacks(today: World) -> None:
    """The roles of the modules that nobody of the small world has."""
    actor, now = today.actor("fang.an"), today.now
    account = security.open_account("guan.mi", "关密", PASSWORD, actor=actor, now=now)
    security.give_role(account, "privacy_officer", actor=actor, now=now, place=COUNTY)
    today.accounts["guan.mi"] = account
    setup = operator(COUNTY)
    organisation.add_units([UnitSpec("enterprise", "qy", "宏达冲压件厂", GRID)], actor=setup, now=now)
    outside = security.open_account("an.quan", "安全员", PASSWORD, actor=setup, now=now, outside=True)
    organisation.appoint("enterprise_officer", "qy", outside, actor=setup, now=now)
    clerk = security.open_account("she.gong", "佘工", PASSWORD, actor=setup, now=now)
    committee = f"{SOUTH_GATE}-community_committee"
    organisation.appoint("community_clerk", committee, clerk, actor=setup, now=now)
    today.accounts |= {"an.quan": outside, "she.gong": clerk}


def _address(module: Module) -> str:
    return reverse(module.page)


def _timeline(page: str) -> list[str]:
    found = re.search(r'<ol class="timeline">(.*?)</ol>', page, re.S)
    assert found
    lines = re.findall(r"<li[^>]*>(.*?)</li>", found.group(1), re.S)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", line)).split()) for line in lines]


def _opened(client: Client, address: str, number: str) -> str:
    """Follow the link to this case on a page."""
    answer = client.get(unescape(address), follow=True)
    links = set(re.findall(rf'href="(/desk/cases/{number}[^"]*)"', answer.content.decode()))
    assert links, (address, said(answer)[:500])
    return client.get(links.pop()).content.decode()


@pytest.mark.parametrize("module", LISTS, ids=lambda one: one.key)
def test_every_module_opens_a_list_for_those_it_is_for_and_stands_on_their_bar(
    today: World, module: Module
) -> None:
    today.case_at("closed")
    mine = [name for name in NAMES if module in shown_to(today.actor(name))]
    assert mine
    client = signed_in(mine[0])
    assert f'href="{_address(module)}"' in client.get("/desk/notices").content.decode()
    page = client.get(_address(module), follow=True)
    assert page.status_code == 200
    main = page.content.decode().split("<main", 1)[1]
    assert re.search(r"<(table|ul|ol)\b|class=\"empty", main), said(page)[:400]


@pytest.mark.parametrize("module", [one for one in MODULES if one.rights], ids=lambda one: one.key)
def test_module_is_not_offered_to_those_without_its_rights(today: World, module: Module) -> None:
    others = [name for name in NAMES if module not in shown_to(today.actor(name))]
    assert others
    client = signed_in(others[0])
    bar = client.get("/desk/notices").content.decode().split("<nav", 1)[1].split("</nav>", 1)[0]
    assert f'href="{_address(module)}"' not in bar


def test_a_case_opened_from_two_modules_is_the_same_case(today: World) -> None:
    case = today.case_at("handling")
    today.settle()
    leader, handler = signed_in("ma.jianguo"), signed_in("chen.guoping")
    board = leader.get("/board", follow=True).content.decode()
    figure = re.search(r'href="(/desk\?[^"]*place=[^"]*)">\s*<span class="label">在办', board)
    assert figure
    ways = [
        _opened(leader, "/desk?tab=all", case.number),
        _opened(leader, figure.group(1), case.number),
        _opened(handler, "/desk?tab=handling", case.number),
        _opened(handler, "/desk/notices", case.number),
    ]
    assert {number for page in ways for number in re.findall(r'data-record="case:([\d-]+)"', page)} == {
        case.number
    }
    assert len({tuple(_timeline(page)) for page in ways}) == 1
    assert len(_timeline(ways[0])) >= 3
