"""The API under requests made up from its own description: no fault, and every no is a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance

from gewu.cases.lifecycle import CASE
from gewu.infra import rates
from gewu.intake.models import Report
from gewu.security import actions as security
from tests.world import COUNTY, World

#: Nobody, who takes reports down, who handles cases.
WHO = ("", "li.wen", "chen.guoping")
EVENTS = sorted({step.event for step in CASE.steps})


def described() -> Any:
    """Our own description, as a caller reads it from the platform."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


OPERATIONS = {one.ok().label: one.ok() for one in described().get_all_operations()}


@pytest.fixture(autouse=True)
def _clock_of_the_world(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    yield
    rates.forget()


@pytest.fixture
def known(world: World) -> dict[str, str]:
    """A case and a report that stand in the database, so that not every made-up address leads nowhere."""
    case = world.accepted()
    code = Report.objects.get(case=case).progress_code
    return {"number": case.number, "progress_code": code, "code": f"{COUNTY}-water_supply"}


def headers_of(world: World, who: str) -> dict[str, str]:
    if not who:
        return {}
    return {"Authorization": f"Bearer {security.issue_token(world.accounts[who], now=world.now)}"}


def is_document(response: Any) -> None:
    """Refuse an answer below 200 or from 300 on that is not a problem document."""
    assert response.headers["content-type"] == ["application/problem+json"], response.content
    body = response.json()
    assert (body["type"], body["status"]) == ("about:blank", response.status_code)
    assert body["title"]


@pytest.mark.parametrize("who", WHO, ids=("anyone", "acceptor", "handler"))
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_whatever_is_sent_is_answered_as_declared_or_refused_as_a_document(
    label: str, who: str, world: World, known: dict[str, str]
) -> None:
    operation = OPERATIONS[label]
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    sent = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))
    answered: list[int] = []

    @seed(20260302)
    @settings(
        max_examples=8, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=sent, real=st.booleans(), event=st.sampled_from(EVENTS))
    def send(case: Any, real: bool, event: str) -> None:
        rates.forget()
        if real:
            there = {**known, "event": event}
            case.path_parameters.update({name: there[name] for name in case.path_parameters if name in there})
        response = case.call(headers=headers_of(world, who))
        answered.append(response.status_code)
        case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])
        if not 200 <= response.status_code < 300:
            is_document(response)

    send()
    assert len(answered) >= 5
