"""The API: what it answers, and how it says no. Every refusal is a problem document (RFC 9457)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from ninja import Schema
from pydantic import BaseModel, TypeAdapter

from gewu.api import shapes
from gewu.api.v1 import api
from gewu.infra import rates
from gewu.intake.models import Report
from gewu.security import actions as security
from tests.pictures import photo_bytes
from tests.world import PASSWORD, World

REPORTS, CASES = "/api/v1/reports", "/api/v1/cases"
SPOT = {"lon": 118.6025, "lat": 32.0575}


@pytest.fixture(autouse=True)
def _its_own_count_and_clock(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    rates.forget()
    monkeypatch.setattr(timezone, "now", lambda: world.now)
    yield
    rates.forget()


@pytest.fixture
def caller() -> Client:
    """Someone without a name. A fault of ours is an answer here, as it is outside."""
    return Client(raise_request_exception=False)


def token_of(world: World, name: str) -> str:
    return security.issue_token(world.accounts[name], now=world.now)


def signed_in(world: World, name: str) -> Client:
    headers = {"Authorization": f"Bearer {token_of(world, name)}"}
    return Client(raise_request_exception=False, headers=headers)


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    text = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post(path, text, content_type="application/json", headers=headers)


def problem(response: Any, status: int) -> dict[str, Any]:
    """The problem document of an answer, after checking that it is one."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    return body


def send(client: Client, text: str = "人行道上的上水井盖不见了", **more: Any) -> Any:
    headers = more.pop("headers", {})
    return post(client, REPORTS, {"text": text, **SPOT, **more}, **headers)


def shaped(answer: Any, status: int, shape: type[BaseModel]) -> None:
    """Refuse an answer that is not exactly as its operation declares it."""
    assert answer.status_code == status, answer.content
    read = TypeAdapter(shape).validate_json(answer.content)
    assert json.loads(read.model_dump_json()) == answer.json()


def test_busy_doors_answer_in_their_declared_shape(caller: Client, world: World) -> None:
    """They write their JSON straight away; the framework does not look at it again."""
    staff, office = signed_in(world, "li.wen"), signed_in(world, "chen.guoping")
    call = {"text": "井盖不见了", "matter_code": "C0101", **SPOT}

    shaped(send(caller), 201, shapes.Receipt)
    taken = post(staff, "/api/v1/desk/reports", call)
    shaped(taken, 201, shapes.Receipt)
    shaped(staff.get(CASES), 200, shapes.CasePage)
    shaped(post(office, f"{CASES}/{taken.json()['case']}/steps/sign_for", {}), 200, shapes.Stepped)


# Reporting and following


def test_report_without_name_or_account_gets_a_code_that_shows_state_and_clock(caller: Client) -> None:
    answer = send(caller)
    assert answer.status_code == 201
    receipt = answer.json()
    shown = caller.get(f"{REPORTS}/{receipt['progress_code']}").json()
    assert (shown["state"], shown["state_label"], shown["open"]) == ("received", "已收到", True)
    assert shown["promised_by"] == receipt["accept_by"]
    assert [line["sentence"] for line in shown["timeline"]] == ["收到反映，来源：开放接口"]


def test_progress_follows_the_case_and_takes_the_verdict(caller: Client, world: World) -> None:
    report = Report.objects.get(progress_code=send(caller).json()["progress_code"])
    case = world.accepted(report)
    world.step(case, "sign_for", "chen.guoping")
    evidence = (world.photo("photo_before"), world.photo("photo_after"))
    world.step(case, "report_done", "chen.guoping", result="已更换", evidence=evidence)
    world.step(case, "begin_check", "zhao.qiang")
    world.step(case, "close", "zhao.qiang", answer="井盖已更换。")
    shown = caller.get(f"{REPORTS}/{report.progress_code}").json()
    assert (shown["state"], shown["answer"], shown["may_judge"]) == ("closed", "井盖已更换。", True)

    answer = post(caller, f"{REPORTS}/{report.progress_code}/verdict", {"solved": False, "words": "又坏了"})
    assert answer.status_code == 204
    assert caller.get(f"{REPORTS}/{report.progress_code}").json()["state"] == "dispatched"


