"""Signing in with a second factor, one's own account, and the pages of the three administrators."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from gewu.intake.models import Report
from gewu.security import actions as security
from gewu.security.actors import operator
from gewu.web import middleware
from tests.shells.visits import cost, said, signed_in
from tests.world import COUNTY, PASSWORD, World

pytestmark = pytest.mark.django_db

PAGES = {
    "qian.lei": ("/setup/health", "/setup/switches"),
    "fang.an": ("/setup/accounts", "/setup/retention"),
    "shen.ji": ("/setup/audit", "/setup/retention"),
}


@pytest.fixture
def strict(settings: object) -> None:
    settings.SECOND_FACTOR = True  # type: ignore[attr-defined]  # pytest-django's settings


def _password(client: Client, name: str, password: str = PASSWORD) -> str:
    answer = client.post("/sign-in", {"name": name, "password": password})
    return str(answer.headers["Location"])


def test_demo_account_signs_in_with_one_form(world: World) -> None:
    assert signed_in("fang.an").get("/setup").status_code == 200


def test_administrator_sets_up_an_app_and_signs_in_with_its_code(world: World, strict: None) -> None:
    client = Client()
    assert _password(client, "fang.an") == "/sign-in/enrol"
    assert client.get("/setup").status_code in (302, 303)
    page = client.get("/sign-in/enrol")
    assert "data:image/svg+xml" in page.content.decode()
    found = re.search(r'<span class="code">([A-Z2-7 ]+)</span>', page.content.decode())
    assert found
    app = pyotp.TOTP(found.group(1).replace(" ", ""))
    assert client.post("/sign-in/enrol", {"code": "000000"}).status_code == 403
    kept = client.post("/sign-in/enrol", {"code": app.now()})
    codes = re.findall(r"<li>([0-9a-f]{8}-[0-9a-f]{8})</li>", kept.content.decode())
    assert len(codes) == 10
    client.get("/sign-in/password")
    assert client.get("/setup/accounts").status_code == 200

    other = Client()
    assert _password(other, "fang.an") == "/sign-in/code"
    assert other.get("/setup").status_code in (302, 303)
    assert other.post("/sign-in/code", {"code": app.now()}).status_code == 403  # used while setting up
    assert other.post("/sign-in/code", {"code": codes[0]}).headers["Location"] == "/desk"
    assert other.get("/setup/accounts").status_code == 200


def test_pages_between_password_and_session_are_closed_to_who_gave_no_password(world: World) -> None:
    for address in ("/sign-in/code", "/sign-in/enrol", "/sign-in/password"):
        assert Client().get(address).headers["Location"] == "/sign-in"
        assert Client().post(address, {"code": "1", "password": "x" * 12}).headers["Location"] == "/sign-in"


def test_api_asks_for_the_code_too(world: World, strict: None) -> None:
    given = {"name": "fang.an", "password": PASSWORD}
    answer = Client().post("/api/v1/sign-in", given, content_type="application/json")
    assert answer.status_code == 403
    made = security.begin_second_factor(world.accounts["fang.an"].pk, now=timezone.now())
    app = pyotp.TOTP(made.secret)
    earlier = timezone.now() - timedelta(minutes=5)
    security.confirm_second_factor(world.accounts["fang.an"].pk, app.at(earlier), now=earlier)
    assert Client().post("/api/v1/sign-in", given, content_type="application/json").status_code == 403
    with_code = {**given, "code": app.now()}
    assert Client().post("/api/v1/sign-in", with_code, content_type="application/json").status_code == 200


def test_new_account_gets_a_password_for_one_sign_in_and_takes_its_own(world: World) -> None:
    page = signed_in("fang.an").post("/setup/accounts", {"name": "xin.ren", "display_name": "新人"})
    found = re.search(r"一次性密码：(\w{14})", said(page))
    assert found
    client = Client()
    assert _password(client, "xin.ren", found.group(1)) == "/sign-in/password"
    short = client.post("/sign-in/password", {"old": found.group(1), "password": "short"})
    assert short.status_code == 422
    taken = client.post("/sign-in/password", {"old": found.group(1), "password": "my own long words"})
    assert taken.headers["Location"] == "/desk"
    assert _password(Client(), "xin.ren", "my own long words") == "/desk"


def test_role_is_given_and_ended_on_the_page_and_felt_at_once(world: World) -> None:
    keeper, target = signed_in("fang.an"), world.accounts["ma.jianguo"].pk
    address = f"/setup/accounts/{target}"
    assert keeper.post(f"{address}/roles", {"role": "supervisor", "place": COUNTY}).status_code == 303
    assert "督查员" in said(keeper.get(address))
    refused = keeper.post(f"{address}/roles", {"role": "auditor", "place": COUNTY})
    assert refused.status_code == 409
    assert "不能由同一账号持有" in said(refused)
    newest = re.search(rf"{address}/roles/([0-9a-f-]+)/end", keeper.get(address).content.decode())
    assert newest
    assert keeper.post(newest.group(0)).status_code == 303


def test_account_closed_on_the_page_is_out_at_once(world: World) -> None:
    victim = signed_in("li.wen")
    assert victim.get("/desk").status_code == 200
    signed_in("fang.an").post(f"/setup/accounts/{world.accounts['li.wen'].pk}/close")
    assert victim.get("/desk").status_code in (302, 303)


@pytest.mark.parametrize("name", [*PAGES, "zhou.min", "ma.jianguo"])
def test_each_administrator_opens_their_own_pages_and_no_other(world: World, name: str) -> None:
    client = signed_in(name)
    for address in sorted({page for pages in PAGES.values() for page in pages}):
        wanted = 200 if address in PAGES.get(name, ()) else 403
        assert client.get(address).status_code == wanted, address


@pytest.mark.parametrize("name", PAGES)
def test_administrators_see_no_case_no_report_and_no_person(world: World, name: str) -> None:
    case = world.case_at("handling")
    client, report = signed_in(name), Report.objects.get()
    for address in (f"/desk/cases/{case.number}", f"/desk/reports/{report.pk}", "/board/320111"):
        answer = client.get(address)
        assert answer.status_code in (403, 404), address
    for address in ("/desk", *PAGES[name]):
        page = said(client.get(address, follow=True))
        assert not [one for one in ("张三", "13800138000", report.text, case.number) if one in page]


def test_auditor_can_change_nothing(world: World) -> None:
    client, other = signed_in("shen.ji"), world.accounts["li.wen"].pk
    forms = {
        "/setup/accounts": {"name": "x", "display_name": "y"},
        f"/setup/accounts/{other}/close": {},
        f"/setup/accounts/{other}/password": {},
        f"/setup/accounts/{other}/roles": {"role": "leader"},
        "/setup/switches": {"name": "suggest.matter", "on": "0", "reason": "x"},
        "/setup/retention/rules": {"code": "reporter_identity", "days": "99", "basis": "x"},
        "/setup/retention/holds": {"number": "1", "reason": "x"},
        "/setup/audit": {},
    }
    answers = {address: client.post(address, given).status_code for address, given in forms.items()}
    assert set(answers.values()) <= {403, 404, 405}, answers


def test_audit_log_is_filtered_in_the_address_and_costs_the_same_for_many(world: World) -> None:
    client = signed_in("shen.ji")
    page = client.get("/setup/audit?part=sign_in&who=shen.ji")
    assert "登录" in said(page)
    assert client.get("/setup/audit?part=nothing").status_code == 404
    assert client.get("/setup/audit?since=nonsense").status_code == 422
    few = cost(lambda: client.get("/setup/audit?part=sign_in"))
    for _ in range(3):
        signed_in("li.wen")
    assert cost(lambda: client.get("/setup/audit?part=sign_in")) == few <= 8


def test_audit_log_calls_roles_and_posts_by_their_names(world: World) -> None:
    page = said(signed_in("shen.ji").get("/setup/audit"))
    assert "服务器命令行授予角色“审计员”" in page
    assert "服务器命令行任命“督查员”" in page
    assert "supervisor" not in page


def test_whoever_decides_on_identities_begins_there(world: World) -> None:
    actor, now = operator(COUNTY), world.now
    account = security.open_account("wang.ning", "汪宁", PASSWORD, actor=actor, now=now)
    security.give_role(account, "privacy_officer", actor=actor, now=now, place=COUNTY)
    assert signed_in("wang.ning").get("/desk").headers["Location"] == "/desk/identities"


def test_list_of_accounts_is_searched_and_costs_the_same_for_many(world: World) -> None:
    client = signed_in("fang.an")
    assert "陈国平" in said(client.get("/setup/accounts?text=国平"))
    assert "没有找到账号" in said(client.get("/setup/accounts?text=nobody"))
    few = cost(lambda: client.get("/setup/accounts?text=chen"))
    assert cost(lambda: client.get("/setup/accounts")) == few <= 8


def test_session_ends_when_left_alone_and_after_twelve_hours(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("li.wen")
    real = timezone.now

    def after(**span: float) -> int:
        monkeypatch.setattr(middleware.timezone, "now", lambda: real() + timedelta(**span))
        return client.get("/desk").status_code

    assert [after(minutes=30 * n) for n in range(1, 24)] == [200] * 23
    assert after(hours=12, minutes=1) in (302, 303)

    monkeypatch.undo()
    client = signed_in("li.wen")
    assert after(minutes=61) in (302, 303)


def test_session_opened_under_a_clock_that_was_ahead_is_void_once_it_is_set_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = timezone.now
    monkeypatch.setattr(middleware.timezone, "now", lambda: real() + timedelta(days=300))
    client = signed_in("li.wen")
    assert client.get("/desk").status_code == 200
    monkeypatch.undo()
    assert client.get("/desk").status_code in (302, 303)


def test_own_sessions_are_listed_and_ended_one_or_all(world: World) -> None:
    here, there, third = signed_in("li.wen"), signed_in("li.wen"), signed_in("li.wen")
    page = here.get("/desk/account").content.decode()
    assert page.count("/desk/account/sessions/") == 3  # two to end, one for all
    ended = re.findall(r"/desk/account/sessions/([0-9a-f-]{36})/end", page)
    here.post(f"/desk/account/sessions/{ended[0]}/end")
    assert sorted(one.get("/desk").status_code for one in (there, third))[0] == 200
    here.post("/desk/account/sessions/end")
    assert [one.get("/desk").status_code == 200 for one in (here, there, third)] == [True, False, False]
    assert Session.objects.filter(session_key=here.session.session_key).exists()


def test_session_of_another_cannot_be_ended(world: World) -> None:
    victim = signed_in("zhou.min")
    page = victim.get("/desk/account")
    signed_in("zhou.min")
    ended = re.findall(
        r"/desk/account/sessions/([0-9a-f-]{36})/end", victim.get("/desk/account").content.decode()
    )
    assert page.status_code == 200
    assert signed_in("li.wen").post(f"/desk/account/sessions/{ended[0]}/end").status_code == 404


def test_changed_password_ends_every_other_session(world: World) -> None:
    here, there = signed_in("li.wen"), signed_in("li.wen")
    assert (
        here.post("/desk/account/password", {"old": "wrong", "password": "another long one"}).status_code
        == 403
    )
    here.post("/desk/account/password", {"old": PASSWORD, "password": "another long one"})
    assert (here.get("/desk").status_code, there.get("/desk").status_code == 200) == (200, False)


@pytest.mark.parametrize(
    "address", ["/", "/report", "/verify", "/anchors", "/sign-in", "/desk", "/setup/audit", "/nothing"]
)
def test_headers_that_keep_strangers_out_stand_on_every_page(world: World, address: str) -> None:
    answer = signed_in("shen.ji").get(address, follow=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Permissions-Policy"] == "camera=(self), geolocation=(self), microphone=()"


def test_weakness_is_told_to_the_contact_of_the_setting(settings: object) -> None:
    settings.SECURITY_CONTACT = "mailto:cert@city.example"  # type: ignore[attr-defined]  # pytest-django's settings
    text = Client().get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:cert@city.example" in text
    assert "Expires: " in text


def test_identity_goes_its_whole_way_over_the_pages(world: World) -> None:
    case = world.case_at("handling")
    account = security.open_account("privacy", "顾全", PASSWORD, actor=operator(), now=world.now)
    security.give_role(account, "privacy_officer", actor=operator(), now=world.now, place=COUNTY)
    handler, officer, report = signed_in("chen.guoping"), signed_in("privacy"), Report.objects.get().pk
    assert f"/desk/reports/{report}/identity" in handler.get(f"/desk/cases/{case.number}").content.decode()
    assert handler.post(f"/desk/reports/{report}/identity", {"reason": "看"}).status_code == 422
    handler.post(f"/desk/reports/{report}/identity", {"reason": "需电话核实具体位置"})
    waiting = officer.get("/desk/identities").content.decode()
    found = re.search(r"/desk/identities/([0-9a-f-]{36})/decide", waiting)
    assert found
    assert "张三" not in waiting
    assert officer.post(found.group(0), {"granted": "1"}).status_code == 303

    ready = f"/desk/identities/{found.group(1)}/seen"
    assert ready in handler.get("/desk/identities").content.decode()
    assert officer.post(ready).status_code == 404
    shown = handler.post(ready)
    assert "13800138000" in said(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    assert handler.post(ready).status_code == 403
    assert "13800138000" not in said(handler.get("/desk/identities"))


def test_switch_and_retention_are_set_on_their_pages(world: World) -> None:
    admin, keeper = signed_in("qian.lei"), signed_in("fang.an")
    given = {"name": "suggest.matter", "on": "0", "reason": "试运行评估"}
    assert admin.post("/setup/switches", given).status_code == 303
    assert "试运行评估" in said(admin.get("/setup/switches"))
    assert admin.post("/setup/switches", given).status_code == 409
    rule = {"code": "reporter_identity", "days": "200", "basis": "区规定"}
    assert keeper.post("/setup/retention/rules", rule).status_code == 303
    assert "区规定" in said(keeper.get("/setup/retention"))
    assert keeper.post("/setup/retention/rules", {**rule, "days": "x"}).status_code == 422
    case = world.case_at("handling")
    hold = {"number": case.number, "reason": "行政复议"}
    assert keeper.post("/setup/retention/holds", hold).status_code == 303
    assert keeper.post("/setup/retention/holds", hold).status_code == 409
    assert keeper.post("/setup/retention/holds", {**hold, "number": "0"}).status_code == 404
