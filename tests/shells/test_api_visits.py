"""Visits and the way of patrols over the API, as a telephone sends them when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from gewu.fieldwork.models import Finding
from gewu.infra import rates
from tests.fieldwork.setting import first_task, running, step
from tests.shells.test_api import post, signed_in
from tests.world import GRID, World

HERE = {"lon": 118.6025, "lat": 32.0575, "accuracy_m": 8}


@pytest.fixture(autouse=True)
def _its_own_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    rates.forget()
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    yield
    rates.forget()


def test_a_visit_made_offline_arrives_once_with_its_cases(world: World) -> None:
    made_at = world.now
    world.later(hours=20)
    client = signed_in(world, "zhao.qiang")
    given = {
        "kind": "visit", "place": GRID, "at": HERE, "made_at": made_at.isoformat(),
        "answers": {"hazards": "楼道堆物", "note": "入户两家"}, "noted": {"hazards": {"matter": "H0106"}},
    }  # fmt: skip
    key = {"Idempotency-Key": "phone-7"}
    first = post(client, "/api/v1/fieldwork/visits", given, **key)
    assert first.status_code == 201, first.content
    [noted] = first.json()["noted"]
    assert (noted["part"], noted["matter"]) == ("hazards", "H0106")
    assert noted["number"]
    assert post(client, "/api/v1/fieldwork/visits", given, **key).json()["id"] == first.json()["id"]
    assert Finding.objects.count() == 1
    stranger = signed_in(world, "sun.li")
    assert post(stranger, "/api/v1/fieldwork/visits", given).status_code == 403


def test_positions_are_taken_in_batches_of_an_opened_patrol_only(world: World) -> None:
    task, client = first_task(running(world)), signed_in(world, "zhao.qiang")
    address = f"/api/v1/fieldwork/tasks/{task.pk}/positions"
    points = [
        {**HERE, "lat": 32.0575 + n * 0.0002, "at": (world.now + timedelta(seconds=20 * n)).isoformat()}
        for n in range(9)
    ]
    batch = {"id": str(uuid4()), "points": points}
    assert post(client, address, batch).status_code == 409
    step(world, task, "start")
    world.later(minutes=10)
    for _ in range(2):
        answer = post(client, address, batch)
        assert (answer.status_code, answer.json()) == (201, {"kept": 9, "marked": 0, "refused": 0})
    assert post(client, address, {**batch, "points": []}).status_code == 422
    assert post(signed_in(world, "sun.li"), address, {**batch, "id": str(uuid4())}).status_code == 403
    day = client.get("/api/v1/fieldwork/own-day").json()
    assert day == {"walked_min": 10, "left_min": 470, "rest_due": False, "full": False}
