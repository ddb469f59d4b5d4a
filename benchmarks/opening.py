"""The field app on a cheap phone: how much script it is, and how long until it can be used."""

from __future__ import annotations

import gzip
import statistics
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright
from tests.world import PASSWORD

from benchmarks import processes
from benchmarks.ground import Ground
from benchmarks.table import Row
from tools import browser

#: A phone of a hundred euros is about four times as slow as the machines that pages are made on.
SLOWER = 4
TIMES = 5
#: Until the screen is drawn and every button answers, from the moment the address was opened.
READY = "() => performance.getEntriesByName('gewu-ready')[0]?.startTime ?? null"
BUILT = Path(__file__).parent.parent / "src" / "gewu" / "web" / "static" / "gewu"
MOST_KIB, MOST_MS = 150, 2000


def measure(ground: Ground) -> Iterator[Row]:
    """Script compressed, and the time to interactive at a quarter of the processor: fresh, kept, apart."""
    kib = sum(len(gzip.compress(one.read_bytes())) for one in _scripts()) / 1024
    yield Row("open", "field app, script compressed", kib, "KiB", "most", MOST_KIB)
    if not browser.ensure():
        print("open: without the time until it can be used")
        return
    with (
        ground.copy() as place,
        processes.running(processes.PLATFORM, place, "/readyz") as server,
        sync_playwright() as playwright,
    ):
        phone = playwright.chromium.launch(executable_path=str(browser.find()), args=browser.arguments())
        root = f"http://localhost:{server.port}"
        first = [_first(phone.new_context(base_url=root)) for _ in range(TIMES)]
        context = phone.new_context(base_url=root)
        page = _signed_in(context)
        kept = [_opened(page) for _ in range(TIMES)]
        context.set_offline(True)
        apart = [_opened(page) for _ in range(TIMES)]
        phone.close()
    for name, found in (("first opening", first), ("kept on the phone", kept), ("without a network", apart)):
        middle = statistics.median(found)
        yield Row(
            "open",
            f"field app, {name}, {SLOWER}x slower",
            middle,
            "ms",
            "most",
            MOST_MS,
            {"worst": max(found)},
        )


def _scripts() -> list[Path]:
    """The app's own script and its service worker; it loads no other."""
    return [*(BUILT / "assets").glob("field-*.js"), BUILT / "field-worker.js"]


def _first(context: BrowserContext) -> float:
    """With nothing kept: the shell of someone who has yet to sign in."""
    found = _opened(context.new_page())
    context.close()
    return found


def _signed_in(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/sign-in?next=/field")
    page.fill("#name", "zhao.qiang")
    page.fill("#password", PASSWORD)
    page.click("form:has(#password) button")
    page.wait_for_selector(".tiles")
    page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    page.wait_for_timeout(1000)  # the day is taken along
    return page


def _opened(page: Page) -> float:
    """Milliseconds of one opening at a quarter of the processor."""
    line = page.context.new_cdp_session(page)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto("/field")
    page.wait_for_selector("body[data-ready]")
    found: float = page.evaluate(READY)
    line.detach()
    return found
