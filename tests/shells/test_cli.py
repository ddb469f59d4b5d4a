"""The command line: what an operator sees, and how each command says no."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gewu.cli import checking
from gewu.cli.main import main
from gewu.config.environment import SETTINGS
from gewu.infra import anchors, store, stream
from gewu.infra.models import Anchor, Delivery, EventRow
from gewu.kernel.identifiers import new_id
from gewu.security.actors import CLOCK
from tests.architecture.sources import ROOT
from tests.infra import platform
from tests.infra.platform import Platform
from tests.infra.told import NOW, LampPutUp, LampSeen

GENERATED = ROOT / "docs" / "generated"


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.fixture
def lamp(transactional_db: None) -> int:
    """A lamp that was put up and seen; the position of the second event."""
    key = new_id()
    with store.writing():
        stream.tell(LampPutUp(id=key), actor=CLOCK, now=NOW)
        stream.tell(LampSeen(id=key), actor=CLOCK, now=NOW, words={"reason": "灯不亮"})
    return stream.last_position()


def test_settings_lists_every_one_with_its_meaning() -> None:
    said = run("settings").output
    assert [
        one.name for one in SETTINGS if one.name not in said or one.zh not in said or one.en not in said
    ] == []


def test_settings_shows_what_is_in_force_but_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("GEWU_SECRET_KEY", "do-not-show-this")
    said = run("settings").output
    assert "8123" in said
    assert "do-not-show-this" not in said


@pytest.mark.parametrize("command", ["settings", "migrate", "verify", "retry", "serve", "lifecycles"])
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("PORT", "eight", "a whole number from 1 to 65534"), ("GEWU_" + "WOKERS", "2", "no such setting")],
)
def test_a_wrong_setting_is_refused_by_every_command(
    monkeypatch: pytest.MonkeyPatch, command: str, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(name, value)
    refused = run(command)
    assert refused.exit_code == 2
    assert name in refused.output
    assert words in refused.output
    assert "Traceback" not in refused.output


def test_verify_counts_what_it_looked_at(lamp: int) -> None:
    said = run("verify")
    assert said.exit_code == 0
    assert re.search(r"已核对 1 条链、2 个事件，发现 0 处不一致，用时 [\d.]+ 秒", said.output)


def test_verify_names_what_was_tampered_with(lamp: int) -> None:
    EventRow.objects.filter(pk=lamp).update(data="{}")
    said = run("verify")
    assert said.exit_code == 1
    row = EventRow.objects.get(pk=lamp)
    assert f"lamp {row.subject_id} 第 2 条（位置 {lamp}）：event changed" in said.output


def test_explain_says_what_follows_from_an_event() -> None:
    said = run("explain", "CaseDispatched").output
    assert "{actor}派遣给{unit}" in said
    assert "unit: UUID" in said
    assert "→ cases.tell_lead: " in said


def test_explain_shows_one_event_with_words_and_deliveries(lamp: int) -> None:
    Delivery.objects.create(event_id=lamp, reaction="cases.tell_lead", due_at=NOW, tries=2)
    said = run("explain", str(lamp)).output
    assert f"#{lamp} LampSeen" in said
    assert "reason: 灯不亮" in said
    assert "→ cases.tell_lead: 等待中，已试 2 次" in said


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["CaseForgotten", "999999999"])
def test_explain_refuses_what_it_does_not_know(asked: str) -> None:
    refused = run("explain", asked)
    assert refused.exit_code == 1
    assert asked in refused.output


def test_retry_lists_and_puts_back_what_was_set_aside(lamp: int) -> None:
    aside = Delivery.objects.create(event_id=lamp, reaction="cases.tell_lead", tries=6, error="ValueError: x")
    listed = run("retry").output
    assert f"{aside.pk}  #{lamp} LampSeen → cases.tell_lead  6×  ValueError: x" in listed
    assert "搁置 1 项" in listed
    assert run("retry", str(aside.pk + 1)).exit_code == 1
    assert "已放回 1 项" in run("retry", str(aside.pk)).output
    aside.refresh_from_db()
    assert aside.tries == 0
    assert aside.due_at is not None


def test_documents_show_the_tables_as_they_are() -> None:
    pages = {path.stem: path.read_text(encoding="utf-8") for path in GENERATED.glob("*.md")}
    tables = {table.name: checking.page_of(table) for table in checking.tables()}
    assert {"case", "assignment", "report"} <= set(tables)
    assert pages == tables, "run `gewu lifecycles --write docs/generated`"


def test_lifecycles_are_written_where_asked(tmp_path: Path) -> None:
    assert run("lifecycles", "--write", str(tmp_path)).exit_code == 0
    assert {path.stem for path in tmp_path.iterdir()} == {table.name for table in checking.tables()}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    return platform.new(tmp_path_factory.mktemp("serve"))


def _children(process: subprocess.Popen[str]) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(one) for path in listed for one in path.read_text().split()]


def _ready(here: Platform) -> bool:
    ask = http.client.HTTPConnection("127.0.0.1", here.port, timeout=2)
    try:
        ask.request("GET", "/readyz")
        return ask.getresponse().status == 200
    except OSError:
        return False
    finally:
        ask.close()


def _until(question: Callable[[], bool], *, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return True
        time.sleep(0.1)
    return False


def test_serve_comes_up_restarts_what_died_and_stops_whole(here: Platform) -> None:
    with here.running("-m", "gewu.cli.main", "serve") as served:
        assert served.stdout is not None
        assert re.fullmatch(rf"格物 Gewu [\d.]+  http://127.0.0.1:{here.port}\n", served.stdout.readline())
        first = _children(served)
        assert len(first) == 2
        for child in first:
            os.kill(child, signal.SIGKILL)
        assert _until(lambda: len(_children(served)) == 2 and not set(first) & set(_children(served)))
        assert _until(lambda: _ready(here))
        served.terminate()
        assert served.wait(20) == 0
        assert not any(Path(f"/proc/{child}").exists() for child in _children(served))


def test_nothing_is_imported_while_the_web_processes_are_forked(here: Platform) -> None:
    """A process forked in the middle of an import by another thread would wait for that module for ever."""
    code = """
