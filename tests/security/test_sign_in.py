"""Signing in: the lock after five failures, words that betray no name, tokens kept as digests."""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.apps import apps

from gewu.infra import stream, versions
from gewu.infra.models import EventRow, Version
from gewu.kernel.refusals import Kind, Refusal
from gewu.security import actions as security
from gewu.security import queries
from gewu.security.actors import operator
from gewu.security.models import Account, ApiToken, StandingRow
from tests.founded import statements
from tests.world import PASSWORD, START, World


def fail(now: datetime, times: int = 1, name: str = "li.wen") -> list[Refusal]:
    """Sign in with a wrong password some times."""
    found = []
    for _ in range(times):
        with pytest.raises(Refusal) as refused:
            security.sign_in(name, "not-the-password", now=now)
        found.append(refused.value)
    return found


def test_right_password_signs_in_and_is_recorded(world: World) -> None:
    account = security.sign_in("li.wen", PASSWORD, now=START)
    assert account.display_name == "李雯"
    assert stream.timeline("account", account.pk)[-1].type == "SignedIn"


def test_account_rests_after_five_failures_even_with_the_right_password(world: World) -> None:
    assert {str(one) for one in fail(START, 5)} == {"账号或密码不对"}
    with pytest.raises(Refusal) as locked:
        security.sign_in("li.wen", PASSWORD, now=START + timedelta(minutes=14))
    assert (locked.value.kind, str(locked.value)) == (Kind.TOO_MANY, "登录失败次数过多，账号已锁定")
    assert str(locked.value.advice) == "请 1 分钟后再试，或联系管理员"


def test_account_is_free_after_fifteen_minutes_and_counts_anew(world: World) -> None:
    fail(START, 5)
    later = START + timedelta(minutes=15)
    fail(later, 4)
    assert security.sign_in("li.wen", PASSWORD, now=later).failures == 0


def test_success_forgives_the_failures_before_it(world: World) -> None:
    for _ in range(3):
        fail(START, 4)
        security.sign_in("li.wen", PASSWORD, now=START)


def test_unknown_name_and_wrong_password_read_the_same(world: World) -> None:
    (wrong,), (unknown,) = fail(START), fail(START, name="nobody")
    assert (wrong.kind, wrong.text, wrong.advice, wrong.field) == (
        unknown.kind,
        unknown.text,
        unknown.advice,
        unknown.field,
    )


def test_refusals_do_not_share_one_exception(world: World) -> None:
    """A kept exception would hold every frame it ever passed, and the passwords in them."""
    first, second = fail(START, 2)
    assert first is not second
    assert sys.getrefcount(first) < 10


def test_closed_account_does_not_sign_in(world: World) -> None:
    Account.objects.filter(name="li.wen").update(active=False)
    with pytest.raises(Refusal, match="账号或密码不对"):
        security.sign_in("li.wen", PASSWORD, now=START)


def test_failures_and_the_lock_stand_in_the_record(world: World) -> None:
    fail(START, 5)
    account = world.accounts["li.wen"]
    told = [one.type for one in stream.timeline("account", account.pk)]
    assert (told.count("SignInFailed"), told[-1]) == (5, "AccountLocked")


def test_password_is_kept_as_an_argon2_hash_and_nowhere_else(world: World) -> None:
    assert Account.objects.get(name="li.wen").password.startswith("argon2$argon2id$")
    assert not EventRow.objects.filter(data__contains=PASSWORD).exists()


@pytest.mark.parametrize(
    ("name", "password", "kind"), [("new", "short", Kind.INVALID), ("li.wen", PASSWORD, Kind.CONFLICT)]
)
def test_account_with_a_short_password_or_a_taken_name_is_refused(
    world: World, name: str, password: str, kind: Kind
) -> None:
    with pytest.raises(Refusal) as refused:
        security.open_account(name, "新人", password, actor=operator(), now=START)
    assert refused.value.kind is kind


def test_token_acts_until_it_expires(world: World) -> None:
    token = security.issue_token(world.accounts["li.wen"], now=START)
    last = START + security.TOKEN_LASTS - timedelta(seconds=1)
    assert queries.actor_by_token(token, now=last) == world.actor("li.wen")
    assert queries.actor_by_token(token, now=START + security.TOKEN_LASTS) is None


def test_voided_token_is_nobody_at_once(world: World) -> None:
    token = security.issue_token(world.accounts["li.wen"], now=START)
    security.end_token(token)
    assert queries.actor_by_token(token, now=START) is None


def test_token_of_a_closed_account_is_nobody(world: World) -> None:
    token = security.issue_token(world.accounts["li.wen"], now=START)
    assert queries.actor_by_token(token, now=START) is not None
    Account.objects.filter(name="li.wen").update(active=False)
    versions.changed(security.HELD)
    assert queries.actor_by_token(token, now=START) is None


def test_token_that_was_used_still_runs_out(world: World) -> None:
    token = security.issue_token(world.accounts["li.wen"], now=START)
    assert queries.actor_by_token(token, now=START) is not None
    assert queries.actor_by_token(token, now=START + security.TOKEN_LASTS) is None


def test_role_given_and_ended_by_another_process_is_felt_within_a_second(world: World) -> None:
    """What is held is looked at again after a second, whoever changed it."""
    key = world.accounts["zheng.jun"].pk
    known = queries.actor_of(key, now=START)
    assert known is not None
    rows = StandingRow.objects.filter(account_id=key)
    rows.update(until=START)
    with statements() as counted:
        assert queries.actor_of(key, now=START) == known
    assert len(counted) == 0
    Version.objects.filter(name=security.HELD).update(mark=uuid4())
    time.sleep(versions.LOOK_AGAIN + 0.05)
    found = queries.actor_of(key, now=START)
    assert found is not None
    assert found.standings == ()


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "令牌", "a" * 5000])
def test_made_up_token_is_nobody(world: World, token: str) -> None:
    assert queries.actor_by_token(token, now=START) is None


def test_only_the_digest_of_a_token_is_kept(world: World) -> None:
    token = security.issue_token(world.accounts["li.wen"], now=START)
    assert ApiToken.objects.get().digest == security.token_digest(token)
    kept = "\n".join(str(row) for model in apps.get_models() for row in model.objects.values_list())
    assert token not in kept
    assert token[:20] not in kept


@pytest.mark.parametrize(
    ("role", "field"), [("emperor", "role"), ("handler", "unit")], ids=["unknown role", "no unit"]
)
def test_role_that_cannot_be_given_is_refused(world: World, role: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        security.give_role(world.accounts["li.wen"], role, actor=operator(), now=START)
    assert refused.value.field == field


def test_only_those_whose_term_runs_are_told(world: World) -> None:
    rows = StandingRow.objects.filter(account__name="zheng.jun")
    rows.update(until=START + timedelta(days=30))

    def told(now: datetime) -> list[str]:
        found = queries.accounts_with("cases.supervise", place="320111004001001", now=now)
        return [one.name for one in found]

    assert told(START) == ["zheng.jun"]
    assert told(START + timedelta(days=30)) == []