def test_telephone_report_with_its_class_is_a_case_at_once(world: World) -> None:
    answer = post(
        signed_in(world, "li.wen"),
        "/api/v1/desk/reports",
        {"text": "井盖破了", "matter_code": "C0101", **SPOT},
    )
    assert answer.status_code == 201
    assert answer.json()["case"] == "320111-20260302-0001"


def test_case_is_driven_to_its_end_by_the_api(world: World) -> None:
    number = world.accepted().number
    chen, zhao = signed_in(world, "chen.guoping"), signed_in(world, "zhao.qiang")

    def step(client: Client, event: str, **given: Any) -> dict[str, Any]:
        answer = post(client, f"{CASES}/{number}/steps/{event}", given)
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    assert step(chen, "sign_for", version=1)["state"] == "handling"
    evidence = []
    for token in ("photo_before", "photo_after"):
        file = SimpleUploadedFile("photo.jpg", photo_bytes(), "image/jpeg")
        kept = chen.post(f"/api/v1/photos?purpose={token}", {"photo": file})
        assert kept.status_code == 201
        evidence.append({"token": token, "file": kept.json()["id"]})
    assert step(chen, "report_done", result="已更换", evidence=evidence)["state"] == "handled"
    step(zhao, "begin_check")
    closed = step(zhao, "close", answer="井盖已更换。")
    assert (closed["state"], closed["open"], closed["steps"]) == ("closed", False, [])


def test_steps_of_a_case_are_those_open_to_the_caller(world: World) -> None:
    number = world.accepted().number
    found = {
        name: [one["event"] for one in signed_in(world, name).get(f"{CASES}/{number}").json()["steps"]]
        for name in ("chen.guoping", "zheng.jun", "li.wen")
    }
    marks = ["tag", "untag", "name_concern"]
    assert found == {"chen.guoping": ["return", "sign_for"], "zheng.jun": ["recall", "void"], "li.wen": marks}


def test_case_list_goes_on_by_cursor(world: World) -> None:
    numbers = [world.accepted(world.report(f"第{n}处井盖缺失")).number for n in range(5)]
    client, seen, after = signed_in(world, "zhou.min"), [], ""
    while True:
        page = client.get(CASES, {"size": 2, "after": after}).json()
        seen += [one["number"] for one in page["cases"]]
        after = page["after"]
        if after is None:
            break
    assert sorted(seen) == sorted(numbers)


# Input that is wrong


@pytest.mark.parametrize(
    "body", ["{", "", "[", b"\xff\xfe", '{"text": }', "null", "3", "[" * 100_000], ids=repr
)
def test_body_that_is_no_json_is_refused(caller: Client, body: str | bytes) -> None:
    answer = post(caller, REPORTS, body)
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code)


def test_malformed_json_says_so(caller: Client) -> None:
    assert problem(post(caller, REPORTS, "{"), 400)["title"] == "请求内容不是有效的 JSON"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"text": 5}, "text"),
        ({"text": None}, "text"),
        ({"text": ["井盖"]}, "text"),
        ({"lon": "east"}, "lon"),
        ({"lat": [32]}, "lat"),
        ({"datum": 84}, "datum"),
        ({"address": {}}, "address"),
        ({"contact": {"phone": "<script>"}}, None),
        ({"contact": {"email": "no mail"}}, None),
        ({"contact": {"identity_card": "320111"}}, None),
        ({"contact": 138}, None),
        ({"face": "0101"}, "face"),
        ({"priority": 1}, "priority"),
    ],
)
def test_field_of_the_wrong_shape_is_refused_and_named(
    caller: Client, more: dict[str, Any], field: str | None
) -> None:
    body = problem(send(caller, **more), 422)
    assert body["title"] == "提交的数据格式不对"
    assert field is None or body["errors"][0]["field"] == field
    assert not Report.objects.exists()


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_coordinate_that_is_no_number_is_refused(caller: Client, word: str) -> None:
    body = problem(post(caller, REPORTS, f'{{"text": "井盖不见了", "lon": {word}, "lat": 32.0}}'), 422)
    assert body["errors"][0]["field"] == "lon"


