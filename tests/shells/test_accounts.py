"""Signing in and out, and the language of the pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from gewu.infra import versions
from gewu.security.actions import HELD
from gewu.security.models import Account
from gewu.web import middleware
from tests.shells.visits import said, signed_in
from tests.world import PASSWORD, World

pytestmark = pytest.mark.django_db


def test_right_password_opens_the_desk(world: World) -> None:
    client = Client()
    answer = client.post("/sign-in", {"name": "li.wen", "password": PASSWORD})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk")
    assert "李雯 · 受理员" in said(client.get("/desk"))


def test_wrong_password_is_refused_and_the_name_kept(world: World) -> None:
    answer = Client().post("/sign-in", {"name": "li.wen", "password": "wrong"})

    assert answer.status_code == 403
    assert "账号或密码不对" in said(answer)
    assert 'value="li.wen"' in answer.content.decode()


def test_account_rests_after_five_failures(world: World) -> None:
    client = Client()
    for _ in range(5):
        client.post("/sign-in", {"name": "li.wen", "password": "wrong"})

    rests = client.post("/sign-in", {"name": "li.wen", "password": PASSWORD})
    assert rests.status_code == 429
    assert 800 < int(rests.headers["Retry-After"]) <= 900


def test_session_gets_a_new_key_at_sign_in(world: World) -> None:
    client = Client()
    session = client.session
    session["planted"] = "before"
    session.save()
    before = client.cookies["sessionid"].value
    client.post("/sign-in", {"name": "li.wen", "password": PASSWORD})

    assert client.cookies["sessionid"].value != before
    assert "planted" not in client.session


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/desk", "/\\evil.example", "javascript:alert(1)", "desk", ""],
)
def test_sign_in_leads_nowhere_else(world: World, elsewhere: str) -> None:
    answer = Client().post("/sign-in", {"name": "li.wen", "password": PASSWORD, "next": elsewhere})

    assert answer.headers["Location"] == "/desk"


def test_sign_in_leads_back_to_the_page_asked_for(world: World) -> None:
    client = Client()
    asked = client.get("/desk?tab=filed&overdue=1")
    onward = asked.headers["Location"]

    assert onward == "/sign-in?next=%2Fdesk%3Ftab%3Dfiled%26overdue%3D1"
    form = {"name": "li.wen", "password": PASSWORD, "next": "/desk?tab=filed&overdue=1"}
    assert client.post("/sign-in", form).headers["Location"] == "/desk?tab=filed&overdue=1"


@pytest.mark.parametrize(
    "address",
    ["/desk", "/desk/new", "/desk/notices", "/desk/cases/320111-20260302-0001", "/board", "/board/320111"],
)
def test_desk_asks_who_one_is(world: World, address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/sign-in?next=")


def test_signing_out_ends_the_session(world: World) -> None:
    client = signed_in("li.wen")
    client.post("/sign-out")

    assert client.get("/desk").headers["Location"].startswith("/sign-in")


def test_signing_out_takes_a_form(world: World) -> None:
    client = signed_in("li.wen")
    assert client.get("/sign-out").headers["Location"] == "/"
    assert client.get("/desk").status_code == 200


def test_session_of_an_older_password_is_void(world: World) -> None:
    client = signed_in("li.wen")
    Account.objects.filter(name="li.wen").update(epoch=2)
    versions.changed(HELD)

    assert client.get("/desk").status_code == 303


def test_sign_in_form_without_its_token_is_refused(world: World) -> None:
    client = Client(enforce_csrf_checks=True)

    assert client.post("/sign-in", {"name": "li.wen", "password": PASSWORD}).status_code == 403


def test_sign_in_page_lists_accounts_in_a_demo_alone(world: World, settings: object, tmp_path: Path) -> None:
    words = {"post_zh": "受理员", "post_en": "Intake clerk", "does_zh": "受理", "does_en": "accept reports"}
    shown = [{"name": "li.wen", "password": "demo-word", **words}]
    (tmp_path / "demo-accounts.json").write_text(json.dumps(shown), encoding="utf-8")
    settings.HOME = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings

    settings.DEMO = False  # type: ignore[attr-defined]  # as above
    assert "demo-word" not in Client().get("/sign-in").content.decode()
    settings.DEMO = True  # type: ignore[attr-defined]  # as above
    assert "demo-word" in Client().get("/sign-in").content.decode()


def test_language_is_kept_and_leads_back(world: World) -> None:
    client = Client()
    answer = client.post("/language", {"language": "en", "next": "/report"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/report")
    assert '<html lang="en">' in client.get("/report").content.decode()


def test_language_leads_nowhere_else(world: World) -> None:
    answer = Client().post("/language", {"language": "xx", "next": "https://evil.example"})

    assert answer.headers["Location"] == "/"
    assert "django_language" not in answer.cookies


def test_unknown_page_says_so(world: World) -> None:
    answer = Client().get("/no-such-page")

    assert answer.status_code == 404
    assert "没有这个页面" in said(answer)


def test_request_that_is_too_large_is_refused_unread(rf: RequestFactory) -> None:
    request = rf.post("/report", {"text": "x"})
    request.META["CONTENT_LENGTH"] = str(middleware.LARGEST + 1)

    assert middleware.bounded(lambda request: HttpResponse("taken"))(request).status_code == 413


class Unread:
    """A body that nobody may read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")

    readline = read


@pytest.mark.parametrize("path", ["/report", "/api/v1/photos?purpose=photo_after"])
def test_photo_of_100_megabytes_is_refused_before_any_of_it_is_read(path: str, world: World) -> None:
    answer = Client().generic(
        "POST",
        path,
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(100 * 1024 * 1024),
        **{"wsgi.input": Unread()},
    )

    assert answer.status_code == 413
    kind = "application/problem+json" if path.startswith("/api/") else "text/html; charset=utf-8"
    assert answer.headers["Content-Type"] == kind
