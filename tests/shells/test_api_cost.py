"""How many statements a call of the API costs, warm. BEGIN, COMMIT and savepoints are not counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from gewu.infra import rates
from gewu.security import actions as security
from tests.founded import statements
from tests.world import World

SPOT = {"lon": 118.6025, "lat": 32.0575}


@pytest.fixture(autouse=True)
def _its_own_count_and_clock(shared_world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    rates.forget()
    monkeypatch.setattr(timezone, "now", lambda: shared_world.now)
    yield
    rates.forget()


def signed_in(world: World, name: str) -> Client:
    token = security.issue_token(world.accounts[name], now=world.now)
    return Client(headers={"Authorization": f"Bearer {token}"})


def cost(client: Client, path: str, body: dict[str, Any] | None = None, *, status: int) -> list[str]:
    """The statements of one call."""
    with statements() as sent:
        if body is None:
            answer = client.get(path)
        else:
            answer = client.post(path, json.dumps(body), content_type="application/json")
    assert answer.status_code == status, answer.content
    return sent.sql


def test_anonymous_report_costs_at_most_twelve_statements() -> None:
    def send(n: int) -> list[str]:
        contact = {"name": "张三", "phone": "13800138000"}
        body = {"text": f"第{n}处井盖不见了", "contact": contact, **SPOT}
        return cost(Client(headers={"Idempotency-Key": f"k-{n}"}), "/api/v1/reports", body, status=201)

    send(1)
    sent = send(2)
    assert len(sent) <= 12, "\n".join(sent)


def test_report_that_is_dispatched_at_once_costs_at_most_twelve_statements(shared_world: World) -> None:
    client = signed_in(shared_world, "li.wen")

    def send(n: int) -> list[str]:
        body = {"text": f"第{n}处井盖不见了", "matter_code": "C0101", **SPOT}
        return cost(client, "/api/v1/desk/reports", body, status=201)

    send(1)
    sent = send(2)
    assert len(sent) <= 12, "\n".join(sent)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_case_list_costs_at_most_eight_statements_however_long(shared_world: World, count: int) -> None:
    for n in range(count):
        shared_world.accepted(shared_world.report(f"第{n}处井盖不见了"))
    client = signed_in(shared_world, "zhou.min")
    cost(client, "/api/v1/cases", status=200)
    sent = cost(client, "/api/v1/cases", status=200)
    assert len(sent) <= 8, "\n".join(sent)


@pytest.mark.parametrize(
    ("stage", "by", "event"),
    [
        ("accepted", "chen.guoping", "sign_for"),
        ("handled", "zhao.qiang", "begin_check"),
        ("checking", "zhao.qiang", "close"),
    ],
)
def test_step_costs_at_most_twelve_statements(shared_world: World, stage: str, by: str, event: str) -> None:
    client = signed_in(shared_world, by)
    numbers = [shared_world.case_at(stage).number for _ in range(2)]
    given = {"answer": "井盖已更换。"} if event == "close" else {}
    paths = [f"/api/v1/cases/{number}/steps/{event}" for number in numbers]
    cost(client, paths[0], given, status=200)
    sent = cost(client, paths[1], given, status=200)
    assert len(sent) <= 12, "\n".join(sent)
