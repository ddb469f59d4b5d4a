"""The page of roles: what each may do comes from the permissions, who holds it where, what excludes."""

from __future__ import annotations

import pytest

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.intake import queries as intake
from gewu.security import queries
from gewu.security.models import Role, StandingRow
from tests.shells.visits import cost, said, signed_in
from tests.world import COUNTY, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: world.now)


def steps(world: World, code: str) -> dict[str, set[str]]:
    sheets = queries.role_sheets(world.actor("fang.an"), now=world.now)
    sample = next(one for one in sheets if one.code == code).sample
    return {
        str(table): {str(step) for step in found}
        for ask in (intake.abilities, cases.abilities, catalogue.abilities)
        for table, found in ask(sample)
    }


def test_what_a_role_may_do_is_what_the_permissions_let_it_do(world: World) -> None:
    assert steps(world, "checker").keys() == {"工单"}
    assert {"核查通过并结案", "核查不通过"} & steps(world, "checker")["工单"] or steps(world, "checker")[
        "工单"
    ]
    handler = steps(world, "handler")
    assert {"签收", "办结上报"} <= handler["工单"]
    assert "签收协办" in handler["协办任务"]
    assert steps(world, "leader") == {}
    assert steps(world, "called_official")["协办任务"] >= {"签收协办", "完成协办"}
    assert steps(world, "list_approver")["规则改动"] == {"批准", "不批准"}
    assert steps(world, "administrator")["规则改动"] == {"撤回"}
    Role.objects.filter(code="checker").update(rights=["cases.read"])
    assert steps(world, "checker") == {}


def test_page_names_every_role_with_its_holders(world: World) -> None:
    security, auditor = signed_in("fang.an"), signed_in("shen.ji")
    shown = said(security.get("/setup/roles"))
    assert all(name in shown for name in Role.objects.values_list("name_zh", flat=True))
    assert "三员分立：没有账号同时担任互相排斥的角色" in shown
    one = said(auditor.get("/setup/roles/handler"))
    assert "陈国平 chen.guoping 浦口区供水企业" in one
    assert security.get("/setup/roles/nothing").status_code == 404
    assert signed_in("qian.lei").get("/setup/roles").status_code == 403
    assert signed_in("zheng.jun").get("/setup/roles").status_code == 403


def test_account_whose_roles_exclude_each_other_is_named(world: World) -> None:
    StandingRow.objects.create(
        account=world.accounts["qian.lei"], role_id="auditor", place=COUNTY, since=world.now
    )
    shown = said(signed_in("fang.an").get("/setup/roles"))
    assert "互相排斥的角色 1" in shown
    assert "qian.lei 钱磊" in shown
    assert "系统管理员 · 审计管理员" in shown


def test_pages_of_roles_cost_the_same_however_many_hold_them(world: World) -> None:
    client = signed_in("fang.an")
    pages = ("/setup/roles", "/setup/roles/handler")
    before = [cost(lambda page=page: client.get(page)) for page in pages]
    for name in ("li.wen", "zhou.min", "he.jie"):
        StandingRow.objects.create(
            account=world.accounts[name], role_id="handler", unit_path=f"{COUNTY}-drainage/", since=world.now
        )
    assert [cost(lambda page=page: client.get(page)) for page in pages] == before
