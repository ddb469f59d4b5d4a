"""Visits to the pages: signed-in clients, forms read from the pages, statements counted."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from unittest.mock import patch

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from gewu.infra import versions
from tests.founded import statements
from tests.pictures import photo_bytes
from tests.world import PASSWORD

SPOT = {"lon": "118.6025", "lat": "32.0575"}


def signed_in(name: str) -> Client:
    """The browser of someone of the world."""
    client = Client()
    answer = client.post("/sign-in", {"name": name, "password": PASSWORD})
    assert answer.status_code == 303, said(answer)
    return client


def said(answer: HttpResponse) -> str:
    """What a page says, without its marks."""
    bare = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(unescape(bare).split())


def photo(name: str = "photo.jpg") -> SimpleUploadedFile:
    """A real photo, as a form sends it."""
    return SimpleUploadedFile(name, photo_bytes(), "image/jpeg")


def version(page: HttpResponse) -> str:
    """What the page had seen, as its forms will say."""
    found = re.search(r'name="version" value="(\d+)"', page.content.decode())
    assert found, said(page)
    return found.group(1)


def step(client: Client, address: str, event: str, **given: Any) -> HttpResponse:
    """Open the page of a record and send the form of one of its steps."""
    seen = version(client.get(address))
    return client.post(f"{address}/steps/{event}", {"version": seen, **given})


def rows(page: HttpResponse) -> int:
    """How many rows the list of an inbox has."""
    return page.content.decode().count('<tr id="row-')


def cost(visit: Callable[[], HttpResponse]) -> int:
    """How many statements a visit costs once everything held in memory is warm.

    The least of three, what is held being looked at once: on a slow machine it would be again and again.
    """
    with patch.object(versions, "LOOK_AGAIN", 3600):
        visit()
        return min(_statements(visit) for _ in range(3))


def _statements(visit: Callable[[], HttpResponse]) -> int:
    with statements() as counted:
        assert visit().status_code == 200
    return len(counted)
