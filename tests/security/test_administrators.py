"""Three administrators apart: nobody holds two of them, and nobody changes the own rights."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gewu.kernel.refusals import Kind, Refusal
from gewu.security import actions as security
from gewu.security import queries, rules
from gewu.security.actions import RoleSpec
from gewu.security.actors import Relation, operator
from gewu.security.models import Role
from tests.world import COUNTY, PASSWORD, World

KINDS = {"qian.lei": "administrator", "fang.an": "security_administrator", "shen.ji": "auditor"}


def test_rights_of_the_three_and_of_ordinary_work_are_disjoint(world: World) -> None:
    kinds = {role.code: rules.kinds_of(role.rights) for role in Role.objects.all() if role.rights}
    assert {code: len(found) for code, found in kinds.items() if len(found) != 1} == {}
    assert [set(kinds[role]) for role in KINDS.values()] == [{"system"}, {"security"}, {"audit"}]


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("role", [*KINDS.values(), "leader"])
def test_no_account_holds_two(world: World, name: str, role: str) -> None:
    account = world.accounts[name]
    if KINDS[name] == role:
        security.give_role(account, role, actor=operator(), now=world.now, place=COUNTY + "004")
        return
    with pytest.raises(Refusal) as refused:
        security.give_role(account, role, actor=operator(), now=world.now, place=COUNTY)
    assert refused.value.kind is Kind.CONFLICT
    assert "三员分立" in str(refused.value.advice)


def test_ordinary_account_becomes_no_administrator_until_its_role_has_ended(world: World) -> None:
    account = security.open_account("new.one", "新人", PASSWORD, actor=operator(), now=world.now)
    standing = security.give_role(account, "leader", actor=operator(), now=world.now)
    with pytest.raises(Refusal):
        security.give_role(account, "auditor", actor=operator(), now=world.now)
    security.end_role(standing, actor=operator(), now=world.now)
    security.give_role(account, "auditor", actor=operator(), now=world.now)


def test_role_that_mixes_them_is_not_loaded(world: World) -> None:
    spec = RoleSpec("all", "全能", "All", Relation.TERRITORY, ("accounts.manage", "audit.read"))
    with pytest.raises(Refusal):
        security.load_roles([spec])
    with pytest.raises(Refusal):
        security.load_roles([replace(spec, rights=("accounts.manage", "cases.read"))])
    assert not Role.objects.filter(code="all").exists()


def test_nobody_changes_their_own_rights(world: World) -> None:
    own, mine = world.actor("fang.an"), world.accounts["fang.an"].pk
    (standing,) = queries.account(own, mine, now=world.now).standings
    for deed in (
        lambda: security.grant_role(mine, "security_administrator", actor=own, now=world.now),
        lambda: security.revoke_role(standing.id, actor=own, now=world.now),
        lambda: security.close_account(mine, actor=own, now=world.now),
        lambda: security.reset_password(mine, actor=own, now=world.now),
        lambda: security.remove_second_factor(mine, actor=own, now=world.now),
    ):
        with pytest.raises(Refusal) as refused:
            deed()
        assert refused.value.kind is Kind.FORBIDDEN


@pytest.mark.parametrize("name", ["qian.lei", "shen.ji", "zhou.min"])
def test_accounts_are_managed_by_the_security_administrator_alone(world: World, name: str) -> None:
    actor, other = world.actor(name), world.accounts["li.wen"].pk
    for deed in (
        lambda: security.admit("x", "某", actor=actor, now=world.now),
        lambda: security.grant_role(other, "leader", actor=actor, now=world.now),
        lambda: security.close_account(other, actor=actor, now=world.now),
        lambda: security.reset_password(other, actor=actor, now=world.now),
        lambda: queries.accounts(actor, now=world.now),
        lambda: queries.account(actor, other, now=world.now),
    ):
        with pytest.raises(Refusal) as refused:
            deed()
        assert refused.value.kind is Kind.FORBIDDEN


def test_closed_account_is_nobody_at_once_and_keeps_its_past(world: World) -> None:
    gone = world.accounts["li.wen"]
    token = security.issue_token(gone, now=world.now)
    security.close_account(gone.pk, actor=world.actor("fang.an"), now=world.now)

    assert queries.actor_of(gone.pk, now=world.now) is None
    assert queries.actor_by_token(token, now=world.now) is None
    page = queries.account(world.actor("fang.an"), gone.pk, now=world.now)
    assert (page.line.active, [one.running for one in page.standings]) == (False, [False])
    with pytest.raises(Refusal):
        security.sign_in("li.wen", PASSWORD, now=world.now)


def test_audit_log_tells_who_gave_which_role_and_to_the_auditor_alone(world: World) -> None:
    account, _ = security.admit("xin.ren", "新人", actor=world.actor("fang.an"), now=world.now)
    security.grant_role(account.pk, "leader", actor=world.actor("fang.an"), now=world.now, place=COUNTY)

    auditor = world.actor("shen.ji")
    newest = queries.audit_log(auditor, queries.AuditFilters(part="role", who="fang.an")).rows[0]
    assert (newest.who, newest.about, str(newest.sentence)) == ("方安", "新人", "方安授予角色“leader”")
    assert [
        one.who
        for one in queries.audit_log(
            auditor, queries.AuditFilters(part="account", since="2026-03-02", until="2026-03-02")
        ).rows
    ][0] == "方安"
    for name in ("qian.lei", "fang.an", "li.wen"):
        with pytest.raises(Refusal):
            queries.audit_log(world.actor(name), queries.AuditFilters())
    for wrong in (queries.AuditFilters(part="x"), queries.AuditFilters(since="yesterday")):
        with pytest.raises(Refusal):
            queries.audit_log(auditor, wrong)
