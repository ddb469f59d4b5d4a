"""A disk without room: a plain no, to be tried again; nothing acknowledged is lost, and all goes on."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from gewu.infra import rates
from gewu.infra.models import File
from gewu.intake.models import Report
from gewu.security import actions as security
from tests.shells.visits import photo, said
from tests.world import World

SPOT = {"lon": 118.6025, "lat": 32.0575}


@pytest.fixture
def client() -> Client:
    """A fault of ours is an answer here, as it is outside."""
    return Client(raise_request_exception=False)


@contextmanager
def no_room() -> Iterator[None]:
    """A database that may not grow by another page, as on a full disk."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite can be kept from growing; a server cannot from here")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        try:
            yield
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")


def send(client: Client, n: int) -> Any:
    rates.forget()
    body = json.dumps({"text": f"第 {n} 件：井盖不见了。" + "很长的经过。" * 200, **SPOT})
    return client.post("/api/v1/reports", body, content_type="application/json")


def until_full(client: Client) -> tuple[list[str], Any]:
    """Send reports until one is not taken: the codes of those that were, and the answer to that one."""
    codes: list[str] = []
    for n in range(300):
        answer = send(client, n)
        if answer.status_code != 201:
            return codes, answer
        codes.append(answer.json()["progress_code"])
    raise AssertionError("the disk never filled")


def test_full_database_is_a_plain_no_that_loses_nothing_and_ends_with_the_cause(
    client: Client, shared_world: World
) -> None:
    before = send(client, 0).json()["progress_code"]
    with no_room():
        codes, answer = until_full(client)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["title"] == "系统存储空间已满，暂时不能提交"

        page = client.post("/report", {"text": "路灯不亮。" * 500, "address": "南门路 1 号", **SPOT})
        assert page.status_code == 503
        assert "您填写的内容没有提交" in said(page)
        assert client.get("/").status_code == 200

    assert send(client, 301).status_code == 201
    assert Report.objects.count() == len(codes) + 2
    for code in [before, *codes]:
        rates.forget()
        assert client.get(f"/api/v1/reports/{code}").status_code == 200


def test_photo_that_finds_no_room_leaves_neither_a_row_nor_half_a_file(
    client: Client, shared_world: World, files_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    token = security.issue_token(shared_world.accounts["chen.guoping"], now=shared_world.now)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    address = "/api/v1/photos?purpose=photo_after"
    monkeypatch.setattr("django.utils.timezone.now", lambda: shared_world.now)
    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", half)
        answer = client.post(address, {"photo": photo()})
        page = client.post("/report", {"text": "井盖不见了", "photos": photo(), **SPOT})

    assert (answer.status_code, page.status_code) == (503, 503)
    assert [one for one in files_folder.rglob("*") if one.is_file()] == []
    assert not File.objects.exists()
    assert not Report.objects.exists()
    assert client.post(address, {"photo": photo()}).status_code == 201
