"""What the table of a case does not hold is refused in plain words, by page and API alike."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.test import Client

from gewu.cases import actions as cases
from gewu.cases.actions import EvidenceGiven
from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case
from gewu.cases.queries import PICTURES
from gewu.catalogue import queries as catalogue
from gewu.notifications.models import Message
from gewu.security import actions as security
from gewu.security.actors import Actor, Relation, Standing
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


def test_every_class_of_the_catalogue_goes_from_report_to_closing(today: World) -> None:
    on = catalogue.day_of(today.now)
    done = [_settled(today, matter.code) for matter in catalogue.all_matters(on)]
    assert (len(done), set(done)) == (164, {"closed"})


def _settled(world: World, matter: str) -> str:
    """One class on the ordinary way, its evidence a picture or a written record as it asks."""
    case = world.accepted(matter=matter)
    standing = Standing("handler", frozenset({"cases.handle"}), Relation.UNIT, "", case.lead_path)
    handler = Actor("account:of-the-office", "承办人", (standing,))
    needed = catalogue.matter(matter, on=catalogue.day_of(world.now)).evidence
    evidence = tuple(
        world.photo(token) if token in PICTURES else EvidenceGiven(token, text="已按规定办理")
        for token in needed
        if token != "location"
    )
    cases.take(case.number, "sign_for", actor=handler, now=world.now)
    cases.take(case.number, "report_done", actor=handler, now=world.now, result="办好了", evidence=evidence)
    world.step(case, "begin_check", "zhao.qiang")
    return world.step(case, "close", "zhao.qiang", answer="已办好").state


def test_what_did_not_reach_the_reporter_is_shown_to_staff(today: World) -> None:
    case = today.accepted()
    today.settle()
    Message.objects.filter(event="ReportAccepted").update(sent_at=None, error="ConnectionRefusedError")

    page = said(signed_in("zhou.min").get(f"/desk/cases/{case.number}"))
    assert "有 1 封告知反映人的邮件没有送达" in page
