"""The door for pushed rows: signed, bounded, let in once, and each row answered by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from gewu.infra import connectors
from gewu.infra.connectors import signing
from gewu.infra.models import ConnectorRow
from tests.channels import meters
from tests.channels.meters import reading
from tests.founded import statements
from tests.world import World

pytestmark = pytest.mark.django_db
DOOR = "/channels/water/rows"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    meters.TAKEN.clear()
    yield


@pytest.fixture
def secret(world: World) -> str:
    row = meters.running(world)
    return connectors.rotate_secret(row.pk, actor=world.actor("qian.lei"), now=timezone.now())


_numbers = iter(range(10**9))


def push(
    secret: str, body: Any, *, at: timedelta = timedelta(), door: str = DOOR, **more: str
) -> HttpResponse:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = signing.signed([secret], f"m{next(_numbers)}", content, now=timezone.now() + at)
    return Client().post(door, content, content_type="application/json", headers={**headers, **more})


def test_rows_are_answered_one_by_one(secret: str) -> None:
    answer = push(secret, {"rows": [reading("A1"), reading("A2", "many"), reading("A1")]})
    assert answer.status_code == 200
    assert json.loads(answer.content) == {
        "taken": 1,
        "already": 1,
        "waiting": 1,
        "refused": 0,
        "rows": [
            {"line": 1, "outcome": "taken", "id": "A1"},
            {"line": 2, "outcome": "waiting", "id": "A2", "reason": "“读数”不是数字", "field": "reading"},
            {"line": 3, "outcome": "already", "id": "A1"},
        ],
    }
    assert json.loads(push(secret, reading("A3")).content)["taken"] == 1


def test_reasons_are_told_in_the_language_that_is_asked_for(secret: str) -> None:
    answer = push(secret, reading("A2", "many"), **{"Accept-Language": "en"})
    assert json.loads(answer.content)["rows"][0]["reason"] == "“Readings” is not a number"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"[1, 2]", 422),
        (b'"text"', 422),
        (b"\xff\xfe{}", 422),
        (b'{"rows": [NaN]}', 422),
        (b"[" * 100_000, 422),
        (b'{"rows": ' + b"[" * 50_000, 422),
        (b'{"a": "' + b"x" * (1024 * 1024) + b'"}', 413),
        (json.dumps({"rows": [{}] * 1001}).encode(), 413),
        (b'{"rows": [[], 1, null, "x"]}', 200),
        (b'{"id": "\\ud800", "value": 1}', 200),
        (b'{"id": "\\u0000", "value": 1}', 200),
        (b'{"id": "A", "value": 1e999}', 200),
        (json.dumps({"id": "A", "value": "9" * 5000}).encode(), 200),
    ],
)  # fmt: skip
def test_malformed_bodies_are_refused_in_words_and_take_nothing(
    secret: str, body: bytes, status: int
) -> None:
    answer = push(secret, body)
    assert answer.status_code == status, answer.content
    assert "title" in json.loads(answer.content) or json.loads(answer.content)["taken"] == 0
    assert not meters.TAKEN
    assert json.loads(push(secret, reading("A1")).content)["taken"] == 1


def test_unsigned_wrong_clock_and_replay_are_refused(secret: str) -> None:
    content = json.dumps(reading()).encode()
    headers = signing.signed([secret], "m-once", content, now=timezone.now())

    def post(**more: str) -> HttpResponse:
        return Client().post(DOOR, content, content_type="application/json", headers={**headers, **more})

    assert post(**{"webhook-signature": "v1,AAAA"}).status_code == 403
    assert [post().status_code for _ in range(2)] == [200, 409]
    for wrong in (timedelta(hours=-1), timedelta(hours=1)):
        answer = push(secret, reading("A2"), at=wrong)
        assert (answer.status_code, "时钟" in answer.content.decode()) == (403, True)
    assert len(meters.TAKEN) == 1


def test_unknown_connector_reads_like_a_wrong_signature(secret: str) -> None:
    known, unknown = push(signing.new_secret(), {}), push(secret, {}, door="/channels/nobody/rows")
    assert (known.status_code, unknown.status_code) == (403, 403)
    assert json.loads(known.content)["title"] == json.loads(unknown.content)["title"]


def test_paused_connector_takes_nothing(world: World, secret: str) -> None:
    row = connectors.named("water")
    connectors.take_step(row.pk, "pause", actor=world.actor("qian.lei"), now=world.now)
    answer = push(secret, reading())
    assert (answer.status_code, "没有启用" in answer.content.decode()) == (409, True)
    assert not ConnectorRow.objects.exists()


def test_only_a_post_is_answered(secret: str) -> None:
    assert Client().get(DOOR).status_code in (303, 405)


def test_forgers_are_not_listened_to_for_ever(secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gewu.channels.inbound.MOST_REFUSED", 3)
    statuses = [push(signing.new_secret(), {}).status_code for _ in range(5)]
    assert statuses == [403, 403, 403, 429, 429]


def test_rows_of_one_push_cost_few_statements_each(secret: str) -> None:
    def cost(rows: int) -> int:
        with statements() as counted:
            assert (
                push(secret, {"rows": [reading(f"N{next(_numbers)}") for _ in range(rows)]}).status_code
                == 200
            )
        return len(counted)

    few, many = cost(1), cost(21)
    assert (many - few) / 20 <= 6
