"""Every no of the pages says what happened and leads back; the address of a form leads to its page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse

from gewu.infra import files
from gewu.intake.models import Report
from gewu.web.urls import urlpatterns
from tests.pictures import photo_bytes
from tests.shells.visits import SPOT, said, signed_in
from tests.world import World

#: A value for each kind of part of an address.
SAMPLES: dict[str, str] = {
    "size": "192", "format": "docx",
    "id": "00000000-0000-7000-8000-000000000000", "code": "AAAA-BBBB-CCCC", "number": "320111-20260302-0001",
    "event": "close", "deed": "move", "kind": "duty", "key": "1", "older": "1", "newer": "2",
    "place": "320111", "level": "grid", "z": "1", "x": "1", "y": "1",
}  # fmt: skip


#: What stands for a code: that of a report, of a place, of a role.
CODES = (SAMPLES["code"], SAMPLES["place"], "handler")


def _addresses(name: str, values: dict[str, str]) -> Iterator[str]:
    for code in CODES if "code" in values else [""]:
        with suppress(NoReverseMatch):
            yield reverse(name, kwargs={**values, "code": code} if code else values)


def forms_only() -> Iterator[str]:
    """The addresses that only take a form."""
    for one in urlpatterns:
        assert isinstance(one, URLPattern)
        names = one.pattern.converters
        values = {name: SAMPLES.get(name, SAMPLES["id"]) for name in names}
        address = next(_addresses(str(one.name), values))
        if Client().options(address).headers.get("Allow") == "POST":
            yield address


def test_address_of_a_form_opened_anew_leads_to_a_page(world: World) -> None:
    client = signed_in("qian.lei")
    found = list(forms_only())
    assert len(found) > 30
    assert {"/setup/retention/rules", "/setup/posts/appoint", "/desk/cases/bulk"} <= set(found)
    for address in found:
        answer = client.get(address, follow=True)
        assert answer.status_code != 405, address
        assert answer.redirect_chain, address


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("/setup/retention/rules", "/setup/retention"),
        (f"/setup/lists/editions/{SAMPLES['id']}/steps/approve", f"/setup/lists/editions/{SAMPLES['id']}"),
        ("/setup/units/move", "/setup/units"),
        ("/desk/cases/320111-20260302-0001/steps/close", "/desk/cases/320111-20260302-0001"),
        ("/desk/lists", "/desk"),
        ("/sign-out", "/"),
    ],
)
def test_page_above_a_form_is_the_one_that_holds_it(world: World, address: str, page: str) -> None:
    answer = Client().get(address, follow=True)
    assert answer.redirect_chain[0] == (page, 303)


def test_reload_after_a_refused_form_shows_its_page(world: World) -> None:
    client = signed_in("fang.an")
    refused = client.post("/setup/retention/rules", {"code": "reporter_identity", "days": "1", "basis": "x"})
    assert refused.status_code == 422
    again = client.get("/setup/retention/rules", follow=True)
    assert (again.status_code, again.redirect_chain[-1][0]) == (200, "/setup/retention")


def wrong_method() -> HttpResponse:
    return Client().put("/progress")


def forged() -> HttpResponse:
    return Client(enforce_csrf_checks=True).post("/report", {"text": "井盖不见了"})


def strange_host() -> HttpResponse:
    return Client().get("/", headers={"host": "evil.example"})


def too_many_fields() -> HttpResponse:
    return Client().post("/report", {f"field{n}": "x" for n in range(300)})


def too_much_text() -> HttpResponse:
    return Client().post("/report", {"text": "字" * 500_000})


def too_large_photo() -> HttpResponse:
    photo = SimpleUploadedFile("a.jpg", b"\xff\xd8" + b"0" * (files.MOST_BYTES + 1), "image/jpeg")
    return Client().post("/report", {"text": "井盖不见了", "photos": photo, **SPOT})


def not_there() -> HttpResponse:
    return Client().get("/no/such/page")


def not_allowed() -> HttpResponse:
    return signed_in("zhao.qiang").get("/setup/audit")


@pytest.mark.parametrize(
    ("cause", "status", "zh", "en"),
    [
        (strange_host, 400, "这个请求无法处理", "This request cannot be processed"),
        (forged, 403, "这个页面已过期", "This page has expired"),
        (not_allowed, 403, "这一页由管理员使用", "This page is for administrators"),
        (not_there, 404, "没有这个页面", "Page not found"),
        (wrong_method, 405, "这个地址不能这样使用", "This address cannot be used this way"),
        (too_many_fields, 413, "传上来的内容太大了", "too large"),
        (too_much_text, 413, "传上来的内容太大了", "too large"),
        (too_large_photo, 413, "传上来的内容太大了", "too large"),
    ],
)
def test_no_says_why_and_leads_back_in_both_languages(
    world: World, settings: Any, cause: Any, status: int, zh: str, en: str
) -> None:
    answer = cause()
    assert answer.status_code == status
    assert zh in said(answer)
    assert f"差错编号 {status}" in said(answer)
    assert 'href="/"' in answer.content.decode() or 'href="/desk"' in answer.content.decode()
    settings.LANGUAGE_CODE = "en"
    english = cause()
    assert english.status_code == status
    assert en in said(english)
    assert "href=" in english.content.decode()


def test_too_many_visits_say_when_to_come_again(world: World, settings: Any) -> None:
    settings.REPORTS_PER_HOUR = 1
    for _ in range(2):
        answer = Client().post("/report", {"text": "井盖不见了", **SPOT})
    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert "提交过于频繁" in said(answer)
    assert Report.objects.count() == 1


def multipart(content: bytes) -> bytes:
    part = b'--xx\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n'
    return part + b"Content-Type: image/jpeg\r\n\r\n" + content + b"\r\n--xx--\r\n"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_photo_that_was_cut_off_is_refused_and_leaves_nothing(world: World, share: float) -> None:
    body = multipart(photo_bytes())
    cut = body[: int(len(body) * share)]
    answer = Client().generic("POST", "/report", cut, "multipart/form-data; boundary=xx")
    assert answer.status_code in (400, 422)
    assert not Report.objects.exists()


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", "image/svg+xml", ""])
def test_photo_is_known_by_what_it_is_and_not_by_what_it_is_called(world: World, kind: str) -> None:
    right = SimpleUploadedFile("a.txt", photo_bytes(), kind)
    assert Client().post("/report", {"text": "井盖不见了", "photos": right, **SPOT}).status_code == 303
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    wrong = SimpleUploadedFile("a.jpg", svg, "image/jpeg")
    answer = Client().post("/report", {"text": "井盖不见了", "photos": wrong, **SPOT})
    assert (answer.status_code, Report.objects.count()) == (422, 1)
    assert "这个文件不是能读的照片" in said(answer)
