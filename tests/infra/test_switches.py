"""Functions are turned on and off by dated rows with reasons, and every process hears of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gewu.infra import stream, switches
from gewu.infra.models import EventRow
from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import Actor, Relation, Standing
from tests.founded import statements

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ADMIN = Actor(
    "account:1",
    "管理员",
    (Standing("administrator", frozenset({"switches.manage"}), Relation.TERRITORY, ""),),
)


def _set(on: bool, *, actor: Actor = ADMIN, name: str = "suggest.matter", reason: str = "试运行评估") -> None:
    switches.set_switch(name, on, reason=reason, actor=actor, now=NOW)


def test_switch_stands_as_its_table_says_until_someone_decides() -> None:
    assert switches.is_on("suggest.matter")
    assert not switches.is_on("suggest.matter", default=False)
    assert not switches.is_on("something.of.another.subject", default=False)


def test_switch_turned_off_is_off_whatever_the_default_and_on_again() -> None:
    _set(False)
    assert not switches.is_on("suggest.matter", default=True)

    _set(True)
    assert switches.is_on("suggest.matter", default=False)


def test_every_change_leaves_a_dated_row_with_its_reason_and_an_event() -> None:
    _set(False)
    _set(True, reason="评估通过")

    told = EventRow.objects.filter(subject="switch").order_by("position")
    assert [(one.on, one.reason, one.at) for one in switches.history()] == [
        (True, "评估通过", NOW),
        (False, "试运行评估", NOW),
    ]
    assert [stream.at(row.position).data["on"] for row in told] == [0, 1]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"actor": Actor("account:2", "他人")}, Kind.FORBIDDEN),
        ({"name": "nothing"}, Kind.MISSING),
        ({"reason": "  "}, Kind.INVALID),
        ({"on": True}, Kind.CONFLICT),
    ],
)
def test_change_is_refused(changed: dict[str, object], kind: Kind) -> None:
    given = {"on": False, **changed}
    with pytest.raises(Refusal) as refused:
        _set(given.pop("on"), **given)

    assert refused.value.kind is kind
    assert switches.is_on("suggest.matter")


def test_asking_costs_no_statement_while_it_is_held() -> None:
    switches.is_on("suggest.matter")
    with statements() as counted:
        switches.is_on("suggest.matter")
    assert len(counted) == 0
