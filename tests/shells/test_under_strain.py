"""The platform as it is served: a crowd on one case, slow and broken uploads, a disk that fills."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.infra.platform import Platform, free_ports

#: As many come at once; the benchmark has two hundred.
CROWD = 200
SPOT = {"lon": 118.6025, "lat": 32.0575}
SETTLE = """
import pickle, sys
from django.utils import timezone

from gewu.security import actions as security
world = pickle.loads(open(sys.argv[1], "rb").read())
world.now = timezone.now()
tokens = {name: security.issue_token(world.accounts[name], now=world.now)
          for name in ("chen.guoping", "zheng.jun", "li.wen")}
print(world.accepted().number, *tokens.values())
"""


@dataclass
class Here:
    """A served platform with one case that waits to be signed for."""

    platform: Platform
    number: str
    tokens: dict[str, str]

    def ask(
        self, method: str, path: str, body: Any = None, *, who: str = "", patience: float = 60
    ) -> tuple[int, Any]:
        """The status and what was answered, read as JSON where it is."""
        line = http.client.HTTPConnection("127.0.0.1", self.platform.port, timeout=patience)
        headers = {"Content-Type": "application/json"}
        if who:
            headers["Authorization"] = f"Bearer {self.tokens[who]}"
        try:
            line.request(method, path, None if body is None else json.dumps(body), headers)
            answer = line.getresponse()
            content = answer.read()
            is_json = "json" in (answer.headers["Content-Type"] or "")
            return answer.status, json.loads(content) if is_json else content.decode()
        finally:
            line.close()


def settled(home: Path, kept: Path) -> Here:
    """The founded world in a folder, with a case."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(kept / "gewu.sqlite3", home)
    here = Platform(home, free_ports())
    process = here.begin("-c", "import django; django.setup()" + SETTLE, str(kept / "world"))
    printed, _ = process.communicate(timeout=120)
    assert process.returncode == 0, printed
    number, *tokens = printed.split()
    return Here(here, number, dict(zip(("chen.guoping", "zheng.jun", "li.wen"), tokens, strict=True)))


def await_ready(here: Here, process: subprocess.Popen[str]) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise AssertionError(process.communicate()[0])
        try:
            if here.ask("GET", "/readyz", patience=5)[0] == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    raise AssertionError("the platform did not start")


