"""What the table of a case does not hold is refused in plain words, by page and API alike."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.test import Client

from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case
from gewu.security import actions as security
from tests.shells.visits import said, signed_in
from tests.world import World

EVENTS = sorted({step.event for step in CASE.steps})
GIVEN = {"reason": "看看能不能", "unit": "320111-sanitation", "result": "做了", "answer": "好了"}


def outside(state: str) -> Iterator[str]:
    """The events that have no row in this state."""
    inside = {step.event for step in CASE.steps_from(state)}
    yield from (event for event in EVENTS if event not in inside)


def at(world: World, state: str) -> Case:
    case = world.accepted()
    Case.objects.filter(pk=case.pk).update(state=state)
    return Case.objects.get(pk=case.pk)


@pytest.mark.parametrize("state", CASE.by_name)
def test_step_outside_the_table_is_refused_by_the_api(today: World, state: str) -> None:
    case = at(today, state)
    token = security.issue_token(today.accounts["zhou.min"], now=today.now)
    caller = Client(headers={"Authorization": f"Bearer {token}"})

    for event in outside(state):
        answer = caller.post(
            f"/api/v1/cases/{case.number}/steps/{event}", json.dumps(GIVEN), content_type="application/json"
        )
        assert answer.status_code == 409, event
        assert f"现为“{CASE.state(state).label}”，不能" in answer.json()["title"]
    assert Case.objects.get(pk=case.pk).state == state


@pytest.mark.parametrize("state", CASE.by_name)
def test_step_outside_the_table_is_refused_by_the_page(today: World, state: str) -> None:
    case = at(today, state)
    client, address = signed_in("zhou.min"), f"/desk/cases/{case.number}"
    seen = str(case.version)

    for event in outside(state):
        answer = client.post(f"{address}/steps/{event}", {"version": seen, **GIVEN})
        assert answer.status_code == 409, event
        assert f"现为“{CASE.state(state).label}”，不能" in said(answer)
    assert Case.objects.get(pk=case.pk).state == state
