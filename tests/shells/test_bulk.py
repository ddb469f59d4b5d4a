"""Steps of many cases: each by itself, what is refused named with its reason, nothing half written."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from gewu.cases import actions as cases
from gewu.cases.actions import bulk
from gewu.cases.models import Case
from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.security import actions as security
from tests.shells.visits import cost, said, signed_in
from tests.world import World

pytestmark = pytest.mark.django_db

SANITATION = "320111-sanitation"


def states(*found: Case) -> list[str]:
    return [Case.objects.get(pk=case.pk).state for case in found]


def test_step_is_taken_on_each_and_what_is_refused_stops_no_other(today: World) -> None:
    first, signed, last = today.accepted(), today.case_at("handling"), today.accepted()
    outcome = cases.take_many(
        [first.number, signed.number, "320111-20260302-9999", last.number, first.number],
        "sign_for",
        actor=today.actor("chen.guoping"),
        now=today.now,
    )
    assert outcome.done == (first.number, last.number)
    assert [(one.number, str(one.text)) for one in outcome.refused] == [
        (signed.number, "工单现为“处置中”，不能“签收”"),
        ("320111-20260302-9999", "没有编号为“320111-20260302-9999”的工单，或不在您的范围内"),
    ]
    assert states(first, signed, last) == ["handling", "handling", "handling"]


def test_refused_case_is_left_as_it_was_to_the_last_event(today: World) -> None:
    case = today.accepted()
    before = stream.timeline("case", case.pk)
    outcome = cases.take_many([case.number], "return", actor=today.actor("chen.guoping"), now=today.now)
    assert [str(one.text) for one in outcome.refused] == ["“退回”还缺少：理由"]
    assert stream.timeline("case", case.pk) == before
    assert Case.objects.get(pk=case.pk).version == case.version


def test_case_out_of_scope_is_refused_as_if_it_did_not_exist(today: World) -> None:
    case = today.accepted()
    outcome = cases.take_many([case.number], "sign_for", actor=today.actor("wang.fang"), now=today.now)
    assert (outcome.done, len(outcome.refused)) == ((), 1)
    assert states(case) == ["dispatched"]


@pytest.mark.parametrize("event", ["close", "report_done", "void", "confirm", "nothing"])
def test_step_that_belongs_to_one_case_is_not_for_many(today: World, event: str) -> None:
    with pytest.raises(Refusal) as refused:
        cases.take_many(["1"], event, actor=today.actor("zheng.jun"), now=today.now)
    assert (refused.value.kind, refused.value.field) == (Kind.INVALID, "event")


def test_steps_for_many_need_nothing_that_belongs_to_one_case() -> None:
    offered = {step.event for step in bulk.steps_for_many()}
    assert {"dispatch", "sign_for", "begin_check", "return"} <= offered
    assert not offered & {"close", "report_done", "void"}


@pytest.mark.parametrize("numbers", [[], [" "], [str(n) for n in range(101)]])
def test_none_and_too_many_are_refused(today: World, numbers: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        cases.take_many(numbers, "sign_for", actor=today.actor("chen.guoping"), now=today.now)
    assert refused.value.field == "number"


def test_page_offers_what_can_be_done_and_reports_what_became_of_it(today: World) -> None:
    first, second = today.accepted(), today.case_at("handling")
    client = signed_in("chen.guoping")
    choice = client.post("/desk/cases/bulk", {"number": [first.number, second.number]})
    assert choice.status_code == 200
    assert 'value="sign_for"' in choice.content.decode()
    assert 'value="dispatch"' not in choice.content.decode()

    done = client.post("/desk/cases/bulk", {"number": [first.number, second.number], "event": "sign_for"})
    assert "已办 1 件" in said(done)
    assert "有 1 件没有办" in said(done)
    assert f"{second.number} 工单现为“处置中”，不能“签收”" in said(done)
    assert states(first, second) == ["handling", "handling"]


def test_cases_without_an_office_are_dispatched_together_with_a_reason(today: World) -> None:
    found = [today.case_at("handling") for _ in range(3)]
    for case in found:
        Case.objects.filter(pk=case.pk).update(state="filed", lead=None, lead_path="")
    given = {
        "number": [case.number for case in found],
        "event": "dispatch",
        "unit": SANITATION,
        "reason": "同一路段",
    }
    answer = signed_in("zhou.min").post("/desk/cases/bulk", given)
    assert "已办 3 件" in said(answer)
    assert {Case.objects.get(pk=case.pk).lead.code for case in found} == {SANITATION}


def test_page_shows_nothing_of_cases_out_of_scope(today: World) -> None:
    case = today.accepted()
    answer = signed_in("sun.li").post("/desk/cases/bulk", {"number": [case.number]})
    assert "没有选中工单" in said(answer)
    assert case.title not in answer.content.decode()


def test_choice_costs_the_same_for_one_and_for_three(today: World) -> None:
    found = [today.accepted().number for _ in range(3)]
    client = signed_in("zhou.min")

    def least(numbers: list[str]) -> int:
        return min(cost(lambda: client.post("/desk/cases/bulk", {"number": numbers})) for _ in range(3))

    assert least(found[:1]) == least(found) <= 8


def test_interface_takes_a_step_of_many(today: World) -> None:
    first, second = today.accepted(), today.case_at("handling")
    token = security.issue_token(today.accounts["chen.guoping"], now=today.now)
    caller = Client(headers={"Authorization": f"Bearer {token}"})
    given = json.dumps({"numbers": [first.number, second.number]})
    answer = caller.post("/api/v1/cases/steps/sign_for", given, content_type="application/json")
    assert answer.json() == {
        "done": [first.number],
        "refused": [{"number": second.number, "reason": "工单现为“处置中”，不能“签收”"}],
    }


def test_inbox_offers_boxes_to_those_who_can_take_a_step_of_many(today: World) -> None:
    case = today.accepted()
    today.report(text="还没有受理")
    box = f'<input type="checkbox" name="number" value="{case.number}" form="bulk"'

    def page(name: str, tab: str) -> str:
        return signed_in(name).get(f"/desk?tab={tab}").content.decode()

    assert box in page("chen.guoping", "dispatched")
    assert '<form id="bulk"' in page("chen.guoping", "dispatched")
    assert case.number in page("ma.jianguo", "dispatched")
    assert 'id="bulk"' not in page("ma.jianguo", "dispatched")  # reads only
    assert 'id="bulk"' not in page("li.wen", "received")  # reports, no cases
    today.case_at("closed")
    assert 'id="bulk"' not in page("zhou.min", "closed")
