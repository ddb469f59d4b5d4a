"""A real Chromium before a real server: one of each for all these tests of a process."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright
from tools.prepare import ROOT
from tools.served import served

from tests.browser.visitors import Visitors
from tests.ground import tables
from tools import browser

#: All visits come from one address here, which real residents do not.
SETTINGS = {
    "GEWU_REPORTS_PER_HOUR": "10000",
    "GEWU_DURABILITY": "NORMAL",
    "GEWU_SECOND_FACTOR": "no",
    "DJANGO_SETTINGS_MODULE": "gewu.config.settings",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.needs_service("chromium"))


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    """A data folder with the small world, and the numbers of what is in it."""
    home = tmp_path_factory.mktemp("home")
    shutil.copy(tables(), home / "gewu.sqlite3")
    done = subprocess.run(
        [sys.executable, "-m", "tests.browser.beginning"],
        cwd=ROOT,
        env={**os.environ, **SETTINGS, "GEWU_HOME": str(home)},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return home, json.loads(done.stdout)


@pytest.fixture(scope="session")
def root(begun: tuple[Path, dict[str, list[str]]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the server, on a copy: the world at its beginning stays for whoever needs it."""
    home = shutil.copytree(begun[0], tmp_path_factory.mktemp("served") / "home")
    with served(home, "serve", settings=SETTINGS) as address:
        yield address


@pytest.fixture(scope="session")
def numbers(begun: tuple[Path, dict[str, list[str]]]) -> dict[str, list[str]]:
    """The numbers of the cases at each stage and the ids of the reports; a test takes its own with `pop`."""
    return begun[1]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives every browser of these tests; there can be only one in a process."""
    with sync_playwright() as one:
        yield one


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser; each visitor has a window of their own in it."""
    one = playwright.chromium.launch(executable_path=str(browser.find()), args=browser.arguments())
    yield one
    one.close()


@pytest.fixture
def visitors(chromium: Browser, root: str) -> Iterator[Visitors]:
    """People who come to the pages; what their browsers complained of fails the test at its end."""
    here = Visitors(chromium, root)
    yield here
    here.leave()
