"""People before a screen: each in a window of their own, with everything their browser complained of."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.world import PASSWORD

PHONE, DESK = (360, 740), (1440, 900)
#: A request that answers late on a busy machine is no fault of the page.
PATIENCE_MS = 20_000
#: A refusal has its own status, of which a browser always complains; a graphics driver speaks of itself.
EXPECTED = (
    "Failed to load resource: the server responded with a status of 4",
    "GL Driver Message",
    # These windows are closed to service workers, so that nothing is kept from one test to the next.
    "Service Worker registration blocked by Playwright",
)

expect.set_options(timeout=PATIENCE_MS)


@dataclass
class Visitors:
    """Opens windows and watches them: errors in scripts, and requests that leave this server."""

    chromium: Browser
    root: str
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def someone(
        self, size: tuple[int, int] = DESK, *, english: bool = False, dark: bool = False, script: bool = True
    ) -> Page:
        """A window without a session."""
        context = self.chromium.new_context(
            base_url=self.root,
            viewport={"width": size[0], "height": size[1]},
            locale="en-GB" if english else "zh-CN",
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            service_workers="block",
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: self._hear(said.type, said.text, page.url))
        page.on("pageerror", lambda fault: self.complaints.append(f"{page.url}: {fault}"))
        context.on("request", self._watch)
        return page

    def staff(
        self, name: str, size: tuple[int, int] = DESK, *, english: bool = False, dark: bool = False
    ) -> Page:
        """A window of someone of the world, signed in by the form."""
        page = self.someone(size, english=english, dark=dark)
        page.goto("/sign-in")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.click("form:has(#password) button")
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    def _hear(self, kind: str, text: str, url: str) -> None:
        if kind in ("error", "warning") and not any(words in text for words in EXPECTED):
            self.complaints.append(f"{url}: {text}")

    def _watch(self, request: Request) -> None:
        """Pages and stream differ in the port only; `data:` and `blob:` never leave the browser."""
        where = urlsplit(request.url)
        if where.scheme in ("http", "https") and where.hostname != urlsplit(self.root).hostname:
            self.complaints.append(f"asked outside: {request.url}")

    def leave(self) -> None:
        """Close every window; nothing may have been complained of."""
        for context in self.contexts:
            context.close()
        assert not self.complaints, "\n".join(self.complaints)
