"""A patrol by the API, as a telephone that was without a network brings it in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from gewu.cases.models import Case
from gewu.fieldwork.models import CheckIn, Finding, Record
from gewu.infra import rates
from tests.fieldwork.setting import running
from tests.shells.test_api import post, problem, signed_in
from tests.shells.test_api_desk import made
from tests.world import GRID, World

FIELD = "/api/v1/fieldwork"


@pytest.fixture(autouse=True)
def _its_own_count_and_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    rates.forget()
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    yield
    rates.forget()


def sent(client: Client, address: str, given: dict[str, Any], key: str) -> dict[str, Any]:
    """The same command twice, as a telephone sends it that got no answer: one answer."""
    status, header = (200 if "/steps/" in address else 201), {"Idempotency-Key": key}
    first, again = (made(post(client, address, given, **header), status) for _ in range(2))
    assert first == again
    return again


def test_patrol_made_without_a_network_arrives_once_with_the_times_at_which_it_was_made(world: World) -> None:
    running(world)
    phone = signed_in(world, "zhao.qiang")
    basics = made(phone.get(f"{FIELD}/basics"))
    assert [len(one["items"]) for one in basics["checklists"]] == [33, 84]
    (task,) = made(phone.get(f"{FIELD}/today"))["tasks"]
    assert (task["place"], [one["code"] for one in task["items"]]) == (GRID, ["X0102", "X0601", "X0701"])
    steps, began = f"{FIELD}/tasks/{task['id']}/steps", world.now
    stop = task["stops"][0]["id"]
    world.later(hours=30)  # the day is over when there is a network again
    phone = signed_in(world, "zhao.qiang")

    def at(minutes: int) -> str:
        return (began + timedelta(minutes=minutes)).isoformat()

    sent(phone, f"{steps}/start", {"made_at": at(1)}, "k1")
    seen = {"made_at": at(2), "at": {"stop": stop, "lon": 118.6025, "lat": 32.0575, "accuracy_m": 8}}
    sent(phone, f"{steps}/check_in", seen, "k2")
    looks = [{"stop": stop, "item": item} for item in ("X0102", "X0601")]
    sent(phone, f"{steps}/look", {"made_at": at(3), "looks": looks}, "k3")
    given = {"text": "井盖松动", "task": task["id"], "stop": stop, "item": "X0701", "made_at": at(4)}
    found = sent(phone, f"{FIELD}/findings", given, "k4")
    assert found["case"] == Case.objects.get().number
    ended = sent(phone, f"{steps}/finish", {"made_at": at(9), "answers": {"companions": 1}}, "k5")
    assert (ended["state"], ended["looks_done"], ended["found"]) == ("done", 3, 1)
    assert (CheckIn.objects.count(), Finding.objects.count(), Record.objects.count()) == (1, 1, 1)
    check_in = CheckIn.objects.get()
    assert (check_in.made_at - began, check_in.arrived_at) == (timedelta(minutes=2), world.now)
    (record,) = made(phone.get(f"{FIELD}/records?mine=true"))["records"]
    assert (record["form"], record["answers"]) == ("patrol_record", {"companions": 1})


def test_task_of_another_grid_is_not_there_and_someone_elses_step_is_refused(world: World) -> None:
    running(world)
    (task,) = made(signed_in(world, "zhao.qiang").get(f"{FIELD}/today"))["tasks"]
    address = f"{FIELD}/tasks/{task['id']}"
    assert made(signed_in(world, "sun.li").get(f"{FIELD}/today"))["tasks"] == []
    assert problem(signed_in(world, "sun.li").get(address), 404)
    assert problem(post(signed_in(world, "zheng.jun"), f"{address}/steps/start", {}), 403)
    assert problem(post(signed_in(world, "zhao.qiang"), f"{address}/steps/finish", {}), 409)
    assert problem(post(signed_in(world, "zhao.qiang"), f"{address}/steps/fly", {}), 404)
    assert problem(signed_in(world, "zhao.qiang").get(f"{FIELD}/tasks/{uuid4()}"), 404)


def test_free_record_is_kept_once(world: World) -> None:
    phone = signed_in(world, "zhao.qiang")
    given = {
        "form": "law_publicity",
        "place": GRID,
        "answers": {"topic": "反诈骗", "way": "入户", "people": 4},
    }
    made_record = sent(phone, f"{FIELD}/records", given, "r1")
    assert (made_record["duty"], Record.objects.count()) == ("G501", 1)
    wrong = post(phone, f"{FIELD}/records", {**given, "answers": {"topic": "反诈骗"}})
    assert problem(wrong, 422)["field"] == "way"