@pytest.mark.parametrize(
    ("spot", "field", "title"),
    [
        ({"lat": None}, "lat", "经度和纬度要一起给出"),
        ({"lon": None}, "lon", "经度和纬度要一起给出"),
        ({"lon": 32.0575, "lat": 118.6025}, "lon", "看起来经度和纬度写反了"),
        ({"lon": 121.47, "lat": 31.23}, "lon", "这个位置不在本辖区内"),
        ({"lon": 1e300, "lat": 32.0}, "lon", None),
        ({"datum": "WGS-72"}, "datum", None),
        ({"matter_code": "X9999"}, "matter", None),
        ({"text": " "}, "text", "请写明要反映的问题"),
        ({"text": "\u200b"}, "text", "请写明要反映的问题"),
        ({"address": "路" * 201}, "address", "地点描述过长，最多 200 个字"),
    ],
)
def test_report_that_cannot_be_is_refused_with_its_field(
    caller: Client, spot: dict[str, Any], field: str, title: str | None
) -> None:
    answer = send(caller, **{**SPOT, **spot})
    body = problem(answer, answer.status_code)
    assert answer.status_code in (404, 422)
    assert body["field"] == field
    assert title is None or body["title"] == title
    assert not Report.objects.exists()


def test_text_of_four_thousand_characters_is_taken_and_one_more_is_not(caller: Client) -> None:
    assert send(caller, "井" * 4000).status_code == 201
    body = problem(send(caller, "井" * 4001), 413)
    assert (body["field"], body["title"]) == ("text", "文字过长：4001 个字，最多 4000 个字")


def test_body_of_many_megabytes_is_refused(caller: Client) -> None:
    answer = send(caller, "x" * 3_000_000)
    assert answer.status_code in (400, 413, 422)
    problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "text",
    [
        '<script>alert("1")</script>&amp;<b>井盖</b>',
        "井盖坏了🕳️，小心👩‍🦽",
        "'; DROP TABLE report; --",
        "{{ 7*7 }} {number} %s %(x)s",
        "第一行\n第二行\t完",
    ],
)
def test_text_comes_back_as_it_was_written(caller: Client, text: str) -> None:
    code = send(caller, text).json()["progress_code"]
    answer = caller.get(f"{REPORTS}/{code}")
    assert answer.json()["text"] == text
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_control_characters_are_left_out_of_a_text(caller: Client) -> None:
    code = send(caller, "井盖\u0000坏\u0007了\u001b[31m").json()["progress_code"]
    assert caller.get(f"{REPORTS}/{code}").json()["text"] == "井盖坏了[31m"


def test_half_of_a_character_is_refused_or_left_out(caller: Client) -> None:
    answer = post(caller, REPORTS, '{"text": "井盖坏了 \\ud83d 请看"}')
    assert answer.status_code in (201, 422)


