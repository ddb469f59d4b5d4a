"""What the desk can do, by the API: the queue of reports, assistants, whistles, follow-ups, neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from gewu.cases.models import Case, FollowUp, FollowUpRule
from gewu.infra import rates
from gewu.intake.models import Report
from tests.shells.test_api import CASES, post, problem, signed_in
from tests.shells.test_api_cost import cost
from tests.world import COUNTY, RIVERSIDE, STREET, World

SANITATION, WORKS = f"{COUNTY}-sanitation", f"{COUNTY}-municipal_works"
DESK = "/api/v1/desk/reports"
TASK = "请到场清理井内淤泥"


@pytest.fixture(autouse=True)
def _its_own_count_and_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    rates.forget()
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    yield
    rates.forget()


def made(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


# Reports


def test_report_is_worked_off_by_the_api(world: World) -> None:
    report = world.report()
    desk, grid = signed_in(world, "li.wen"), signed_in(world, "zhao.qiang")
    (line,) = made(desk.get(DESK))["reports"]
    assert (line["id"], line["state"]) == (str(report.pk), "received")
    address = f"{DESK}/{report.pk}"
    whole = made(desk.get(address))
    assert "张三" not in str(whole) and "13800138000" not in str(whole)
    assert {"accept", "join", "ask_verification"} <= {one["event"] for one in whole["steps"]}

    looked_at = made(post(desk, f"{address}/steps/ask_verification", {"version": whole["version"]}))
    assert looked_at["state"] == "verifying"
    (visit,) = made(grid.get("/api/v1/desk/visits"))["visits"]
    assert visit["report"] == str(report.pk)
    seen = {"finding": "井盖确已丢失", "lon": 118.6025, "lat": 32.0575}
    assert made(post(grid, f"{address}/steps/record_finding", seen))["state"] == "verifying"
    accepted = made(post(desk, f"{address}/steps/accept", {"matter": "C0101"}))
    assert accepted["state"] == "accepted"
    assert Case.objects.get().number == accepted["case"]


def test_reports_are_put_together_and_parted(world: World) -> None:
    case, other = world.accepted(), world.report("同一个井盖，又有人摔了。")
    desk = signed_in(world, "li.wen")
    address = f"{DESK}/{other.pk}/steps"
    assert made(post(desk, f"{address}/join", {"case": case.number}))["state"] == "clustered"
    assert made(post(desk, f"{address}/undo_join", {}))["state"] == "received"
    assert made(post(desk, f"{address}/join", {"case": case.number}))["case"] == case.number
    world.later(hours=2)
    problem(post(signed_in(world, "li.wen"), f"{address}/undo_join", {}), 409)
    split = post(signed_in(world, "li.wen"), f"{address}/split", {"reason": "不是同一个井盖"})
    assert made(split)["case"] is None


def test_report_steps_say_no_as_the_desk_does(world: World) -> None:
    report = world.report()
    address = f"{DESK}/{report.pk}/steps"
    desk = signed_in(world, "li.wen")
    problem(post(desk, f"{address}/no_such_step", {}), 404)
    problem(post(desk, f"{address}/accept", {"matter": "C0101", "version": 7}), 409)
    problem(post(desk, f"{address}/accept", {"matter": "Z9999"}), 404)
    problem(post(signed_in(world, "zhao.qiang"), f"{address}/accept", {"matter": "C0101"}), 403)
    problem(post(signed_in(world, "sun.li"), f"{address}/accept", {"matter": "C0101"}), 404)
    problem(post(desk, f"{DESK}/{uuid4()}/steps/accept", {"matter": "C0101"}), 404)
    made(post(desk, f"{address}/accept", {"matter": "C0101"}))
    assert "已受理" in problem(post(desk, f"{address}/decline", {"reason": "不属本地"}), 409)["title"]


def test_queue_and_visits_show_what_is_in_scope(world: World) -> None:
    world.report()
    assert made(signed_in(world, "li.wen").get(DESK))["reports"]
    for name in ("sun.li", "chen.guoping", "qian.lei"):
        assert made(signed_in(world, name).get(DESK))["reports"] == []
    problem(signed_in(world, "chen.guoping").get("/api/v1/desk/visits"), 403)
    problem(Client().get(DESK), 401)
    river = f"{DESK}?place={RIVERSIDE}"
    assert made(signed_in(world, "li.wen").get(river))["reports"] == []


# Neighbours


def test_neighbour_finds_the_matter_and_stands_behind_it(world: World) -> None:
    case = world.accepted()
    visitor = Client()
    (line,) = made(visitor.get("/api/v1/matters", {"place": STREET}))["matters"]
    assert (line["number"], line["reports"]) == (case.number, 1)
    assert "井盖不见了" not in str(line)
    address = f"/api/v1/matters/{case.number}/me-too"
    receipt = made(post(visitor, address, {"text": "我也差点摔倒"}, **{"Idempotency-Key": "k"}), 201)
    assert made(post(visitor, address, {"text": "我也差点摔倒"}, **{"Idempotency-Key": "k"}), 201) == receipt
    assert receipt["case"] == case.number
    assert made(visitor.get("/api/v1/matters", {"place": STREET}))["matters"][0]["reports"] == 2
    assert Report.objects.count() == 2


def test_neighbour_cannot_stand_behind_what_is_not_public_or_over(world: World) -> None:
    problem(post(Client(), "/api/v1/matters/320111-20260302-0099/me-too", {}), 404)
    closed = world.case_at("closed")
    problem(post(Client(), f"/api/v1/matters/{closed.number}/me-too", {}), 409)


# Assistants


def called(world: World, number: str, by: str = "chen.guoping") -> dict[str, Any]:
    body = {"unit": SANITATION, "task": TASK}
    return made(post(signed_in(world, by), f"{CASES}/{number}/assignments", body), 201)


def test_assistant_is_called_signs_finishes_and_lets_the_case_go_on(world: World) -> None:
    case = world.case_at("handling")
    task = called(world, case.number)
    assert (task["state"], task["task"]) == ("offered", TASK)
    assistant = signed_in(world, "wang.fang")
    (listed,) = made(assistant.get("/api/v1/assignments"))["tasks"]
    assert (listed["id"], listed["number"]) == (task["id"], case.number)
    assert {one["event"] for one in listed["steps"]} == {"sign_for", "return"}

    parties = made(signed_in(world, "chen.guoping").get(f"{CASES}/{case.number}/parties"))
    assert [one["id"] for one in parties["tasks"]] == [task["id"]]
    assert parties["conditions"][0]["blocks"] is True
    address = f"{CASES}/{case.number}/assignments/{task['id']}/steps"
    assert made(post(assistant, f"{address}/sign_for", {}))["state"] == "working"
    problem(post(assistant, f"{address}/finish", {}), 422)
    done = made(post(assistant, f"{address}/finish", {"result": "淤泥已清"}))
    assert (done["state"], done["result"], done["steps"]) == ("done", "淤泥已清", [])
    assert made(assistant.get("/api/v1/assignments"))["tasks"] == []
    assert len(made(assistant.get("/api/v1/assignments?state=all"))["tasks"]) == 1


def test_assistant_sends_back_and_is_asked_again(world: World) -> None:
    case = world.case_at("handling")
    address = f"{CASES}/{case.number}/assignments/{called(world, case.number)['id']}/steps"
    assistant, lead = signed_in(world, "wang.fang"), signed_in(world, "chen.guoping")
    assert made(post(assistant, f"{address}/return", {"reason": "井内无我单位设施"}))["state"] == "returned"
    problem(post(assistant, f"{address}/sign_for", {}), 404)
    again = made(post(lead, f"{address}/offer_again", {"reason": "请再看一次"}))
    assert again["state"] == "offered"
    assert made(post(lead, f"{address}/withdraw", {"reason": "不再需要"}))["state"] == "withdrawn"
    assert "已撤回" in problem(post(lead, f"{address}/withdraw", {"reason": "不再需要"}), 409)["title"]


def test_calling_says_no_as_the_desk_does(world: World) -> None:
    case = world.case_at("handling")
    address = f"{CASES}/{case.number}/assignments"
    lead = signed_in(world, "chen.guoping")
    task = called(world, case.number)
    assert problem(post(lead, address, {"unit": SANITATION}), 409)["title"] == "该单位已在协办"
    problem(post(lead, address, {"unit": "320111-nothing"}), 404)
    problem(post(lead, address, {"post": str(uuid4())}), 404)
    problem(post(signed_in(world, "zhao.qiang"), address, {"unit": WORKS}), 403)
    problem(post(signed_in(world, "sun.li"), address, {"unit": WORKS}), 404)
    other = world.case_at("handling")
    wrong = f"{CASES}/{other.number}/assignments/{task['id']}/steps/withdraw"
    problem(post(lead, wrong, {"reason": "不是这一件"}), 404)


def test_assignments_are_seen_by_their_unit_and_by_whoever_reads_the_place(world: World) -> None:
    case = world.case_at("handling")
    called(world, case.number)
    readers = {
        name for name in world.accounts if made(signed_in(world, name).get("/api/v1/assignments"))["tasks"]
    }
    assert "wang.fang" in readers and "zhou.min" in readers
    assert readers.isdisjoint({"wu.kai", "sun.li", "qian.lei", "fang.an", "shen.ji"})
    for name in ("wu.kai", "sun.li"):
        problem(signed_in(world, name).get(f"{CASES}/{case.number}/parties"), 404)


# Whistles


def blown(world: World, number: str) -> dict[str, Any]:
    body = {"kind": "grid", "task": "请到场会商并处置", "units": [SANITATION, WORKS]}
    client = signed_in(world, "zhao.qiang")
    told = made(post(client, f"{CASES}/{number}/whistles", body), 201)
    assert told["parties"] == 2
    return made(client.get(f"{CASES}/{number}/parties"))


def test_whistle_is_blown_answered_on_the_spot_and_closed_with_its_result(world: World) -> None:
    case = world.case_at("handling")
    street = signed_in(world, "zhao.qiang")
    kinds = made(street.get(f"{CASES}/{case.number}/whistles/kinds"))
    assert "grid" in {one["code"] for one in kinds["kinds"] if one["enough"]}
    (whistle,) = blown(world, case.number)["whistles"]
    assert {one["state"] for one in whistle["parties"]} == {"offered"}
    assert all(one["come_by"] for one in whistle["parties"])
    closing = f"{CASES}/{case.number}/whistles/{whistle['id']}/steps"
    problem(post(street, f"{closing}/close", {"result": "已会商"}), 409)
    for who, party in zip(("wang.fang", "wu.kai"), whistle["parties"], strict=True):
        address = f"{CASES}/{case.number}/assignments/{party['id']}/steps"
        client = signed_in(world, who)
        problem(post(client, f"{address}/check_in", {}), 409)
        came = made(post(client, f"{address}/check_in", {"lon": 118.6025, "lat": 32.0575}))
        assert came["check_in"]["in_time"] is True
        assert came["check_in"]["distance_m"] < 10
        assert made(post(client, f"{address}/finish", {"result": "已到场处置"}))["state"] == "done"
    closed = made(post(street, f"{closing}/close", {"result": "两单位已到场，积泥已清"}))
    assert closed["whistles"][0]["state"] == "closed"
    assert closed["conditions"] == []


def test_whistle_says_no_as_the_desk_does(world: World) -> None:
    case = world.case_at("handling")
    address = f"{CASES}/{case.number}/whistles"
    street, body = signed_in(world, "zhao.qiang"), {"kind": "grid", "task": "请到场会商", "units": [WORKS]}
    problem(post(street, address, {**body, "kind": "nothing"}), 404)
    problem(post(street, address, {**body, "units": []}), 422)
    problem(post(street, address, {**body, "units": [WORKS, WORKS]}), 422)
    problem(post(signed_in(world, "chen.guoping"), address, body), 403)
    problem(post(signed_in(world, "sun.li"), address, body), 404)
    by_office = signed_in(world, "chen.guoping").get(f"{address}/kinds").json()["kinds"]
    assert [one["code"] for one in by_office] == ["joint"], "an office calls to joint enforcement alone"
    (whistle,) = blown(world, case.number)["whistles"]
    closing = f"{address}/{whistle['id']}/steps/withdraw"
    made(post(street, closing, {"reason": "改为电话协调"}))
    assert "已撤回" in problem(post(street, closing, {"reason": "改为电话协调"}), 409)["title"]
    problem(post(street, f"{address}/{uuid4()}/steps/withdraw", {"reason": "没有这次"}), 404)


# Follow-ups


@pytest.fixture
def question(world: World) -> FollowUp:
    FollowUpRule.objects.update(percent=100)
    case = world.case_at("closed")
    world.settle()
    return FollowUp.objects.get(case=case)


def test_follow_up_is_asked_and_what_is_unsolved_is_handled_again(world: World, question: FollowUp) -> None:
    officer = signed_in(world, "zheng.jun")
    (line,) = made(officer.get("/api/v1/follow-ups"))["follow_ups"]
    assert line["id"] == str(question.pk)
    address = f"/api/v1/follow-ups/{question.pk}"
    whole = made(officer.get(address))
    assert whole["reopens"] is True
    assert made(post(officer, f"{address}/steps/miss", {"version": whole["version"]}))["tries"] == 1
    problem(post(officer, f"{address}/steps/record", {"version": whole["version"], "solved": True}), 409)
    problem(post(officer, f"{address}/steps/record", {"solved": False}), 409)
    told = {"solved": False, "satisfaction": 2, "reason": "井盖还在响"}
    assert made(post(officer, f"{address}/steps/record", told))["state"] == "answered"
    assert Case.objects.get().state == "dispatched"
    problem(post(officer, f"{address}/steps/record", told), 409)


def test_follow_ups_are_for_those_who_follow_up_there(world: World, question: FollowUp) -> None:
    problem(signed_in(world, "chen.guoping").get("/api/v1/follow-ups"), 403)
    problem(signed_in(world, "chen.guoping").get(f"/api/v1/follow-ups/{question.pk}"), 404)
    problem(post(signed_in(world, "li.wen"), f"/api/v1/follow-ups/{question.pk}/steps/miss", {}), 404)
    problem(signed_in(world, "zheng.jun").get("/api/v1/follow-ups?state=nothing"), 422)


# More time, shelving, appeal: steps of the case


def test_more_time_shelving_and_appeal_are_steps_of_the_case(world: World) -> None:
    case = world.case_at("handling")
    lead, desk = signed_in(world, "chen.guoping"), signed_in(world, "zhou.min")
    steps = f"{CASES}/{case.number}/steps"
    before = made(lead.get(f"{CASES}/{case.number}"))["due_at"]
    made(post(lead, f"{steps}/ask_extension", {"reason": "配件三天后才到", "amount": 1}))
    assert made(post(desk, f"{steps}/approve_extension", {}))["due_at"] > before
    until = (world.now + timezone.timedelta(days=20)).isoformat()
    made(post(lead, f"{steps}/ask_shelving", {"reason": "等道路统一施工", "until": until}))
    assert made(post(desk, f"{steps}/approve_shelving", {}))["state"] == "shelved"
    assert made(post(desk, f"{steps}/resume", {}))["state"] == "handling"
    world.later(days=60)
    lead, grid = signed_in(world, "chen.guoping"), signed_in(world, "zhao.qiang")
    evidence = [
        {"token": one.token, "file": one.file} for one in (world.photo("photo_before"), world.photo())
    ]
    made(post(lead, f"{steps}/report_done", {"result": "已更换", "evidence": evidence}))
    made(post(grid, f"{steps}/begin_check", {}))
    made(post(grid, f"{steps}/close", {"answer": "井盖已更换。"}))
    made(post(lead, f"{steps}/appeal", {"reason": "配件停产，已报备"}))
    problem(post(lead, f"{steps}/appeal", {"reason": "配件停产，已报备"}), 409)
    made(post(signed_in(world, "zhou.min"), f"{steps}/pass_appeal", {"reason": "情况属实"}))
    made(post(signed_in(world, "zheng.jun"), f"{steps}/grant_appeal", {"reason": "同意"}))


# What it costs


def budgets(world: World) -> Iterator[tuple[str, int, int]]:
    """Every list, creation and step: what it is, the statements it takes, and the most it may take."""
    desk, lead = signed_in(world, "li.wen"), signed_in(world, "chen.guoping")
    wang, street, zheng = (signed_in(world, name) for name in ("wang.fang", "zhao.qiang", "zheng.jun"))
    for n in range(2):
        case = world.case_at("handling")
        report = world.report(f"第{n}处路灯不亮")
        at = f"{CASES}/{case.number}"
        sent = cost(lead, f"{at}/assignments", {"unit": SANITATION, "task": TASK}, status=201)
        yield "call", len(sent), 12
        task = made(lead.get(f"{at}/parties"))["tasks"][0]["id"]
        yield "parties", len(cost(lead, f"{at}/parties", status=200)), 8
        yield "tasks", len(cost(wang, "/api/v1/assignments", status=200)), 8
        yield "sign", len(cost(wang, f"{at}/assignments/{task}/steps/sign_for", {}, status=200)), 12
        body = {"result": "已清"}
        yield "finish", len(cost(wang, f"{at}/assignments/{task}/steps/finish", body, status=200)), 12
        call = {"kind": "grid", "task": "请到场会商", "units": [WORKS]}
        yield "blow", len(cost(street, f"{at}/whistles", call, status=201)), 12
        yield "kinds", len(cost(street, f"{at}/whistles/kinds", status=200)), 8
        yield "queue", len(cost(desk, DESK, status=200)), 8
        yield (
            "decline",
            len(cost(desk, f"{DESK}/{report.pk}/steps/decline", {"reason": "不属本地管辖"}, status=200)),
            16,
        )
        mine = f"/api/v1/matters/{case.number}/me-too"
        yield "me too", len(cost(Client(), mine, {"text": f"我也遇到{n}"}, status=201)), 16
        yield "matters", len(cost(Client(), "/api/v1/matters", status=200)), 8
        yield "follow-ups", len(cost(zheng, "/api/v1/follow-ups", status=200)), 8


def test_lists_creations_and_steps_keep_their_budgets(world: World) -> None:
    warm = list(budgets(world))[12:]
    assert {name: n for name, n, most in warm if n > most} == {}