@contextmanager
def serving(here: Here, *command: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    settings = {"GEWU_WORKERS": "2", "GEWU_REPORTS_PER_HOUR": "100000", **more}
    process = here.platform.begin(*(command or ("-m", "gewu.cli.main", "serve")), **settings)
    try:
        await_ready(here, process)
        yield process
    finally:
        process.terminate()
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def here(_kept_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    found = settled(tmp_path_factory.mktemp("strain") / "home", _kept_world)
    with serving(found):
        yield found


def test_crowd_on_one_case_is_one_step_and_a_word_for_each_of_the_others(here: Here) -> None:
    ready = threading.Barrier(CROWD + 1, timeout=120)
    path = f"/api/v1/cases/{here.number}/steps"

    def take(n: int) -> tuple[int, Any]:
        event, who, given = (
            ("sign_for", "chen.guoping", {"version": 1})
            if n % 2
            else ("void", "zheng.jun", {"version": 1, "reason": "重复立案"})
        )
        ready.wait()
        return here.ask("POST", f"{path}/{event}", given, who=who)

    def look() -> list[int]:
        ready.wait()
        return [here.ask("GET", "/")[0] for _ in range(10)]

    with ThreadPoolExecutor(CROWD + 1) as pool:
        others = pool.submit(look)
        answers = list(pool.map(take, range(CROWD)))

    assert Counter(status for status, _ in answers) == {200: 1, 409: CROWD - 1}
    assert others.result() == [200] * 10
    changed = {body["title"] for status, body in answers if status == 409}
    assert changed <= {"您打开此单之后，陈国平已将其变为“处置中”", "您打开此单之后，郑军已将其变为“已作废”"}
    assert len(changed) == 1
    code, printed = here.platform.gewu("verify")
    assert code == 0, printed


def test_those_who_report_at_once_are_each_kept_once_though_some_are_refused(here: Here) -> None:
    """They share transactions; a refusal among them takes nobody's report away."""
    many = 96

    def report(n: int) -> int:
        words = {} if n % 4 == 3 else {"text": f"第{n}号路灯不亮", "channel": "phone", **SPOT}
        return here.ask("POST", "/api/v1/desk/reports", words, who="li.wen")[0]

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(report, range(many)))

    assert Counter(answers) == {201: many * 3 // 4, 422: many // 4}
    counted = """
from gewu.intake.models import Report
texts = list(Report.objects.values_list("text", flat=True))
print(*(sum(text == f"第{n}号路灯不亮" for text in texts) for n in range(96)))
"""
    kept = [int(one) for one in here.platform.run(counted).split()]
    assert kept == [0 if n % 4 == 3 else 1 for n in range(many)]
    code, printed = here.platform.gewu("verify")
    assert code == 0, printed


def family(pid: int) -> list[int]:
    """A process and all that it started, oldest first."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def test_killed_among_many_reports_what_was_answered_is_kept(_kept_world: Path, tmp_path: Path) -> None:
    """Nobody is told that a report is taken down before it is on the disk."""
    other = settled(tmp_path / "home", _kept_world)
    taken: list[int] = []

    def report(n: int) -> None:
        words = {"text": f"第{n}号路灯不亮", "channel": "phone", **SPOT}
        try:
            status = other.ask("POST", "/api/v1/desk/reports", words, who="li.wen")[0]
        except (OSError, http.client.HTTPException):
            return
        if status == 201:
            taken.append(n)

    with serving(other, GEWU_WORKERS="1") as process, ThreadPoolExecutor(24) as pool:
        asked = [pool.submit(report, n) for n in range(400)]
        while len(taken) < 100:
            time.sleep(0.005)
        for pid in family(process.pid):
            os.kill(pid, signal.SIGKILL)
        for one in asked:
            one.result()
    counted = """
from gewu.intake.models import Report
print(*Report.objects.values_list("text", flat=True))
"""
    kept = Counter(other.platform.run(counted).split())
    assert 100 <= len(taken) < 400
    assert [kept[f"第{n}号路灯不亮"] for n in taken] == [1] * len(taken)
    code, printed = other.platform.gewu("verify")
    assert code == 0, printed


def raw(here: Here, *parts: bytes) -> socket.socket:
    """A connection on which these parts were sent."""
    line = socket.create_connection(("127.0.0.1", here.platform.port), timeout=60)
    for one in parts:
        line.sendall(one)
    return line


def head(length: int, path: str = "/api/v1/photos?purpose=photo_after", token: str = "") -> bytes:
    lines = (
        f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {length}",
        "Content-Type: multipart/form-data; boundary=xx", f"Authorization: Bearer {token}", "", "",
    )  # fmt: skip
    return "\r\n".join(lines).encode()


PART = b'--xx\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'


def test_upload_that_breaks_off_harms_nobody(here: Here) -> None:
    for _ in range(6):
        raw(here, head(50_000, token=here.tokens["chen.guoping"]), PART, b"half of a photo").close()
    assert here.ask("GET", "/", patience=20)[0] == 200
    assert here.ask("GET", f"/api/v1/cases/{here.number}", who="chen.guoping", patience=20)[0] == 200


def test_uploads_that_never_end_do_not_keep_others_waiting(here: Here) -> None:
    slow = [
        raw(here, head(50_000, token=here.tokens["chen.guoping"]), PART, b"a byte now and then")
        for _ in range(8)
    ]
    try:
        assert here.ask("GET", "/", patience=20)[0] == 200
        assert here.ask("GET", f"/api/v1/cases/{here.number}", who="chen.guoping", patience=20)[0] == 200
    finally:
        for one in slow:
            one.close()


def test_hundred_megabytes_are_refused_before_they_are_read(here: Here) -> None:
    for path, said in (
        ("/api/v1/photos?purpose=photo_after", "提交的内容太大了"),
        ("/report", "传上来的内容太大了"),
    ):
        line = raw(here, head(100 * 1024 * 1024, path, here.tokens["chen.guoping"]), PART)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        assert answer.status == 413
        assert said in answer.read().decode()
        line.close()


#: Serve from a file system of its own that has no more than this.
ROOM_MB = 40
IN_LITTLE_ROOM = """
mount -t tmpfs -o size={room}m tmpfs {home} && cp -r {kept}/. {home}/ && exec {python} -m gewu.cli.main serve
"""


def may_mount() -> bool:
    tried = subprocess.run(
        ["unshare", "-Urm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
    )
    return tried.returncode == 0


@pytest.mark.skipif(not may_mount(), reason="this machine lets nobody mount a file system of their own")
def test_disk_that_fills_refuses_in_plain_words_loses_nothing_and_recovers_by_itself(
    _kept_world: Path, tmp_path: Path
) -> None:
    import sys  # noqa: PLC0415 -- the interpreter that the shell starts

    kept, home = tmp_path / "kept", tmp_path / "home"
    here = settled(kept, _kept_world)
    home.mkdir()
    here.platform = Platform(home, here.platform.port)
    script = IN_LITTLE_ROOM.format(room=ROOM_MB, home=home, kept=kept, python=sys.executable)
    settings = {**here.platform.environment(), "GEWU_WORKERS": "2", "GEWU_REPORTS_PER_HOUR": "100000"}
    process = subprocess.Popen(
        ["unshare", "-Urm", "sh", "-c", script], env=settings, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    inside = Path(f"/proc/{process.pid}/root{home}")
    try:
        await_ready(here, process)
        codes = [send(here)["progress_code"]]
        ballast = inside / "ballast"
        fill(ballast, leave=300_000)
        for _ in range(400):
            status, body = report(here)
            if status != 201:
                break
            codes.append(body["progress_code"])
        assert (status, body["title"]) == (503, "系统存储空间已满，暂时不能提交")
        fill(ballast, leave=0)
        assert report(here)[0] == 503
        photo_status, photo = upload(here)
        assert (photo_status, photo["title"]) == (503, "系统存储空间已满，暂时不能提交")
        assert here.ask("GET", "/")[0] == 200
        ballast.unlink()
        codes.append(send(here)["progress_code"])
        assert upload(here)[0] == 201
        assert [here.ask("GET", f"/api/v1/reports/{one}")[0] for one in codes] == [200] * len(codes)
        assert not list(inside.rglob("*.part"))
    finally:
        process.terminate()
        process.communicate(timeout=60)


def fill(ballast: Path, *, leave: int) -> None:
    """Take what room there is but so much."""
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 16, 1 << 12):
            try:
                while shutil.disk_usage(ballast.parent).free > leave + size:
                    file.write(b"\0" * size)
            except OSError:
                continue


def report(here: Here) -> tuple[int, Any]:
    body = {"text": "井盖不见了。" + "很长的经过。" * 400, **SPOT}
    return here.ask("POST", "/api/v1/reports", body)


def send(here: Here) -> dict[str, Any]:
    status, body = report(here)
    assert status == 201, body
    found: dict[str, Any] = body
    return found


def upload(here: Here) -> tuple[int, Any]:
    from tests.pictures import photo_bytes  # noqa: PLC0415 -- Pillow is slow to load and few tests need it

    content = PART + photo_bytes() + b"\r\n--xx--\r\n"
    line = raw(here, head(len(content), token=here.tokens["chen.guoping"]), content)
    answer = http.client.HTTPResponse(line)
    answer.begin()
    body = json.loads(answer.read())
    line.close()
    return answer.status, body
