"""Connectors: each row once, bad rows wait with reasons and stop nothing, corrected ones are taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gewu.infra import connectors, sealing
from gewu.infra.connectors import Answer, outgoing, overview, queue, retention, signing
from gewu.infra.connectors.mapping import Rule, mapped, rules_of
from gewu.infra.lifecycle import CONNECTOR
from gewu.infra.models import Connector, ConnectorRow, ConnectorSecret, EventRow, Outgoing, OutsideId
from gewu.infra.stream import Told
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.channels import meters
from tests.channels.meters import reading
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    for kept in (meters.TAKEN, meters.SENT, meters.ANSWERS):
        kept.clear()
    yield


def outcomes(found: connectors.Outcome) -> list[str]:
    return [one.outcome for one in found.results]


@pytest.mark.both_databases
def test_good_rows_are_taken_and_bad_ones_wait_with_their_reasons(world: World) -> None:
    row = meters.running(world)
    found = connectors.take(
        row.pk,
        [
            reading("A1", leak="L", at="2026-03-01 08:00:00", holder={"name": "张三"}),
            reading("A2", "many"),
            reading("A3", -2),
            {"id": "A4"},
            reading("A5", leak="?"),
            reading("A6", note="bug"),
            reading("A7", note="face"),
            "no row",
            reading("A8", "4", note="x" * 40_000),
            reading("A9", 7, at="morgen"),
            reading("B1", 8),
        ],
        way="push",
        now=world.now,
    )
    assert outcomes(found) == ["taken", *["waiting"] * 5, "refused", "refused", "refused", "waiting", "taken"]
    assert [one["number"] for one in meters.TAKEN] == ["A1", "B1"]
    assert (meters.TAKEN[0]["leaking"], meters.TAKEN[0]["owner"]) == (True, "张三")
    assert meters.TAKEN[0]["read_at"].isoformat() == "2026-03-01T08:00:00+08:00"
    waits = {one.outside_id: str(one.reason) for one in queue.waiting(row.pk).rows}
    assert waits == {
        "A2": "“读数”不是数字",
        "A3": "读数“…”不能为负",
        "A4": "缺少“读数”",
        "A5": "“是否漏水”不是“是”或“否”",
        "A6": "处理这一行时出错（…）",
        "A9": "“抄表时间”不是时间",
    }
    kept = Connector.objects.get(pk=row.pk)
    assert (kept.taken, kept.refused, kept.well_at) == (2, 9, world.now)


def test_nothing_of_a_row_that_must_not_come_is_kept(world: World) -> None:
    row = meters.running(world)
    connectors.take(row.pk, [reading("A7", note="face")], way="push", now=world.now)
    assert not ConnectorRow.objects.exists()
    assert not OutsideId.objects.exists()


@pytest.mark.both_databases
def test_number_is_taken_once(world: World) -> None:
    row = meters.running(world)
    first = connectors.take(row.pk, [reading("A1"), reading("A1")], way="push", now=world.now)
    again = connectors.take(row.pk, [reading("A1"), reading("A1", 99)], way="push", now=world.now)
    assert (outcomes(first), outcomes(again)) == (["taken", "already"], ["already", "waiting"])
    assert "已收过，内容不同" in str(again.results[1].reason)
    assert len(meters.TAKEN) == 1
    assert connectors.outside_id_of(first.results[0].record.id)[0] == (row.pk, "A1")


def test_number_belongs_to_its_own_system(world: World) -> None:
    for code in ("water", "gas"):
        row = meters.running(world, code)
        assert outcomes(connectors.take(row.pk, [reading("A1")], way="push", now=world.now)) == ["taken"]


def test_content_of_a_waiting_row_is_sealed_and_erased_when_it_is_settled(world: World) -> None:
    row = meters.running(world)
    connectors.take(row.pk, [reading("A2", "many", holder={"name": "张三丰"})], way="push", now=world.now)
    waits = ConnectorRow.objects.get()
    assert "张三丰".encode() not in bytes(waits.sealed)
    opened = queue.opened(waits.pk, actor=world.actor("li.wen"))
    assert (opened.values["owner"], opened.values["reading"]) == ("张三丰", "many")
    result = connectors.correct(waits.pk, {"reading": "8"}, actor=world.actor("li.wen"), now=world.now)
    waits.refresh_from_db()
    assert (result.outcome, waits.state, bytes(waits.sealed)) == ("taken", "taken", b"")
    assert "张三丰" not in "".join(EventRow.objects.values_list("data", flat=True))


def test_corrected_row_goes_on_waiting_with_what_was_typed(world: World) -> None:
    row = meters.running(world)
    connectors.take(row.pk, [reading("", "many")], way="push", now=world.now)
    waits, clerk = ConnectorRow.objects.get(), world.actor("li.wen")
    assert connectors.correct(waits.pk, {"reading": "8"}, actor=clerk, now=world.now).outcome == "waiting"
    opened = queue.opened(waits.pk, actor=clerk)
    assert (opened.values["reading"], str(opened.waiting.reason)) == ("8", "缺少“编号”")
    assert connectors.correct(waits.pk, {"number": "A2"}, actor=clerk, now=world.now).outcome == "taken"
    with pytest.raises(Refusal, match="已经处理过"):
        connectors.correct(waits.pk, {"number": "A3"}, actor=clerk, now=world.now)


def test_same_bad_row_waits_once_and_not_again_after_it_was_corrected(world: World) -> None:
    row = meters.running(world)
    bad = reading("A2", "many")
    for _ in range(3):
        connectors.take(row.pk, [bad], way="push", now=world.now)
    waits = ConnectorRow.objects.get()
    assert waits.tries == 3
    connectors.correct(waits.pk, {"reading": "8"}, actor=world.actor("li.wen"), now=world.now)
    assert outcomes(connectors.take(row.pk, [bad], way="push", now=world.now)) == ["already"]


def test_row_sent_again_in_good_order_ends_the_wait(world: World) -> None:
    row = meters.running(world)
    connectors.take(row.pk, [reading("A2", "many")], way="push", now=world.now)
    connectors.take(row.pk, [reading("A2", "8")], way="push", now=world.now)
    waits = ConnectorRow.objects.get()
    assert (waits.state, bytes(waits.sealed)) == ("taken", b"")


@pytest.mark.both_databases
def test_better_mapping_takes_all_that_waits(world: World) -> None:
    row = meters.running(world)
    rows = [{"id": f"A{n}", "amount": n} for n in range(5)] + [reading("B", -1)]
    connectors.take(row.pk, rows, way="push", now=world.now)
    better = [
        Rule(one.field, "amount" if one.field == "reading" else one.source) for one in rules_of(row.mapping)
    ]
    with pytest.raises(Refusal, match="没有管理对接的权限"):
        connectors.revise_mapping(row.pk, better, actor=world.actor("li.wen"), now=world.now)
    connectors.revise_mapping(row.pk, better, actor=world.actor("qian.lei"), now=world.now)
    found = connectors.retry(row.pk, actor=world.actor("li.wen"), now=world.now)
    assert sorted(outcomes(found)) == ["taken"] * 5 + ["waiting"]
    assert [str(one.reason) for one in queue.waiting(row.pk).rows] == ["缺少“读数”"]


def test_dropped_row_needs_a_reason_and_leaves_its_trace(world: World) -> None:
    row = meters.running(world)
    connectors.take(row.pk, [reading("A2", "many")], way="push", now=world.now)
    key = ConnectorRow.objects.get().pk
    with pytest.raises(Refusal, match="写明原因"):
        connectors.drop(key, reason=" ", actor=world.actor("li.wen"), now=world.now)
    connectors.drop(key, reason="对方误发", actor=world.actor("li.wen"), now=world.now)
    assert not queue.waiting(row.pk).rows
    assert EventRow.objects.filter(type="ConnectorRowSettled").count() == 1


def test_only_who_works_in_the_place_sees_what_waits(world: World) -> None:
    row = meters.running(world)
    connectors.take(row.pk, [reading("A2", "many")], way="push", now=world.now)
    key = ConnectorRow.objects.get().pk
    for name in ("qian.lei", "chen.guoping", "shen.ji"):
        with pytest.raises(Refusal, match="没有更正") as refused:
            queue.opened(key, actor=world.actor(name))
        assert refused.value.kind is Kind.FORBIDDEN


def test_what_waits_too_long_is_erased(world: World) -> None:
    row = meters.running(world)
    connectors.take(row.pk, [reading("A2", "many")], way="push", now=world.now)
    retention.sweep(world.now + timedelta(days=89))
    assert ConnectorRow.objects.get().state == "waiting"
    retention.sweep(world.now + timedelta(days=91))
    kept = ConnectorRow.objects.get()
    assert (kept.state, bytes(kept.sealed)) == ("dropped", b"")


def test_too_many_rows_and_a_connector_that_does_not_run_are_refused(world: World) -> None:
    row = meters.declared(world)
    with pytest.raises(Refusal, match="没有启用"):
        connectors.take(row.pk, [reading()], way="push", now=world.now)
    with pytest.raises(Refusal, match="一次最多"):
        connectors.take(row.pk, [reading()] * 1001, way="push", now=world.now)


@pytest.mark.parametrize(
    ("event", "state"), [(s.event, t.name) for s in CONNECTOR.steps for t in CONNECTOR.states]
)
def test_every_step_in_every_state(world: World, event: str, state: str) -> None:
    row = meters.declared(world)
    Connector.objects.filter(pk=row.pk).update(state=state)
    steps = [one for one in CONNECTOR.steps_from(state) if one.event == event]
    if steps and steps[0].by == "integrator":
        taken = connectors.take_step(row.pk, event, actor=world.actor("qian.lei"), now=world.now)
        assert taken.state == steps[0].to
        return
    with pytest.raises(Refusal):
        connectors.take_step(row.pk, event, actor=world.actor("qian.lei"), now=world.now)


def test_system_that_fails_three_times_is_down_until_it_works(world: World) -> None:
    row = meters.running(world)
    for _ in range(3):
        assert not overview.standing("water").down
        connectors.note_ill(row.pk, "silent", now=world.now)
    assert overview.standing("water").down
    assert str(overview.standing("water").fault) == "没有应答"
    connectors.note_well(row.pk, now=world.later(minutes=1))
    found = overview.standing("water")
    assert (found.down, found.fault, found.failures) == (False, None, 0)
    told = list(EventRow.objects.filter(subject_id=row.pk).order_by("seq").values_list("type", flat=True))
    assert told[-2:] == ["ConnectorFailed", "ConnectorRecovered"]


def test_declaring_refuses_what_cannot_be(world: World) -> None:
    for wrong, sentence in (
        ({"code": "Water!"}, "代码不合规"),
        ({"purpose_zh": " "}, "名称和用途"),
        ({"options": {}}, "缺少“街道”"),
        ({"mapping": ({"field": "colour", "source": "c"},)}, "没有声明"),
        ({"mapping": ({"field": "number", "source": "id"},)}, "必填字段“读数”"),
        ({"mapping": ({"field": "number", "source": "a"}, {"field": "number", "source": "b"})}, "对应了两次"),
    ):
        with pytest.raises(Refusal, match=sentence):
            meters.declared(world, **{"code": "water", **wrong})
    meters.declared(world)
    with pytest.raises(Refusal, match="已被使用"):
        meters.declared(world)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
ROWS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(["id", "value", "at", "holder", "leak", "note"])


def test_no_row_whatever_it_is_stops_the_good_ones(world: World) -> None:
    row = meters.running(world)
    seen = iter(range(10**6))

    @given(st.lists(ROWS | st.dictionaries(FIELDS, ROWS, max_size=6), max_size=4))
    def fed(rows: list[Any]) -> None:
        number = f"G{next(seen)}"
        found = connectors.take(row.pk, [*rows, reading(number)], way="push", now=world.now)
        assert (len(found.results), found.results[-1].outcome) == (len(rows) + 1, "taken")

    fed()


@given(st.dictionaries(st.text(max_size=5), ROWS, max_size=4), st.text(max_size=12))
def test_mapping_takes_any_row_and_any_path(row: dict[str, Any], path: str) -> None:
    found = mapped(row, [Rule("note", path, fixed="x")])
    assert set(found) == {"note"}


# signatures


def secret_of(world: World, row: Connector) -> str:
    return connectors.rotate_secret(row.pk, actor=world.actor("qian.lei"), now=world.now)


def test_signed_request_is_let_in_once(world: World) -> None:
    row = meters.running(world)
    headers = signing.signed([secret_of(world, row)], "m1", b"{}", now=world.now)
    connectors.admit(row.pk, headers, b"{}", now=world.now)
    with pytest.raises(Refusal, match="已经收过"):
        connectors.admit(row.pk, headers, b"{}", now=world.later(minutes=4))


@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24 * 400, -60 * 24 * 400])
def test_wrong_clock_is_named(world: World, minutes: int) -> None:
    row = meters.running(world)
    at = world.now + timedelta(minutes=minutes)
    headers = signing.signed([secret_of(world, row)], "m1", b"{}", now=at)
    with pytest.raises(Refusal, match="相差超过 5 分钟"):
        connectors.admit(row.pk, headers, b"{}", now=world.now)


def test_anything_changed_is_not_signed(world: World) -> None:
    row, other = meters.running(world), meters.running(world, "gas")
    good = signing.signed([secret_of(world, row)], "m1", b"{}", now=world.now)
    for headers, body in (
        ({}, b"{}"),
        (good, b"{ }"),
        ({**good, "webhook-id": "m2"}, b"{}"),
        ({**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)}, b"{}"),
        ({**good, "webhook-timestamp": "9" * 400}, b"{}"),
        ({**good, "webhook-signature": "v1,"}, b"{}"),
        ({**good, "webhook-signature": "v1,签名 v2,x"}, b"{}"),
        ({**good, "webhook-id": "x" * 200}, b"{}"),
        (signing.signed([secret_of(world, other)], "m1", b"{}", now=world.now), b"{}"),
    ):
        with pytest.raises(Refusal, match="没有签名，或签名不对"):
            connectors.admit(row.pk, headers, body, now=world.now)


def test_secret_before_is_good_for_a_day_more(world: World) -> None:
    row = meters.running(world)
    old = secret_of(world, row)
    world.later(minutes=1)
    new = secret_of(world, row)
    for n, secret in enumerate((old, new)):
        headers = signing.signed([secret], f"m{n}", b"", now=world.now)
        connectors.admit(row.pk, headers, b"", now=world.now)
    world.later(hours=25)
    with pytest.raises(Refusal, match="签名不对"):
        connectors.admit(row.pk, signing.signed([old], "m9", b"", now=world.now), b"", now=world.now)
    assert connectors.secrets_of(row.pk, now=world.now) == (new,)


def test_secret_is_kept_sealed_and_follows_a_rotation_of_keys(
    world: World, tmp_path: Any, settings: Any
) -> None:
    settings.VAULT_KEYS = tmp_path / "vault.json"
    row = meters.running(world)
    secret = secret_of(world, row)
    connectors.take(row.pk, [reading("A2", "many")], way="push", now=world.now)
    assert secret.encode() not in bytes(ConnectorSecret.objects.get().sealed)
    for _ in security.reseal(actor=operator(), now=world.now):
        pass
    assert (
        {ConnectorSecret.objects.get().key, ConnectorRow.objects.get().key}
        == {sealing.newest_key()}
        == {"k2"}
    )
    sealing.drop_keys({"k1"})
    assert connectors.secrets_of(row.pk, now=world.now) == (secret,)
    assert (
        queue.opened(ConnectorRow.objects.get().pk, actor=world.actor("li.wen")).values["reading"] == "many"
    )


# outgoing


def told(world: World, position: int = 1) -> Told:
    return Told(position, "case", new_id(), 1, "CaseClosed", "clock", world.now, {}, {})


def owed(
    world: World, row: Connector, position: int = 1, record: UUID | None = None, rank: int = 0
) -> Outgoing:
    given = {"record_id": record or new_id(), "body": json.dumps({"n": position}), "rank": rank}
    connectors.owe(row.pk, told(world, position), topic="closed", now=world.now, **given)
    return Outgoing.objects.get(position=position)


def test_message_is_owed_once_and_sent(world: World) -> None:
    row, record = meters.running(world), new_id()
    for _ in range(3):
        owed(world, row, 7, record)
    assert outgoing.sweep(world.now) == 1
    assert outgoing.sweep(world.now) == 0
    kept = Outgoing.objects.get()
    assert (kept.state, kept.sent_at, kept.answer, len(meters.SENT)) == ("sent", world.now, 200, 1)


@pytest.mark.both_databases
def test_what_concerns_one_record_leaves_in_the_order_it_happened(world: World) -> None:
    row, record = meters.running(world), new_id()
    last = owed(world, row, 11, record, rank=1)
    first = owed(world, row, 12, record)
    other = owed(world, row, 13)
    meters.ANSWERS.extend([Answer("silent"), Answer(status=200)])
    outgoing.sweep(world.later(seconds=2))
    assert [first.pk, other.pk] == meters.SENT
    for _ in range(2):
        outgoing.sweep(world.later(minutes=1))
    assert [first.pk, other.pk, first.pk, last.pk] == meters.SENT


def test_message_is_tried_later_and_later_and_given_up_to_a_person(world: World) -> None:
    row = meters.running(world)
    message = owed(world, row)
    pauses = []
    for n in range(len(outgoing.RETRIES) + 1):
        meters.ANSWERS.append(Answer("silent"))
        assert outgoing.sweep(world.now) == 1, n
        message.refresh_from_db()
        if message.due_at:
            pauses.append(message.due_at - world.now)
            assert outgoing.sweep(message.due_at - timedelta(seconds=1)) == 0
            world.now = message.due_at
    assert all(first <= later for first, later in pairwise(pauses))
    assert (message.state, message.tries, message.due_at) == ("given_up", 12, None)
    assert Connector.objects.get(pk=row.pk).state == "failing"
    outgoing.send_again(message.pk, actor=world.actor("qian.lei"), now=world.now)
    outgoing.sweep(world.now)
    message.refresh_from_db()
    assert (message.state, set(meters.SENT)) == ("sent", {message.pk})
    assert Connector.objects.get(pk=row.pk).state == "running"


def test_paused_connector_keeps_what_it_owes(world: World) -> None:
    row = meters.running(world)
    message = owed(world, row)
    connectors.take_step(row.pk, "pause", actor=world.actor("qian.lei"), now=world.now)
    assert outgoing.sweep(world.later(days=3)) == 0
    connectors.take_step(row.pk, "start", actor=world.actor("qian.lei"), now=world.now)
    assert outgoing.sweep(world.now) == 1
    message.refresh_from_db()
    assert message.state == "sent"


def test_refusal_for_good_is_not_tried_again(world: World) -> None:
    row = meters.running(world)
    message = owed(world, row)
    meters.ANSWERS.append(Answer("refused", 410, final=True))
    outgoing.sweep(world.now)
    message.refresh_from_db()
    assert (message.state, message.answer) == ("given_up", 410)
    assert (
        outgoing.send_again_since(
            row.pk, world.now - timedelta(hours=1), actor=world.actor("qian.lei"), now=world.now
        )
        == 1
    )
    with pytest.raises(Refusal, match="没有管理对接的权限"):
        outgoing.send_again(message.pk, actor=world.actor("li.wen"), now=world.now)
