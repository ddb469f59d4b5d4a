"""A resident's own account: one list of one's own reports, and nobody else's."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from gewu.intake.models import Report, Resident, ResidentReport
from gewu.security.models import Identity
from tests.shells.visits import SPOT, cost, said
from tests.world import World

ZHANG, LI = "13800138000", "li@example.org"
PASSWORD = "a-good-one"


def resident(contact: str = ZHANG) -> Client:
    """The browser of a resident who has just opened an account."""
    client = Client()
    answer = client.post("/account", {"contact": contact, "password": PASSWORD, "new": "yes"})
    assert answer.headers["Location"] == "/mine", said(answer)
    return client


def send(client: Client, text: str, key: str) -> str:
    """A report by the form; its progress code."""
    answer = client.post("/report", {"text": text, "key": key, **SPOT})
    return answer.headers["Location"].removeprefix("/report/")


def test_resident_sees_own_reports_in_one_list_and_nobody_elses(today: World) -> None:
    zhang, li = resident(), resident(LI)
    first, other = send(zhang, "井盖不见了", "k1"), send(li, "路灯不亮", "k2")
    case = today.accepted(Report.objects.get(progress_code=first))
    page, theirs = said(zhang.get("/mine")), said(li.get("/mine"))

    assert first in page
    assert "井盖不见了" in page
    assert "已派遣" in page
    assert (other in page, "路灯不亮" in page) == (False, False)
    assert (other in theirs, first in theirs, case.number in theirs) == (True, False, False)


def test_report_sent_before_is_added_by_its_code(today: World) -> None:
    code = today.report().progress_code
    client = resident()
    assert client.post("/mine/keep", {"code": code.lower()}).status_code == 303
    client.post("/mine/keep", {"code": code})
    assert said(client.get("/mine")).count(code) == 1
    assert client.post("/mine/keep", {"code": "ABCD-ABCD-ABCD"}).status_code == 404


@pytest.mark.parametrize("address", ["/mine", "/mine/keep"])
def test_list_is_closed_to_visitors_and_to_staff(today: World, address: str) -> None:
    from tests.shells.visits import signed_in  # noqa: PLC0415 -- one test needs it

    for client in (Client(), signed_in("li.wen")):
        answer = client.get(address) if address == "/mine" else client.post(address, {"code": "X"})
        assert answer.headers["Location"] == "/account"


def test_resident_is_nobody_on_the_desk(today: World) -> None:
    assert resident().get("/desk").headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize(
    ("contact", "password", "sentence"),
    [
        (ZHANG, "short", "密码至少要有 8 个字符"),
        ("", PASSWORD, "请填写手机号码或电子邮箱"),
        ("110", PASSWORD, "请填写手机号码或电子邮箱"),
        ("me@", PASSWORD, "请填写手机号码或电子邮箱"),
    ],
)
def test_account_that_cannot_be_is_refused(world: World, contact: str, password: str, sentence: str) -> None:
    answer = Client().post("/account", {"contact": contact, "password": password, "new": "yes"})
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert not Resident.objects.exists()


def test_number_opens_one_account_only(today: World) -> None:
    resident()
    again = Client().post("/account", {"contact": "+86 138 0013 8000", "password": PASSWORD, "new": "yes"})
    assert (again.status_code, Resident.objects.count()) == (409, 1)


def test_sign_in_by_number_and_password(today: World) -> None:
    code = send(resident(), "井盖不见了", "k1")
    client = Client()
    for contact, password in ((ZHANG, "wrong-one"), ("13900139000", PASSWORD)):
        answer = client.post("/account", {"contact": contact, "password": password})
        assert (answer.status_code, "号码、邮箱或密码不对" in said(answer)) == (403, True)
    client.post("/account", {"contact": "138-0013-8000", "password": PASSWORD})
    assert code in said(client.get("/mine"))
    client.post("/account/sign-out")
    assert client.get("/mine").headers["Location"] == "/account"


def test_account_rests_after_five_wrong_passwords(today: World) -> None:
    resident()
    client = Client()
    for _ in range(5):
        client.post("/account", {"contact": ZHANG, "password": "wrong-one"})
    answer = client.post("/account", {"contact": ZHANG, "password": PASSWORD})
    assert (answer.status_code, "账号暂停登录" in said(answer)) == (429, True)
    assert 800 < int(answer.headers["Retry-After"]) <= 900


def test_account_that_is_closed_leaves_nothing_but_the_reports(today: World) -> None:
    client = resident()
    code = send(client, "井盖不见了", "k1")
    assert client.post("/account/leave").status_code == 422
    client.post("/account/leave", {"sure": "yes"})

    assert not Resident.objects.exists()
    assert not ResidentReport.objects.exists()
    assert not Identity.objects.filter(purpose="account").exists()
    assert Client().get(f"/progress/{code}").status_code == 200
    assert client.get("/mine").headers["Location"] == "/account"


def test_tables_hold_neither_number_nor_password(today: World) -> None:
    resident()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM resident")
        kept = repr(cursor.fetchall())
        cursor.execute("SELECT * FROM identity")
        kept += repr(cursor.fetchall())
    assert [word for word in (ZHANG, PASSWORD) if word in kept] == []


def test_number_of_an_account_is_not_tied_to_what_was_left_with_a_report(today: World) -> None:
    """What was left for a report may not be found by who has an account, nor the other way round."""
    today.report()
    client = resident()
    assert "这里还没有您反映的事" in said(client.get("/mine"))
    assert len(set(Identity.objects.values_list("trace", flat=True))) == 2


def test_list_of_three_costs_what_a_list_of_one_costs(today: World) -> None:
    client, costs = resident(), []
    for n in (1, 2):
        for m in range(n):
            send(client, f"井盖不见了 {n} {m}", f"k{n}{m}")
        costs.append(cost(lambda: client.get("/mine")))
    assert costs[0] == costs[1] <= 6
