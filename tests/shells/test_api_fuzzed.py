"""The API under requests made up from its own description: no fault, and every no is a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gewu.cases import actions as cases
from gewu.cases.lifecycle import ASSIGNMENT, CASE, FOLLOW_UP, WHISTLE
from gewu.cases.models import FollowUp
from gewu.infra import rates
from gewu.insight import actions as insight
from gewu.intake import actions as intake
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report
from gewu.security import actions as security
from tests.world import COUNTY, World

#: Nobody, who takes reports down, handles cases, sends them on, looks and checks, supervises and asks after.
WHO = ("", "li.wen", "chen.guoping", "zhou.min", "zhao.qiang", "zheng.jun")
#: An answer is declared, of the declared form, and no fault; what is no input is not taken.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
TABLES = (CASE, ASSIGNMENT, WHISTLE, FOLLOW_UP, REPORT)
EVENTS = sorted({step.event for table in TABLES for step in table.steps})
#: Requests made up for each operation and caller.
EXAMPLES = 4


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
    closed, case, waiting = world.case_at("closed"), world.case_at("handling"), world.report()
    zhou = world.actor("zhou.min")
    task = cases.call_assist(case.number, f"{COUNTY}-sanitation", actor=zhou, now=world.now, task="请来清淤")
    call = cases.Call("street", (cases.Party(unit=f"{COUNTY}-municipal_works"),), "请到场会商井盖一事")
    whistle = cases.blow(case.number, call, actor=world.actor("liu.yang"), now=world.now)
    world.settle()
    asked = FollowUp.objects.filter(case=closed).first()
    return {
        "number": case.number,
        "progress_code": Report.objects.get(case=case).progress_code,
        "code": f"{COUNTY}-water_supply",
        "task": str(task.pk),
        "whistle": str(whistle.pk),
        "report": str(waiting.pk),
        "follow_up": str(asked.pk if asked else task.pk),
        **_asked(world, waiting.pk),
    }


def _asked(world: World, report: UUID) -> dict[str, str]:
    """What people keep and what they asked a second person for."""
    zheng = world.actor("zheng.jun")
    export = security.begin_export(
        "tab=open", rows=1, place=COUNTY, language="zh-hans", actor=zheng, now=world.now
    )
    kept = insight.keep_list("超时的", "tab=open&overdue=1", actor=zheng, now=world.now)
    answer = cases.add_answer(
        cases.AnswerDraft(title_zh="已修", text_zh="已修好。"), since=world.now.date(),
        actor=world.actor("qian.lei"), now=world.now,
    )  # fmt: skip
    identity = intake.ask_identity(report, reason="要当面核实情况", actor=zheng, now=world.now)
    return {
        "/export-requests": str(export), "/lists": str(kept.pk), "/answers": str(answer.pk),
        "/identity-requests": str(identity),
    }  # fmt: skip


def _id_in(label: str) -> str:
    """Which known record an address is about."""
    kept = ("/export-requests/", "/lists/", "/answers/", "/identity-requests/")
    return next((one.rstrip("/") for one in kept if f" {one}" in label or f"v1{one}" in label), "report")


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


@pytest.mark.parametrize("who", WHO, ids=lambda who: who or "anyone")
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
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=sent, real=st.booleans(), event=st.sampled_from(EVENTS))
    def send(case: Any, real: bool, event: str) -> None:
        rates.forget()
        if real:
            there = {**known, "event": event}
            there["id"] = known["follow_up" if "/follow-ups" in label else _id_in(label)]
            case.path_parameters.update({name: there[name] for name in case.path_parameters if name in there})
        response = case.call(headers=headers_of(world, who))
        answered.append(response.status_code)
        case.validate_response(response, checks=CHECKS)
        if not 200 <= response.status_code < 300:
            is_document(response)

    send()
    assert len(answered) >= EXAMPLES - 1
