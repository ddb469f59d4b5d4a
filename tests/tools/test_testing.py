"""The sum of several test runs is told as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import testing

REPORT = '<testsuites><testsuite errors="1" failures="2" skipped="3" tests="10"/></testsuites>'


def passes(report: Path, chosen: list[str]) -> int:
    report.write_text('<testsuites><testsuite errors="0" failures="0" skipped="1" tests="4"/></testsuites>')
    return 0


def fails(report: Path, chosen: list[str]) -> int:
    report.write_text(REPORT)
    return 1


def leaves_nothing(report: Path, chosen: list[str]) -> int:
    return 0


def test_failures_and_errors_count_as_failed(tmp_path: Path) -> None:
    fails(tmp_path / "report.xml", [])
    assert testing.counted(tmp_path / "report.xml") == {"passed": 4, "failed": 3, "skipped": 3}


@pytest.mark.parametrize(
    ("runs", "code", "last"),
    [
        ((passes,), 0, "3 passed, 0 failed, 1 skipped"),
        ((fails, passes), 1, "7 passed, 3 failed, 4 skipped"),
        ((passes, leaves_nothing), 0, "3 passed, 0 failed, 1 skipped"),
        ((leaves_nothing,), 1, "0 passed, 0 failed, 0 skipped"),
    ],
)
def test_one_failing_run_fails_the_whole(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    runs: tuple[testing.Run, ...],
    code: int,
    last: str,
) -> None:
    monkeypatch.setenv("GEWU_HOME", "put back afterwards")
    assert testing.perform(runs, []) == code
    assert capsys.readouterr().out.splitlines()[-1] == last
