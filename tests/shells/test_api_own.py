"""Doors of the API for what people keep, and for what one asks and a second person grants."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from gewu.config import errand
from gewu.infra import errands
from gewu.security import actions as security
from gewu.security.actors import operator
from tests.shells.visits import signed_in
from tests.world import COUNTY, PASSWORD, SOUTH_GATE, World

V1 = "/api/v1"
REASON = "年度考核要全部工单逐件核对"


class Caller:
    """Someone with a token."""

    def __init__(self, world: World, name: str) -> None:
        token = security.issue_token(world.accounts[name], now=timezone.now())
        self.client = Client(headers={"Authorization": f"Bearer {token}"})

    def get(self, path: str) -> Any:
        answer = self.client.get(V1 + path)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def post(self, path: str, body: Any = None, *, status: int) -> Any:
        sent = json.dumps({} if body is None else body)
        answer = self.client.post(V1 + path, sent, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer if answer.streaming else answer.json() if answer.content else None


@pytest.fixture
def officer(today: World) -> str:
    account = security.open_account("privacy", "顾全", PASSWORD, actor=operator(), now=today.now)
    security.give_role(account, "privacy_officer", actor=operator(), now=today.now, place=COUNTY)
    today.accounts["privacy"] = account
    return "privacy"


def test_list_kept_by_the_api_opens_on_the_desk(today: World) -> None:
    today.accepted()
    caller = Caller(today, "zheng.jun")
    wanted = {"state": "open", "place": SOUTH_GATE, "overdue": True}
    kept = caller.post("/lists", {"name": "南门超时", "list": wanted}, status=201)
    [found] = caller.get("/lists")["lists"]
    assert found == {
        "id": kept["id"], "name": "南门超时", "list": f"tab=open&place={SOUTH_GATE}&overdue=1",
        "own": True, "shared": False,
    }  # fmt: skip
    page = signed_in("zheng.jun").get(f"/desk?{found['list']}").content.decode()
    assert "南门超时" in page
    assert Caller(today, "zhou.min").get("/lists")["lists"] == []
    assert Caller(today, "zhou.min").client.delete(f"{V1}/lists/{kept['id']}").status_code == 404
    assert caller.client.delete(f"{V1}/lists/{kept['id']}").status_code == 204
    assert caller.get("/lists")["lists"] == []


def test_template_is_worded_listed_and_ended(today: World) -> None:
    keeper = Caller(today, "qian.lei")
    given = {"matter": "C01", "title_zh": "井盖已修", "text_zh": "{matter}已由{unit}修好。"}
    made = keeper.post("/answers", given, status=201)
    [found] = Caller(today, "zhao.qiang").get("/answers")["answers"]
    assert (found["id"], found["matter"], found["text_zh"]) == (made["id"], "C01", given["text_zh"])
    refused = keeper.post("/answers", {**given, "text_zh": "{nobody}您好"}, status=422)
    assert refused["field"] == "text_zh" and "{unit}" in refused["advice"]
    Caller(today, "zhou.min").post("/answers", given, status=403)
    keeper.post(f"/answers/{made['id']}/end", status=204)
    assert keeper.get("/answers")["answers"] == []


def test_identity_is_asked_granted_and_seen_once(today: World, officer: str) -> None:
    report = today.report()
    asker, second = Caller(today, "zheng.jun"), Caller(today, officer)
    asker.post(f"/desk/reports/{report.pk}/identity-requests", {"reason": "要"}, status=422)
    asked = asker.post(f"/desk/reports/{report.pk}/identity-requests", {"reason": REASON}, status=201)
    assert asker.get("/identity-requests")["requests"][0]["state"] == "waiting"
    asker.post(f"/identity-requests/{asked['id']}/contact", status=403)
    asker.post(f"/identity-requests/{asked['id']}/decision", {"granted": True}, status=404)
    [waiting] = second.get("/identity-requests/waiting")["requests"]
    assert (waiting["id"], waiting["reason"], waiting["own"]) == (asked["id"], REASON, False)
    second.post(f"/identity-requests/{asked['id']}/decision", {"granted": True}, status=204)
    second.post(f"/identity-requests/{asked['id']}/contact", status=404)
    seen = asker.post(f"/identity-requests/{asked['id']}/contact", status=200)
    assert seen["phone"]
    asker.post(f"/identity-requests/{asked['id']}/contact", status=403)
    assert asker.get("/identity-requests")["requests"][0]["state"] == "seen"


def test_long_list_is_asked_granted_made_and_taken(today: World, officer: str, settings: Any) -> None:
    numbers = {today.accepted().number for _ in range(3)}
    settings.EXPORT_ROWS = 2
    asker, second = Caller(today, "zheng.jun"), Caller(today, officer)
    wanted = {"list": {"state": "open", "place": COUNTY}}
    asker.post("/export-requests", wanted, status=422)
    key = asker.post("/export-requests", {**wanted, "reason": REASON}, status=201)["id"]
    [waiting] = second.get("/export-requests/waiting")["requests"]
    assert (waiting["rows"], waiting["list"]) == (3, f"tab=open&place={COUNTY}")
    second.post(f"/export-requests/{key}/decision", {"granted": True}, status=204)
    asker.post(f"/export-requests/{key}/file", status=409)
    asker.post(f"/export-requests/{key}/make", status=202)
    assert asker.get("/export-requests")["requests"][0]["state"] == "making"
    while row := errands.take(timezone.now()):
        errand.carry_out(errands.Work(row))
    [found] = asker.get("/export-requests")["requests"]
    assert (found["state"], found["made"], found["rows"]) == ("made", 3, 3)
    second.post(f"/export-requests/{key}/file", status=404)
    file = b"".join(asker.post(f"/export-requests/{key}/file", status=200).streaming_content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()[2:]
    assert {row[0] for row in rows} == numbers
    assert asker.get("/export-requests")["requests"][0]["state"] == "taken"


def test_list_within_ones_own_right_is_made_without_asking(today: World) -> None:
    today.accepted()
    asker = Caller(today, "zheng.jun")
    asker.post("/export-requests", {"list": {"state": "open"}}, status=201)
    assert asker.get("/export-requests")["requests"][0]["state"] == "making"
    Caller(today, "chen.guoping").post("/export-requests", {"list": {"state": "open"}}, status=403)
    asker.post("/export-requests", {"list": {"state": "nothing"}}, status=404)