@pytest.mark.parametrize(
    "moment",
    [
        "yesterday",
        "2026-13-01T00:00:00Z",
        "2026-03-02T08:00:00",
        1e40,
        "2099-01-01T00:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_time_that_cannot_be_is_refused(world: World, moment: Any) -> None:
    client = signed_in(world, "li.wen")
    answer = post(client, "/api/v1/desk/reports", {"text": "井盖破了", "received_at": moment, **SPOT})
    problem(answer, 422)


def test_replayed_key_gives_the_same_report_and_other_content_is_refused(caller: Client) -> None:
    key = {"Idempotency-Key": "3f0e"}
    first, again = send(caller, headers=key), send(caller, headers=key)
    assert (first.json(), again.status_code) == (again.json(), 201)
    body = problem(send(caller, "另一件事", headers=key), 409)
    assert (body["field"], body["title"]) == ("key", "此提交编号已用于另一内容")
    problem(send(caller, headers={"Idempotency-Key": "k" * 81}), 422)
    assert Report.objects.count() == 1


@pytest.mark.parametrize(
    "query",
    [
        {"size": "0"}, {"size": "-1"}, {"size": "201"}, {"size": "many"}, {"sort": "random"},
        {"state": "lost"},
        {"unit": "nobody"}, {"after": "!"}, {"after": "bm90IGpzb24"}, {"after": "WzEsIDJd"}, {"after": "W10"},
        {"after": "WyJ4IiwgInkiXQ"}, {"after": "W1tbXV1d"}, {"after": "eyJhIjogMX0"}, {"after": "bnVsbA"},
        {"after": "WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIl0"}, {"overdue": "perhaps"},
        {"after": "WyI5OTk5LTEyLTMxVDIzOjU5OjU5LTEyOjAwIiwgIjAxYTIwNjE2NGFiNzc3ZjlhM2E3Y2MyNzFhZGIyN2U5Il0"},
    ],
    ids=str,
)  # fmt: skip
def test_list_that_cannot_be_asked_for_is_refused(world: World, query: dict[str, str]) -> None:
    answer = signed_in(world, "zhou.min").get(CASES, query)
    assert answer.status_code in (404, 422), answer.content
    problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "query",
    [
        {"text": "\x00"},
        {"text": "%"},
        {"text": "井" * 500},
        {"place": "zz"},
        {"matter": "\x00"},
        {"origin": "🕳️"},
    ],
    ids=repr,
)
def test_odd_filter_finds_nothing_and_harms_nothing(world: World, query: dict[str, str]) -> None:
    world.accepted()
    answer = signed_in(world, "zhou.min").get(CASES, query)
    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        assert answer.json()["cases"] == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"reason": "x" * 4001}, "reason"),
        ({"reason": " "}, "reason"),
        ({"reason": "嗯"}, "reason"),
        ({"reason": "不属于我单位", "proposed": "nobody"}, "unit"),
        ({}, "reason"),
    ],
)
def test_words_of_a_step_that_say_nothing_or_too_much_are_refused(
    world: World, given: dict[str, Any], field: str
) -> None:
    number = world.accepted().number
    answer = post(signed_in(world, "chen.guoping"), f"{CASES}/{number}/steps/return", given)
    assert answer.status_code in (404, 413, 422)
    assert problem(answer, answer.status_code)["field"] == field


def test_sign_that_no_database_keeps_is_refused(world: World) -> None:
    number = world.accepted().number
    path = f"{CASES}/{number}/steps/return"
    body = problem(post(signed_in(world, "chen.guoping"), path, {"reason": "不属于\u0000我单位"}), 422)
    assert body["errors"][0]["field"] == "reason"


@pytest.mark.parametrize(
    "evidence",
    [
        [{"token": "photo_after", "file": "nothing"}],
        [{"token": "photo_after", "file": "0" * 32}],
        [{"token": "t" * 35, "text": "记录"}],
        [{"token": "elixir", "text": "记录"}],
        [{"token": "photo_after", "text": "看过了"}],
    ],
    ids=str,
)
def test_evidence_that_is_none_is_refused(world: World, evidence: list[dict[str, str]]) -> None:
    number = world.case_at("handling").number
    given = {"result": "已更换", "evidence": evidence}
    answer = post(signed_in(world, "chen.guoping"), f"{CASES}/{number}/steps/report_done", given)
    assert answer.status_code in (404, 409, 422), answer.content
    problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "content",
    [b"", b"just words", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"PK\x03\x04zip", photo_bytes()[:300]],
    ids=["empty", "text", "svg", "zip", "truncated"],
)
def test_photo_that_is_none_is_refused(world: World, content: bytes) -> None:
    file = SimpleUploadedFile("photo.jpg", content, "image/jpeg")
    answer = signed_in(world, "chen.guoping").post("/api/v1/photos?purpose=photo_after", {"photo": file})
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code)


