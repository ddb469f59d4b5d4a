"""Run the tests: the quick ones and those in a browser by two processes, the shared ones on PostgreSQL."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from tools import browser
from tools.prepare import ROOT

POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/gewu"
NO_TESTS = 5
TWO = ("-n", "2", "--dist", "worksteal")

Run = Callable[[Path, list[str]], int]


def pytest(report: Path, *words: str, **env: str) -> int:
    """pytest's exit code; that no test was chosen is no failure of one run among several."""
    command = [sys.executable, "-m", "pytest", f"--junitxml={report}", *words]
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, check=False).returncode
    return 0 if code == NO_TESTS else code


def quick(report: Path, chosen: list[str]) -> int:
    """Everything but the browser, on SQLite, in two processes; who is done first helps the other."""
    return pytest(report, *TWO, "--ignore", "tests/browser", *chosen)


def in_browser(report: Path, chosen: list[str]) -> int:
    """The browser tests: two browsers, each with a server of its own; one draws while the other waits."""
    if browser.missing():
        print("browser tests: skipped, no Chromium or no Chinese font here")
        return 0
    return pytest(report, *TWO, "tests/browser", *chosen)


def postgresql(report: Path, chosen: list[str]) -> int:
    """The tests marked both_databases again, on a local PostgreSQL, in a database of their own."""
    if not answers("127.0.0.1", 5432):
        print("PostgreSQL tests: skipped, nothing answers on 127.0.0.1:5432")
        return 0
    url = os.environ.get("POSTGRESQL", POSTGRESQL)
    return pytest(report, "-m", "both_databases", "--ignore", "tests/browser", *chosen, GEWU_DATABASE_URL=url)


def answers(host: str, port: int) -> bool:
    """Whether something listens there."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


RUNS: dict[str, tuple[Run, ...]] = {
    "all": (quick, in_browser, postgresql),
    "quick": (quick,),
    "browser": (in_browser,),
    "postgresql": (postgresql,),
}


def counted(report: Path) -> Counter[str]:
    """How many tests of a run passed, failed and were skipped; nothing for a run that did not begin."""
    if not report.exists():
        return Counter()
    found: Counter[str] = Counter()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        tests, skipped, *bad = (
            int(suite.get(name, 0)) for name in ("tests", "skipped", "failures", "errors")
        )
        found.update(failed=sum(bad), skipped=skipped, passed=tests - skipped - sum(bad))
    return found


def perform(runs: tuple[Run, ...], chosen: list[str]) -> int:
    """Do every run even when one fails, in a data folder that is thrown away, and say the sum."""
    failed, total = [], Counter[str]()
    with tempfile.TemporaryDirectory(prefix="gewu-test-") as home:
        os.environ["GEWU_HOME"] = home
        for one in runs:
            name, report = one.__name__.replace("_", " "), Path(home) / f"{one.__name__}.xml"
            print(f"\n== {name}", flush=True)
            if one(report, chosen):
                failed.append(name)
            total += counted(report)
    print("\n" + (f"FAILED: {', '.join(failed)}" if failed else "All test runs succeeded."))
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if failed or not total["passed"] else 0


def main(arguments: list[str]) -> int:
    name, chosen = (arguments or ["all"])[0], arguments[1:]
    return perform(RUNS[name], chosen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
