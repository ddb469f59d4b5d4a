"""The second factor: drift forgiven, replays and guesses refused, recovery codes used once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pyotp
import pytest

from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.security import actions as security
from gewu.security import queries
from gewu.security.models import RecoveryCode, Role, SecondFactor
from gewu.security.queries import FactorStep
from tests.world import PASSWORD, World


def _key(world: World, name: str = "fang.an") -> UUID:
    return world.accounts[name].pk


def _set_up(world: World, name: str = "fang.an") -> tuple[pyotp.TOTP, tuple[str, ...]]:
    made = security.begin_second_factor(_key(world, name), now=world.now)
    app = pyotp.TOTP(made.secret)
    codes = security.confirm_second_factor(_key(world, name), app.at(world.now), now=world.now)
    world.later(minutes=5)
    return app, codes


def _refused(world: World, code: str) -> Refusal:
    with pytest.raises(Refusal) as refused:
        security.pass_second_factor(_key(world), code, now=world.now)
    return refused.value


def test_administrators_need_it_and_others_where_their_role_says_so(world: World, settings: object) -> None:
    settings.SECOND_FACTOR = True  # type: ignore[attr-defined]  # pytest-django's settings
    steps = {name: queries.factor_step(_key(world, name), now=world.now) for name in world.accounts}
    asked = {name for name, step in steps.items() if step is FactorStep.ENROL}
    assert asked == {"qian.lei", "fang.an", "shen.ji"}

    Role.objects.filter(code="dispatcher").update(second_factor=True)
    assert queries.factor_step(_key(world, "zhou.min"), now=world.now) is FactorStep.ENROL


def test_nobody_needs_one_where_the_setting_is_off_but_one_that_stands_is_asked_for(world: World) -> None:
    assert queries.factor_step(_key(world), now=world.now) is FactorStep.NOTHING
    _set_up(world)
    assert queries.factor_step(_key(world), now=world.now) is FactorStep.CODE


@pytest.mark.parametrize(("off", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_clock_may_be_off_by_one_step(world: World, off: int, right: bool) -> None:
    app, _ = _set_up(world)
    code = app.at(world.now + timedelta(seconds=off))
    if right:
        assert security.pass_second_factor(_key(world), code, now=world.now).name == "fang.an"
    else:
        assert _refused(world, code).kind is Kind.FORBIDDEN


def test_used_code_and_any_older_one_are_refused(world: World) -> None:
    app, _ = _set_up(world)
    newer = app.at(world.now + timedelta(seconds=30))
    security.pass_second_factor(_key(world), newer, now=world.now)
    assert _refused(world, newer).kind is Kind.FORBIDDEN
    assert _refused(world, app.at(world.now)).kind is Kind.FORBIDDEN


def test_guesses_lock_the_account_even_with_the_right_password_between(world: World) -> None:
    app, _ = _set_up(world)
    for _ in range(5):
        security.sign_in("fang.an", PASSWORD, now=world.now)
        _refused(world, "000000")
    with pytest.raises(Refusal) as locked:
        security.pass_second_factor(_key(world), app.at(world.now), now=world.now)
    assert locked.value.kind is Kind.TOO_MANY


def test_right_password_alone_is_no_sign_in(world: World) -> None:
    app, _ = _set_up(world)
    security.sign_in("fang.an", PASSWORD, now=world.now)
    assert stream.timeline("account", _key(world))[-1].type == "PasswordAccepted"
    security.pass_second_factor(_key(world), app.at(world.now), now=world.now)
    assert stream.timeline("account", _key(world))[-1].type == "SignedIn"


def test_recovery_code_works_once_and_is_kept_as_a_hash(world: World) -> None:
    _, codes = _set_up(world)
    assert len(set(codes)) == 10
    kept = "".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert [code for code in codes if code.replace("-", "") in kept] == []

    security.pass_second_factor(_key(world), codes[3].upper(), now=world.now)
    assert _refused(world, codes[3]).kind is Kind.FORBIDDEN


def test_key_is_sealed_and_opens_for_no_other_account(world: World) -> None:
    made = security.begin_second_factor(_key(world), now=world.now)
    row = SecondFactor.objects.get()
    assert made.secret.encode() not in bytes(row.sealed)
    SecondFactor.objects.filter(pk=row.pk).update(account_id=_key(world, "shen.ji"))
    with pytest.raises(Refusal):
        security.pending_second_factor(_key(world, "shen.ji"))


def test_wrong_first_code_sets_up_nothing(world: World) -> None:
    security.begin_second_factor(_key(world), now=world.now)
    with pytest.raises(Refusal):
        security.confirm_second_factor(_key(world), "abcdef", now=world.now)
    assert queries.factor_step(_key(world), now=world.now) is FactorStep.NOTHING


def test_lost_app_is_taken_away_by_another_security_administrator(world: World) -> None:
    _set_up(world, "li.wen")
    security.remove_second_factor(_key(world, "li.wen"), actor=world.actor("fang.an"), now=world.now)
    assert queries.factor_step(_key(world, "li.wen"), now=world.now) is FactorStep.NOTHING
