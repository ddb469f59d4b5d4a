"""The shell of the field app: what a phone keeps of it, and one sign-in for every line of work."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from gewu.web import modules
from gewu.web.field import shell
from gewu.web.field.words import WORDS
from tests.world import PASSWORD, World

ROOT = Path(__file__).parent.parent.parent
SCRIPTS = sorted((ROOT / "frontend" / "src" / "field").rglob("*.ts"))


def signed_in(name: str) -> Client:
    client = Client()
    client.post("/sign-in", {"name": name, "password": PASSWORD, "next": "/field"})
    return client


def test_the_shell_is_the_same_for_everyone_and_names_nobody(today: World) -> None:
    strangers, workers = Client().get("/field"), signed_in("zhao.qiang").get("/field")
    assert strangers.status_code == 200
    assert strangers.content == workers.content
    assert "赵强" not in workers.content.decode()
    assert "microphone=(self)" in workers.headers["Permissions-Policy"]


def test_everything_the_worker_keeps_can_be_had(today: World) -> None:
    """One file that fails, and no phone could install the app."""
    client = Client()
    answer = client.get("/field/worker.js")
    assert answer.headers["Service-Worker-Allowed"] == "/field"
    assert answer.headers["Content-Type"].startswith("text/javascript")
    head = re.match(r"self\.FIELD_SHELL=(\{.*?\});\n", answer.content.decode())
    assert head
    kept = json.loads(head[1])["files"]
    assert "/field" in kept
    built = Path(shell.__file__).parent.parent / "static"
    for address in kept:
        if address.startswith("/static/"):
            assert (built / address.removeprefix("/static/")).is_file(), address
        else:
            assert client.get(address).status_code == 200, address


def test_another_build_is_another_worker(today: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Client().get("/field/worker.js").content
    assert Client().get("/field/worker.js").content == before
    monkeypatch.setattr(shell, "shell_files", lambda: ["/field", "/static/gewu/assets/field-other.js"])
    assert Client().get("/field/worker.js").content != before


def test_a_phone_can_install_it(today: World) -> None:
    told = Client().get("/field/manifest.webmanifest").json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/field", "/field", "standalone")
    for one in told["icons"]:
        answer = Client().get(one["src"])
        picture = Image.open(io.BytesIO(answer.content))
        assert one["sizes"] == f"{picture.width}x{picture.height}"
    assert Client().get("/field/icon-100.png").status_code == 404


def test_the_words_are_there_in_both_languages_and_every_key_of_the_scripts_has_some() -> None:
    zh, en = (json.loads(shell.words_of(language)) for language in shell.LANGUAGES)
    assert zh.keys() == en.keys() == WORDS.keys()
    assert zh["queue"] == "待传与已传"
    assert en["queue"] == "Waiting and sent"
    used = {key for path in SCRIPTS for key in re.findall(r'\bt\("(\w+)"', path.read_text(encoding="utf-8"))}
    assert len(used) > 80
    assert used <= WORDS.keys()


def test_every_screen_of_the_app_opens_its_own_item_of_the_help() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in SCRIPTS)
    screens, items = set(re.findall(r'\bscreen\("(\w+)"', text)), set(re.findall(r'help: "(\w+)"', text))
    assert len(screens) >= 20
    for item in items:
        assert {f"help_{item}", f"help_{item}_title"} <= WORDS.keys(), item
    listed = re.search(r"const ITEMS = \[(.*?)\]", text)
    assert listed
    assert items <= set(re.findall(r'"(\w+)"', listed[1]))


def test_who_has_not_signed_in_is_nobody(today: World) -> None:
    assert Client().get("/field/session").status_code == 401
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/field/token").status_code == 403
    assert Client().post("/field/token").status_code == 401


def test_one_sign_in_opens_every_line_of_work(today: World) -> None:
    """With the session of one sign-in: a token for the app's own work, and each module of the desk."""
    for name in ("zhao.qiang", "zhou.min", "li.wen"):
        client = signed_in(name)
        told = client.get("/field/session").json()
        assert told["account"] == str(today.accounts[name].pk)
        shown = [one for one in modules.shown_to(today.actor(name)) if one.key != "field"]
        assert [one["href"] for one in told["lines"]] == [reverse(one.page) for one in shown]
        for one in told["lines"]:
            page = client.get(one["href"], follow=True)
            assert page.status_code == 200, one
        made = client.post("/field/token").json()
        day = Client().get("/api/v1/field/day", headers={"Authorization": f"Bearer {made['token']}"})
        assert day.status_code == 200
        assert day.json()["account"] == told["account"]


def test_the_desk_of_a_grid_worker_leads_to_the_app(today: World) -> None:
    worker = signed_in("zhao.qiang")
    assert 'href="/desk/fieldwork"' in worker.get("/desk/visits").content.decode()
    assert 'href="/field"' in worker.get("/desk/fieldwork").content.decode()
    assert 'href="/field"' not in signed_in("chen.guoping").get("/desk").content.decode()
