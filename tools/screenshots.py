"""Photograph every main page of the demo, at both widths, light and dark, into screenshots/.

Starts a demo of its own in a folder that is thrown away, and looks at it with a real browser.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import django
import httpx
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tools import browser
from tools.prepare import ROOT, VENV

OUT = ROOT / "screenshots"
SIZES = {1440: 900, 360: 760}
THEMES = ("light", "dark")
PATIENCE_S = 240
#: Maps draw after they have loaded, and say nothing when they have finished.
DRAWN_MS = 1500


@dataclass(frozen=True)
class Shot:
    """One page: the named address, who looks, and which link to follow from there, if any."""

    name: str
    address: str
    account: str = ""
    follow: str = ""
    query: str = ""


#: What a visitor sees, then what each audience sees; ``account`` is a part of a demo account's name or post.
SHOTS = (
    Shot("portal-home", "portal_home"),
    Shot("portal-report", "portal_report"),
    Shot("portal-progress", "portal_progress"),
    Shot("sign-in", "desk_sign_in"),
    Shot("desk-inbox", "desk_inbox", "派遣员"),
    Shot("desk-case", "desk_inbox", "派遣员", "#list a.what[href*='/cases/']"),
    Shot("desk-reports", "desk_inbox", "受理员"),
    Shot("desk-report", "desk_inbox", "受理员", "#list a.what[href*='/reports/']"),
    Shot("desk-new-report", "desk_new_report", "受理员"),
    Shot("desk-notices", "desk_notices", "派遣员"),
    Shot("board", "board_root", "领导"),
)


def free_port() -> int:
    """A port whose successor is free as well, for the live stream."""
    while True:
        with socket.socket() as one, socket.socket() as next_one:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                next_one.bind(("127.0.0.1", port + 1))
            except (OSError, OverflowError):
                continue
            return port


@contextmanager
def demo() -> Iterator[str]:
    """The address of a fresh demo, stopped and thrown away at the end."""
    with tempfile.TemporaryDirectory(prefix="gewu-screens-") as home:
        port = free_port()
        env = {**os.environ, "GEWU_HOME": home, "PORT": str(port)}
        with (Path(home) / "demo.log").open("w") as log:
            server = subprocess.Popen(
                [VENV / "bin" / "gewu", "demo"], cwd=ROOT, env=env, stdout=log, stderr=log
            )
            try:
                wait_for(f"http://127.0.0.1:{port}/readyz", server, Path(home) / "demo.log")
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()
                server.wait(timeout=30)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until the demo answers; stops with what it said when it ends or takes too long."""
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends and server.poll() is None:
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.HTTPError:
            time.sleep(0.3)
    raise SystemExit(f"The demo did not start:\n{log.read_text()[-2000:]}")


def sign_in(page: Page, root: str, account: str) -> None:
    """By the button of the first demo account whose name or post holds the word."""
    page.goto(root + reverse("desk_sign_in"))
    page.locator(f".demo-accounts button:has-text('{account}')").first.click()
    page.wait_for_load_state()


def take(context: BrowserContext, root: str, shot: Shot, target: Path) -> None:
    page = context.new_page()
    if shot.account:
        sign_in(page, root, shot.account)
    page.goto(root + reverse(shot.address) + shot.query)
    if shot.follow:
        page.locator(shot.follow).first.click()
        page.wait_for_load_state()
    page.wait_for_timeout(DRAWN_MS)
    page.screenshot(path=target, full_page=True)
    page.close()


def take_all(chromium: Browser, root: str) -> int:
    """Every page in every size and theme; answers with how many were taken."""
    taken = 0
    for width, height in SIZES.items():
        for theme in THEMES:
            for shot in SHOTS:
                context = chromium.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if theme == "dark" else "light",
                    locale="zh-CN",
                    timezone_id="Asia/Shanghai",
                )
                take(context, root, shot, OUT / f"{shot.name}-{width}-{theme}.png")
                context.close()
                taken += 1
                print(f"  {shot.name} {width} {theme}", flush=True)
    return taken


def main() -> int:
    """Take them all; without a browser say what is missing."""
    chrome = browser.find()
    if chrome is None:
        print("No Chromium here, so no screenshots.")
        return 1
    OUT.mkdir(exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gewu.config.settings")
    django.setup()
    with demo() as root, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(chrome), args=browser.arguments())
        print(f"{take_all(chromium, root)} pictures in {OUT.relative_to(ROOT)}/")
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
