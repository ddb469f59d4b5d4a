"""The pages of dated rules: rehearsed by whoever keeps them, approved by a second person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gewu.catalogue.models import RuleChange, StageLimit
from tests.shells.visits import cost, said, signed_in
from tests.world import RIVERSIDE, SOUTH_GATE, STREET, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read the clock; the past cases of the world lie just before it."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: world.now)


def tomorrow(world: World) -> str:
    return (world.now.date() + timedelta(days=1)).isoformat()


def test_stage_limit_is_rehearsed_proposed_and_approved_by_another(world: World) -> None:
    case = world.case_at("handled")
    keeper, approver = signed_in("qian.lei"), signed_in("lu.fa")
    page = "/setup/rules/stage_limit"
    form = {
        "stage": "sign_for",
        "amount": "0.01",
        "unit": "urgent_hour",
        "since": tomorrow(world),
        "reason": "提速",
    }
    shown = said(keeper.post(page, {**form, "do": "rehearse"}))
    assert "近 180 天的 1 件里，原来超时 0 件，按新时限会超时 1 件" in shown
    assert case.number in shown
    for wrong in ({"amount": "x"}, {"since": world.now.date().isoformat()}, {"reason": ""}, {"stage": "no"}):
        assert keeper.post(page, {**form, **wrong, "do": "propose"}).status_code == 422
    assert keeper.post(page, {**form, "amount": "-1", "do": "rehearse"}).status_code == 422
    assert not RuleChange.objects.exists()
    assert keeper.post(page, {**form, "do": "propose"}).status_code == 303
    row = RuleChange.objects.get()
    assert "等待另一人批准" not in said(keeper.get(page))
    assert "钱磊 提出" in said(approver.get("/setup/rules"))
    address = f"/setup/rules/changes/{row.pk}"
    assert keeper.post(f"{address}/approve", {"kind": "stage_limit"}).status_code == 403
    assert approver.post(f"{address}/refuse", {"kind": "stage_limit"}).status_code == 422
    assert approver.post(f"{address}/approve", {"kind": "stage_limit"}).status_code == 303
    assert StageLimit.objects.filter(stage="sign_for").count() == 2
    shown = said(keeper.get(page))
    assert "将施行 1" in shown
    assert "已批准" in shown


def test_row_is_proposed_to_stop(world: World) -> None:
    keeper = signed_in("qian.lei")
    shown = keeper.get("/setup/rules/ladder").content.decode()
    address = next(part.split('"')[0] for part in shown.split('action="') if "/ladder/" in part)
    assert keeper.post(address, {"since": tomorrow(world), "reason": ""}).status_code == 422
    assert keeper.post(address, {"since": tomorrow(world), "reason": "不再需要"}).status_code == 303
    assert "待批准的改动 1 停用" in said(keeper.get("/setup/rules/ladder"))


def test_rules_are_for_those_who_keep_or_approve_them(world: World) -> None:
    assert signed_in("zheng.jun").get("/setup/rules").status_code == 403
    assert signed_in("qian.lei").get("/setup/rules/nothing").status_code == 404
    shown = said(signed_in("lu.fa").get("/setup/rules/ladder"))
    assert "新的一条" not in shown
    assert "80" in shown


def test_pages_cost_the_same_with_more_rows_and_more_changes(world: World) -> None:
    keeper = signed_in("qian.lei")
    page = "/setup/rules/intake_limit"
    form = {"kind": "accept", "amount": "1", "unit": "work_hour", "since": tomorrow(world), "reason": "依据"}
    costs = []
    for place in (STREET, SOUTH_GATE, RIVERSIDE):
        assert keeper.post(page, {**form, "place": place, "do": "propose"}).status_code == 303
        change = RuleChange.objects.latest("proposed_at", "id")
        approve = f"/setup/rules/changes/{change.pk}/approve"
        assert signed_in("lu.fa").post(approve, {"kind": "intake_limit"}).status_code == 303
        assert (
            keeper.post(page, {**form, "channel": "web", "place": place, "do": "propose"}).status_code == 303
        )
        costs.append((cost(lambda: keeper.get(page)), cost(lambda: keeper.get("/setup/rules"))))
    assert costs[0] == costs[-1]
    assert "南门社区" in said(keeper.get(page))


def test_rungs_stand_in_the_order_of_their_numbers(world: World) -> None:
    shown = said(signed_in("qian.lei").get("/setup/rules/ladder"))
    places = [shown.index(f" {percent} ") for percent in ("80", "100", "150", "200")]
    assert places == sorted(places)