import sys
from gewu.cli import serving
serving._load_once()
loaded = set(sys.modules)
serving._ready("localhost", "localhost")
serving._listens("localhost", 9)
print(sorted(set(sys.modules) - loaded))
"""
    assert here.run(code) == "[]"


def test_serve_names_the_port_that_is_taken(here: Platform) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", here.live_port))
        taken.listen()
        code, said = here.gewu("serve")
    assert code == 2
    assert f"127.0.0.1:{here.live_port}" in said
    assert "GEWU_LIVE_PORT" in said
    assert "Traceback" not in said


def test_serve_sends_assets_with_their_type_to_be_kept(here: Platform) -> None:
    folder = ROOT / "src" / "gewu" / "web" / "static" / "gewu" / "assets"
    script = next(iter(sorted(folder.glob("desk-*.js"))), None)
    if script is None:
        pytest.skip("the front end has not been built")
    with here.running("-m", "gewu.cli.main", "serve"):
        assert _until(lambda: _ready(here))
        ask = http.client.HTTPConnection("127.0.0.1", here.port, timeout=5)
        ask.request("GET", f"/static/gewu/assets/{script.name}")
        answer = ask.getresponse()
        content = answer.read()
        ask.close()
    assert answer.status == 200
    assert content == script.read_bytes()
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "max-age=31536000"


def test_verify_names_the_day_whose_anchor_no_longer_fits(lamp: int, tmp_path: Path) -> None:
    anchors.sweep(NOW + timedelta(days=1))
    published = tmp_path / "anchors.json"
    published.write_text(json.dumps({"anchors": [vars(one) for one in anchors.everything()]}))
    assert run("verify", "--anchors", str(published)).exit_code == 0

    Anchor.objects.update(count=99)

    said = run("verify", "--anchors", str(published))
    assert said.exit_code == 1
    assert "每日摘要" in said.output
