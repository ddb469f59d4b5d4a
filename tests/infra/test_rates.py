"""How often an address may come, and whose address it is."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from gewu.infra import rates
from gewu.kernel.refusals import Kind, Refusal
from tests.infra import platform


@pytest.fixture(autouse=True)
def _nobody_has_come_before() -> None:
    rates.forget()


def test_one_too_many_is_refused_and_another_address_is_not() -> None:
    for _ in range(3):
        rates.limited("10.0.0.1", "reports", per_hour=3)
    with pytest.raises(Refusal) as refused:
        rates.limited("10.0.0.1", "reports", per_hour=3)
    assert refused.value.kind is Kind.TOO_MANY
    assert 3590 < int(refused.value.retry_after) <= 3600
    rates.limited("10.0.0.2", "reports", per_hour=3)
    rates.limited("10.0.0.1", "sign-in", per_hour=3)


@pytest.mark.parametrize(
    ("proxies", "told", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        (2, "1.2.3.4, 203.0.113.9, 10.0.0.7", "203.0.113.9"),
        (1, "", "127.0.0.1"),
    ],
)
def test_address_is_what_the_outermost_trusted_proxy_saw(
    settings: object, proxies: int, told: str, address: str
) -> None:
    settings.PROXIES = proxies  # type: ignore[attr-defined]  # pytest-django's settings
    meta = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": told}
    assert rates.address_of(meta) == address


def come(address: str, times: int, *, per_hour: int) -> int:
    """Come so many times; how many of them were let in."""
    let_in = 0
    for _ in range(times):
        try:
            rates.limited(address, "reports", per_hour=per_hour)
        except Refusal:
            continue
        let_in += 1
    return let_in


COME = """
from gewu.infra import rates
from gewu.kernel.refusals import Refusal
let_in = 0
for _ in range({times}):
    try:
        rates.limited("{address}", "sign-in", per_hour=20)
        let_in += 1
    except Refusal:
        pass
print(let_in)
"""


def let_in_by_three(home: Path, **more: str) -> int:
    """Three processes at the same time, each asked fifteen times by the same address."""
    here, address = platform.new(home), uuid4().hex
    crowd = [
        here.begin("-c", platform.START + COME.format(times=15, address=address), **more) for _ in range(3)
    ]
    printed = [one.communicate(timeout=60)[0] for one in crowd]
    return sum(int(one) for one in printed)


def test_processes_count_together(tmp_path: Path) -> None:
    assert let_in_by_three(tmp_path / "home") == 20


@pytest.mark.needs_service("redis")
def test_processes_count_together_in_redis(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert let_in_by_three(home, GEWU_REDIS_URL="redis://127.0.0.1:6379/14") == 20
    assert not (home / "rates.sqlite3").exists()


def test_common_counts_that_do_not_answer_let_nobody_in_uncounted(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
        assert come("10.0.0.1", 9, per_hour=3) == 3
        with pytest.raises(Refusal) as refused:
            rates.limited("10.0.0.1", "reports", per_hour=3)
        assert 0 < int(refused.value.retry_after) <= 3600
        assert not rates.answers()
    assert "this process counts for itself" in caplog.text


def test_full_disk_or_broken_file_of_counts_is_no_fault_of_the_visitor(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    (tmp_path / "rates.sqlite3").write_bytes(b"this is no database at all" * 100)
    assert come("10.0.0.1", 9, per_hour=3) == 3


@pytest.mark.needs_service("redis")
def test_redis_says_when_to_come_again(settings: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:6379/14"
    address = uuid4().hex
    assert come(address, 1, per_hour=1) == 1
    with pytest.raises(Refusal) as refused:
        rates.limited(address, "reports", per_hour=1)
    assert 3590 < int(refused.value.retry_after) <= 3600


def test_clock_that_was_set_back_does_not_lock_anyone_out_for_longer_than_an_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = time.time()
    assert come("10.0.0.1", 5, per_hour=3) == 3
    monkeypatch.setattr(time, "time", lambda: begun - 86_400)
    assert come("10.0.0.1", 5, per_hour=3) == 3
    monkeypatch.setattr(time, "time", lambda: begun - 86_400 + 3601)
    assert come("10.0.0.1", 5, per_hour=3) == 3


def test_what_is_kept_does_not_say_who_came(settings: Any) -> None:
    come("203.0.113.77", 1, per_hour=3)
    for one in Path(settings.HOME).glob("rates.sqlite3*"):
        assert b"203.0.113.77" not in one.read_bytes()
