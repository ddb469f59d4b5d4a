"""The console of a community: a set of panels as data, over the own community and no other."""

from __future__ import annotations

import re

import pytest

from gewu.insight import actions, queries
from gewu.insight.actions import PanelDraft
from gewu.insight.models import Panel
from gewu.kernel.refusals import Kind, Refusal
from gewu.organisation import actions as organisation
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.founded import statements
from tests.shells.visits import said, signed_in
from tests.world import COUNTY, PASSWORD, RIVERSIDE, SOUTH_GATE, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerks(today: World) -> World:
    """A clerk in each of the two communities."""
    setup = operator(COUNTY)
    for name, shown, place in (("she.gong", "佘工", SOUTH_GATE), ("bin.jiang", "宾江", RIVERSIDE)):
        account = security.open_account(name, shown, PASSWORD, actor=setup, now=today.now)
        organisation.appoint(
            "community_clerk", f"{place}-community_committee", account, actor=setup, now=today.now
        )
        today.accounts[name] = account
    return today


def shown(world: World, name: str) -> dict[str, queries.Shown]:
    found = queries.console(world.actor(name), now=world.now)
    return {one.panel.title.zh: one for one in found.panels}


def test_console_shows_the_own_community_only(clerks: World) -> None:
    case = clerks.accepted()
    mine, other = shown(clerks, "she.gong"), shown(clerks, "bin.jiang")
    assert [one.key for one in mine["本社区待办工单"].lines] == [case.number]
    assert (mine["本社区待办工单"].count, other["本社区待办工单"].count) == (1, 0)
    assert (mine["网格与在办"].count, other["网格与在办"].count) == (5, 4)
    assert sum(int(one.note) for one in mine["网格与在办"].lines) == 1
    browser = signed_in("she.gong")
    assert case.number in browser.get("/desk/console").content.decode()
    refused = browser.get(f"/desk/console?at={RIVERSIDE}")
    assert refused.status_code == 403 and "自己社区" in said(refused)
    assert case.number not in signed_in("bin.jiang").get("/desk/console").content.decode()
    assert signed_in("zhou.min").get("/desk/console").status_code == 403, "seated in no community"


def test_console_is_a_set_of_rows_and_changes_without_code(clerks: World) -> None:
    hazard = clerks.accepted(clerks.report("楼道里堆满纸箱，挡住了消防门。"), matter="H0106")
    administrator = signed_in("qian.lei")
    form = {
        "title_zh": ["消防隐患", "值班", ""], "title_en": ["Fire hazards", "", ""],
        "source": ["cases", "on_duty", "cases"], "matter": ["H01", "", ""],
        "audience": ["cases.read", "", ""],
    }  # fmt: skip
    assert administrator.post("/setup/consoles", form).status_code == 303
    found = shown(clerks, "she.gong")
    assert list(found) == ["消防隐患", "值班"]
    assert [one.key for one in found["消防隐患"].lines] == [hazard.number]
    page = signed_in("she.gong").get("/desk/console").content.decode()
    assert re.findall(r"<h2>([^<]+)</h2>", page.split("<main")[1]) == ["消防隐患", "值班"]
    wrong = administrator.post("/setup/consoles", {**form, "source": ["weather", "cases", "cases"]})
    assert wrong.status_code == 422 and "没有“weather”" in said(wrong)
    assert Panel.objects.count() == 2


def test_panel_is_for_those_who_hold_its_right(clerks: World) -> None:
    drafts = [PanelDraft("人人可见", "services"), PanelDraft("督查可见", "cases", audience="cases.supervise")]
    actor = clerks.actor("qian.lei")
    actions.set_panels(queries.COMMUNITY, drafts, place=COUNTY, actor=actor, now=clerks.now)
    assert list(shown(clerks, "she.gong")) == ["人人可见"]
    with pytest.raises(Refusal) as refused:
        actions.set_panels("community", drafts, place=COUNTY, actor=clerks.actor("zhou.min"), now=clerks.now)
    assert refused.value.kind is Kind.FORBIDDEN


def test_console_costs_the_same_with_one_case_and_with_three(clerks: World) -> None:
    costs = []
    for more in (1, 2):
        for _ in range(more):
            clerks.accepted(clerks.report())
        shown(clerks, "she.gong")
        with statements() as counted:
            shown(clerks, "she.gong")
        costs.append(len(counted))
    assert costs[0] == costs[1] <= 20