# Who may not


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", CASES), ("get", f"{CASES}/320111-20260302-0001"),
        ("post", f"{CASES}/320111-20260302-0001/steps/void"), ("post", "/api/v1/desk/reports"),
        ("post", "/api/v1/photos"), ("post", "/api/v1/sign-out"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer nonsense", "Basic bGk6eA==", "Bearer 令牌"])
def test_without_a_token_in_force_nothing_is_answered(
    caller: Client, method: str, path: str, token: str
) -> None:
    headers = {"Authorization": token} if token else {}
    call: Callable[..., Any] = getattr(caller, method)
    answer = call(path, content_type="application/json", headers=headers)
    assert problem(answer, 401)["title"] == "请先登录，或令牌已失效"


def test_expired_and_voided_tokens_are_refused(world: World) -> None:
    client = signed_in(world, "li.wen")
    assert client.get(CASES).status_code == 200
    assert client.post("/api/v1/sign-out").status_code == 204
    problem(client.get(CASES), 401)
    old = signed_in(world, "li.wen")
    world.later(hours=12)
    problem(old.get(CASES), 401)


def test_case_out_of_scope_is_missing_by_page_list_and_step(world: World) -> None:
    number = world.accepted().number
    for name in ("sun.li", "wu.kai"):
        client = signed_in(world, name)
        assert client.get(CASES, {"state": "all"}).json() == {"cases": [], "after": None}
        problem(client.get(f"{CASES}/{number}"), 404)
        problem(post(client, f"{CASES}/{number}/steps/void", {"reason": "误立"}), 404)


def test_answers_hold_no_contact(caller: Client, world: World) -> None:
    code = send(caller, contact={"name": "张小三", "phone": "13812345678"}).json()["progress_code"]
    report = Report.objects.get(progress_code=code)
    number = world.accepted(report).number
    seen = (
        caller.get(f"{REPORTS}/{code}").content + signed_in(world, "li.wen").get(f"{CASES}/{number}").content
    )
    assert "张".encode() not in seen
    assert b"138" not in seen


def test_progress_code_that_is_wrong_is_missing_whatever_it_holds(caller: Client) -> None:
    for code in ("AAAA-AAAA-AAAA", "x", "%00", "..%2F..", "井盖", "A" * 500):
        problem(caller.get(f"{REPORTS}/{code}"), 404)


def test_someone_elses_step_is_forbidden(world: World) -> None:
    number = world.accepted().number
    body = problem(post(signed_in(world, "li.wen"), f"{CASES}/{number}/steps/void", {"reason": "误立"}), 403)
    assert body["title"] == "这一步由督查员办理，您没有此权限"


def test_staff_channel_is_for_those_who_screen(world: World) -> None:
    problem(post(signed_in(world, "chen.guoping"), "/api/v1/desk/reports", {"text": "井盖破了", **SPOT}), 403)


def test_step_out_of_order_says_what_is_possible(world: World) -> None:
    number = world.accepted().number
    body = problem(
        post(signed_in(world, "chen.guoping"), f"{CASES}/{number}/steps/report_done", {"result": "已更换"}),
        409,
    )
    assert (body["title"], body["advice"]) == (
        "工单现为“待签收”，不能“办结上报”",
        "现在可办：退回、收回、签收、加标签、去掉标签、注明被反映单位、作废",
    )
    problem(post(signed_in(world, "chen.guoping"), f"{CASES}/{number}/steps/explode", {}), 404)


def test_screen_that_is_out_of_date_is_told_who_was_first(world: World) -> None:
    number = world.accepted().number
    chen = signed_in(world, "chen.guoping")
    post(chen, f"{CASES}/{number}/steps/sign_for", {"version": 1})
    body = problem(
        post(chen, f"{CASES}/{number}/steps/return", {"version": 1, "reason": "不属于我单位"}), 409
    )
    assert (body["title"], body["advice"]) == ("您打开此单之后，陈国平已将其变为“处置中”", "请刷新后再办")


def test_address_that_comes_too_often_waits(caller: Client, settings: Any) -> None:
    settings.REPORTS_PER_HOUR = 2
    assert [send(caller, f"第{n}处").status_code for n in range(2)] == [201, 201]
    refused = send(caller, "第三处")
    assert problem(refused, 429)["title"] == "提交过于频繁"
    assert 3500 < int(refused.headers["Retry-After"]) <= 3600


def test_sign_in_gives_a_token_and_locks_after_five_failures(caller: Client) -> None:
    answer = post(caller, "/api/v1/sign-in", {"name": "li.wen", "password": PASSWORD})
    bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert caller.get(CASES, headers=bearer).status_code == 200
    for _ in range(5):
        problem(post(caller, "/api/v1/sign-in", {"name": "li.wen", "password": "wrong"}), 403)
    rests = post(caller, "/api/v1/sign-in", {"name": "li.wen", "password": PASSWORD})
    problem(rests, 429)
    assert 800 < int(rests.headers["Retry-After"]) <= 900


# Form


@pytest.mark.parametrize(
    ("method", "path"),
    [("delete", REPORTS), ("put", CASES), ("get", "/api/v1/sign-in"), ("patch", f"{CASES}/1")],
)
def test_wrong_verb_is_refused_as_a_problem(caller: Client, method: str, path: str) -> None:
    answer = getattr(caller, method)(path)
    problem(answer, 405)
    assert answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/", "/api/v2/cases", "/api/v1/cases/1/steps"])
def test_unknown_path_is_a_problem_document(caller: Client, path: str) -> None:
    problem(caller.get(path), 404)


def test_refusals_are_english_for_those_who_ask_for_it(caller: Client) -> None:
    body = problem(send(caller, " ", headers={"Accept-Language": "en"}), 422)
    assert body["title"].isascii()


def test_openapi_document_names_every_path_and_is_consistent(caller: Client) -> None:
    document = caller.get("/api/v1/openapi.json").json()
    served = {
        "/api/v1" + ("" if path == "/" else path)
        for _, router in api._routers
        for path in router.path_operations
    }
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == served
    assert "/api/v1/reports" in served
    text = json.dumps(document)
    schemas = document["components"]["schemas"]
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in schemas
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            assert operation["responses"], (path, verb)
            assert operation.get("description") or operation.get("summary")
            for status in {"429", "503"} & operation["responses"].keys():
                assert operation["responses"][status]["headers"]["Retry-After"]["required"], (path, verb)
    assert "429" in document["paths"]["/api/v1/reports"]["post"]["responses"]


def test_each_shape_of_the_description_has_a_name_of_its_own() -> None:
    """The description knows shapes by name alone: of two with one name, one would describe both."""
    waiting, names = [Schema], Counter[str]()
    while waiting:
        found = [one for one in waiting.pop().__subclasses__() if one.__module__.startswith("gewu.api")]
        names.update({f"{one.__module__}.{one.__name__}": one.__name__ for one in found}.values())
        waiting += found
    assert {"CaseLine", "FieldTaskLine"} <= names.keys()
    assert [name for name, times in names.items() if times > 1] == []


def test_healthz_answers_without_anything(caller: Client) -> None:
    assert caller.get("/healthz").status_code == 200


def test_case_is_overdue_by_the_clock_of_the_call(world: World) -> None:
    case = world.accepted()
    client = signed_in(world, "zhou.min")
    assert client.get(CASES).json()["cases"][0]["overdue"] is False
    world.now = case.due_at + timedelta(seconds=1)
    assert signed_in(world, "zhou.min").get(CASES).json()["cases"][0]["overdue"] is True
