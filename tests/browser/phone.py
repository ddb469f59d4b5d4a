"""A phone whose battery may die and a server that may be killed: real processes, started anew by a test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, expect
from tools.prepare import ROOT, VENV
from tools.served import free_port, wait_for

from tests.browser.visitors import PATIENCE_MS, PHONE
from tests.world import PASSWORD
from tools import browser

#: Asks the platform's database what arrived from the field, in a process of its own.
ARRIVED = """
import django, json
django.setup()
from gewu.fieldwork.models import Task, Track
from gewu.infra.models import Command, File
from gewu.intake.models import Report
reports = Report.objects.filter(channel_id="grid").order_by("received_at", "id")
commands = Command.objects.filter(kind="report")
tracks = [
    {"task": one.pk, "batches": one.parts.count(), "points": one.points, "refused": one.refused}
    for one in Track.objects.all()
]
print(json.dumps({
    "tracks": tracks,
    "tasks": sorted(Task.objects.exclude(started_at=None).values_list("state", flat=True)),
    "texts": list(reports.values_list("text", flat=True)),
    "files": sorted(File.objects.filter(owner_kind="report").values_list("media_type", flat=True)),
    "waited": [(one.arrived_at - one.made_at).total_seconds() for one in commands],
    "accounts": sorted(set(Command.objects.values_list("account", flat=True)), key=str),
}, default=str))
"""


#: Counts how often the page has the position watched just now, and how often it asked for it once.
WATCHED = """(() => {
  const geo = navigator.geolocation, watch = geo.watchPosition.bind(geo), clear = geo.clearWatch.bind(geo);
  const watches = new Set();
  geo.watchPosition = (...given) => { const id = watch(...given); watches.add(id); return id; };
  geo.clearWatch = (id) => { watches.delete(id); clear(id); };
  window.watching = () => watches.size;
})()"""


class Server:
    """A server on a port and data folder of its own, which may be killed and started anew."""

    def __init__(self, home: Path, settings: dict[str, str]) -> None:
        self.home, self.port = home, free_port()
        self.root = f"http://localhost:{self.port}"
        self.env = {**os.environ, **settings, "GEWU_HOME": str(home), "PORT": str(self.port)}
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = self.home / "field-server.log"
        with log.open("a") as out:
            words = [VENV / "bin" / "gewu", "serve"]
            self.running = subprocess.Popen(
                words, cwd=ROOT, env=self.env, stdout=out, stderr=out, start_new_session=True
            )
        wait_for(self.port, self.running, log)

    def kill(self) -> None:
        """All of it at once, without a word of warning."""
        _kill(self.running)
        self.running = None

    def arrived(self) -> dict[str, Any]:
        asked = [sys.executable, "-c", ARRIVED]
        done = subprocess.run(asked, env=self.env, cwd=ROOT, capture_output=True, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
        return found


class Phone:
    """A Chromium with a profile that outlives it."""

    def __init__(self, playwright: Playwright, profile: Path, root: str) -> None:
        self.playwright, self.profile, self.root = playwright, profile, root
        self.running: subprocess.Popen[bytes] | None = None
        self.context: BrowserContext | None = None

    def turn_on(self) -> Page:
        """Start it and open the field app."""
        told = self.profile / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        words = [str(browser.find()), "--headless=new", "--remote-debugging-port=0", *browser.arguments()]
        words += [
            f"--user-data-dir={self.profile}",
            "--lang=zh-CN",
            "--accept-lang=zh-CN,zh",
            "--use-fake-ui-for-media-stream",
        ]
        words += ["--use-fake-device-for-media-stream", "--disable-gpu", "about:blank"]
        self.running = subprocess.Popen(
            words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        ends = time.monotonic() + 60
        while not told.exists() or not told.read_text().strip():
            assert time.monotonic() < ends, "the browser did not start"
            time.sleep(0.05)
        port = told.read_text().splitlines()[0]
        self.context = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}").contexts[0]
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.grant_permissions(["geolocation", "microphone", "notifications"], origin=self.root)
        self.context.add_init_script(WATCHED)
        page = self.context.pages[0]
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.goto(f"{self.root}/field")
        page.wait_for_selector("body[data-ready]")
        return page

    def die(self) -> None:
        """As a phone does whose battery is empty."""
        _kill(self.running)
        self.running = None


def _kill(process: subprocess.Popen[bytes] | None) -> None:
    if process is not None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def sign_in(page: Page, name: str) -> None:
    """By the pages' own form, from the app and back to it."""
    page.click("a[href^='/sign-in']")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("form:has(#password) button")
    page.wait_for_url("**/field*")
    page.wait_for_selector(".tiles")


def taken_along(page: Page) -> None:
    """Until the day is on the phone and the app itself is kept there."""
    expect(page.locator("main")).to_contain_text("内容取自")
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")


def go(page: Page, screen: str) -> None:
    page.evaluate("(hash) => { location.hash = hash; }", f"#/{screen}")
    on_screen(page, screen.split("/")[0] or "today")


def on_screen(page: Page, name: str) -> None:
    """Until that screen is shown."""
    page.wait_for_selector(f"body[data-screen={name}]")


def stand(page: Page, lon: float, lat: float) -> None:
    """The phone's position is here now."""
    page.context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 8})


def watching(page: Page) -> int:
    """How many watches of the position the page has open."""
    found: int = page.evaluate("watching()")
    return found


def report(page: Page, text: str, photo: Path | None = None) -> None:
    """Hand in a report; it is in the queue when this returns."""
    go(page, "report")
    page.fill("#f-text", text)
    if photo:
        page.set_input_files("[data-photos=photos]", photo)
        page.wait_for_selector(".previews img")
    page.click(".go")
    on_screen(page, "queue")
