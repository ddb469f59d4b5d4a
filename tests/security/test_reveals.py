"""Seeing who reported: reason, second person, once, for a limited time, with a record and an alarm."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest

from gewu.infra import stream
from gewu.infra.models import EventRow
from gewu.intake import actions as intake
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications.models import Message
from gewu.security import actions as security
from gewu.security import queries, vault
from gewu.security.actors import Actor, operator
from gewu.security.models import Identity, Reveal
from tests.world import COUNTY, PASSWORD, World

REASON = "电话核实地址，居民要求回电"


@pytest.fixture
def officer(world: World) -> Actor:
    """The one who answers for identities in the county."""
    account = security.open_account("privacy", "顾全", PASSWORD, actor=operator(), now=world.now)
    security.give_role(account, "privacy_officer", actor=operator(), now=world.now, place=COUNTY)
    world.accounts["privacy"] = account
    return world.actor("privacy")


def _ask(world: World, by: str = "chen.guoping", reason: str = REASON) -> UUID:
    report = Report.objects.order_by("-received_at").first()
    return intake.ask_identity(report.pk, reason=reason, actor=world.actor(by), now=world.now)


def _kind(deed: object) -> Kind:
    with pytest.raises(Refusal) as refused:
        deed()  # type: ignore[operator]  # a plain call
    return refused.value.kind


def test_handler_sees_it_once_after_a_second_person_agreed(world: World, officer: Actor) -> None:
    world.case_at("handling")
    asked = _ask(world)
    handler = world.actor("chen.guoping")
    assert _kind(lambda: security.reveal(asked, actor=handler, now=world.now)) is Kind.FORBIDDEN

    security.decide_reveal(asked, True, reason="", actor=officer, now=world.now)
    assert security.reveal(asked, actor=handler, now=world.now) == vault.Contact(
        "张三", "13800138000", "zhang@example.org"
    )
    assert _kind(lambda: security.reveal(asked, actor=handler, now=world.now)) is Kind.FORBIDDEN


def test_every_step_is_told_and_the_responsible_office_hears(world: World, officer: Actor) -> None:
    world.case_at("handling")
    asked = _ask(world)
    security.decide_reveal(asked, True, reason="理由充分", actor=officer, now=world.now)
    security.reveal(asked, actor=world.actor("chen.guoping"), now=world.now)
    world.settle()

    told = stream.timeline("reveal", asked)
    assert [one.type for one in told] == ["RevealAsked", "RevealGranted", "IdentityRevealed"]
    assert told[0].words == {"reason": REASON}
    heard = Message.objects.filter(account=world.accounts["privacy"]).values_list("event", flat=True)
    assert set(heard) == {"RevealAsked", "IdentityRevealed"}
    assert Message.objects.filter(account=world.accounts["chen.guoping"], event="RevealGranted").exists()


def test_no_event_and_no_message_holds_who_it_was(world: World, officer: Actor) -> None:
    world.case_at("handling")
    asked = _ask(world)
    security.decide_reveal(asked, True, reason="", actor=officer, now=world.now)
    security.reveal(asked, actor=world.actor("chen.guoping"), now=world.now)
    world.settle()
    kept = [*EventRow.objects.filter(subject="reveal").values_list("data", flat=True)]
    kept += Message.objects.filter(account__isnull=False).values_list("text_zh", flat=True)
    assert [text for text in kept if "张三" in text or "13800138000" in text] == []


def test_nobody_decides_their_own_request(world: World, officer: Actor) -> None:
    world.case_at("handling")
    asked = _ask(world)
    Reveal.objects.filter(pk=asked).update(asked_by=world.accounts["privacy"])
    assert (
        _kind(lambda: security.decide_reveal(asked, True, reason="", actor=officer, now=world.now))
        is Kind.FORBIDDEN
    )


def test_only_who_may_decides_and_a_no_needs_its_reason(world: World, officer: Actor) -> None:
    world.case_at("handling")
    asked = _ask(world)
    for name in ("zhou.min", "zheng.jun", "fang.an", "qian.lei"):
        other = world.actor(name)
        assert (
            _kind(partial(security.decide_reveal, asked, True, reason="", actor=other, now=world.now))
            is Kind.MISSING
        )
    assert (
        _kind(lambda: security.decide_reveal(asked, False, reason=" ", actor=officer, now=world.now))
        is Kind.INVALID
    )
    security.decide_reveal(asked, False, reason="不必要", actor=officer, now=world.now)
    assert (
        _kind(lambda: security.reveal(asked, actor=world.actor("chen.guoping"), now=world.now))
        is Kind.FORBIDDEN
    )
    assert (
        _kind(lambda: security.decide_reveal(asked, True, reason="", actor=officer, now=world.now))
        is Kind.CONFLICT
    )


def test_consent_and_request_run_out(world: World, officer: Actor) -> None:
    world.case_at("handling")
    asked = _ask(world)
    security.decide_reveal(asked, True, reason="", actor=officer, now=world.now)
    world.later(minutes=31)
    assert (
        _kind(lambda: security.reveal(asked, actor=world.actor("chen.guoping"), now=world.now))
        is Kind.FORBIDDEN
    )

    again = _ask(world)
    world.later(days=3)
    assert (
        _kind(lambda: security.decide_reveal(again, True, reason="", actor=officer, now=world.now))
        is Kind.CONFLICT
    )
    assert queries.reveals_to_decide(officer, now=world.now).rows == ()


def test_consent_is_for_the_one_who_asked(world: World, officer: Actor) -> None:
    world.case_at("handling")
    asked = _ask(world)
    security.decide_reveal(asked, True, reason="", actor=officer, now=world.now)
    for name in ("zhou.min", "wu.kai"):
        other = world.actor(name)
        assert _kind(partial(security.reveal, asked, actor=other, now=world.now)) is Kind.MISSING


@pytest.mark.parametrize("name", ["wu.kai", "qian.lei", "fang.an", "shen.ji", "ma.jianguo"])
def test_who_does_not_see_the_matter_or_has_no_right_cannot_ask(
    world: World, officer: Actor, name: str
) -> None:
    """The office of another matter, the three administrators, and a leader who reads but may not ask."""
    world.case_at("handling")
    assert _kind(lambda: _ask(world, by=name)) in (Kind.MISSING, Kind.FORBIDDEN)


def test_request_needs_a_reason_and_stands_once(world: World, officer: Actor) -> None:
    world.case_at("handling")
    assert _kind(lambda: _ask(world, reason="看看")) is Kind.INVALID
    _ask(world)
    assert _kind(lambda: _ask(world)) is Kind.CONFLICT


def test_many_within_the_hour_raise_an_alarm_to_the_security_administrator(
    world: World, officer: Actor
) -> None:
    for _ in range(5):
        world.report()
        asked = _ask(world, by="li.wen")
        security.decide_reveal(asked, True, reason="", actor=officer, now=world.now)
        security.reveal(asked, actor=world.actor("li.wen"), now=world.later(minutes=5))
        assert not EventRow.objects.filter(type="RevealAlarmRaised").exists() or _ == 4
    world.settle()
    (alarm,) = Message.objects.filter(account=world.accounts["fang.an"])
    assert alarm.text_zh == "李雯一小时内查看反映人身份 5 次，请核实。"


def test_deleted_identity_cannot_be_seen(world: World, officer: Actor) -> None:
    world.case_at("handling")
    asked = _ask(world)
    security.decide_reveal(asked, True, reason="", actor=officer, now=world.now)
    Identity.objects.all().delete()
    assert (
        _kind(lambda: security.reveal(asked, actor=world.actor("chen.guoping"), now=world.now))
        is Kind.MISSING
    )
