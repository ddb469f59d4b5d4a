"""Photograph every main page of the demo, at both widths, light and dark, into screenshots/.

Starts a demo of its own in a folder that is thrown away, and looks at it with a real browser.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import django
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tools import browser
from tools.prepare import ROOT
from tools.served import served

OUT = ROOT / "screenshots"
SIZES = {1440: 900, 360: 760}
#: The sizes of a wall, on which only the board hangs.
WALLS = {1920: 1080, 3840: 2160}
THEMES = ("light", "dark")
#: Maps draw after they have loaded, and say nothing when they have finished.
DRAWN_MS = 1500


def send_a_report(page: Page) -> None:
    """What a resident writes; the receipt comes."""
    page.fill("#text", "公交站旁的人行道砖松了，一踩就翘，老人容易绊倒。")
    page.fill("#address", "珠泉路与公园北路路口，公交站旁")
    page.click(".send button")
    page.wait_for_url("**/report/*")


def follow_its_code(page: Page) -> None:
    """From the receipt to the progress."""
    send_a_report(page)
    page.click("main a.button.main")


def keep_its_record(page: Page) -> None:
    """From the receipt over the progress to the record that can be checked later."""
    follow_its_code(page)
    page.click("main a[href$='/record']")


def open_an_account(page: Page) -> None:
    """An account of someone who was never here before; the empty list comes."""
    page.fill("#contact", f"{uuid4().hex[:12]}@example.org")
    page.fill("#password", "three plain words")
    page.click("button[name=new]")
    page.wait_for_url("**/mine")


def first(link: str) -> Callable[[Page], None]:
    """Click the first link of a kind."""
    return lambda page: page.locator(link).first.click()


def hang_on_the_wall(page: Page) -> None:
    """The board as it hangs on a wall."""
    page.goto(f"{page.url}?wall=1")


def open_first_step(page: Page) -> None:
    """The first case of the list, with the form of its first step open."""
    page.locator(CASE).first.click()
    page.locator("details.first summary").first.click()


CASE, REPORT = "#list a.what[href*='/cases/']", "#list a.what[href*='/reports/']"


@dataclass(frozen=True)
class Shot:
    """One page: the named address, who looks, and what they do there first, if anything."""

    name: str
    address: str
    account: str = ""
    query: str = ""
    act: Callable[[Page], None] | None = None


#: What a visitor sees, then what each audience sees; ``account`` is a sign-in name of the demo.
SHOTS = (
    Shot("portal-home", "portal_home"),
    Shot("portal-report", "portal_report"),
    Shot("portal-receipt", "portal_report", act=send_a_report),
    Shot("portal-progress", "portal_progress"),
    Shot("portal-progress-of", "portal_report", act=follow_its_code),
    Shot("portal-privacy", "portal_privacy"),
    Shot("portal-opinion", "portal_report", query="?opinion"),
    Shot("portal-record", "portal_report", act=keep_its_record),
    Shot("portal-nearby", "portal_nearby"),
    Shot("portal-me-too", "portal_nearby", act=first(".near-list a.button")),
    Shot("portal-account", "portal_account"),
    Shot("portal-mine", "portal_account", act=open_an_account),
    Shot("portal-lists", "lists"),
    Shot("portal-list-versions", "lists", act=first(".item h2 a")),
    Shot("portal-list-edition", "lists", act=first(".item p.row a")),
    Shot("portal-verify", "portal_verify"),
    Shot("portal-anchors", "anchors"),
    Shot("error", "portal_home", query="no-such-page"),
    Shot("sign-in", "desk_sign_in"),
    Shot("desk-inbox", "desk_inbox", "paiqian", "?tab=all"),
    Shot("desk-inbox-map", "desk_inbox", "paiqian", "?tab=all&map=1"),
    Shot("desk-inbox-beside", "desk_inbox", "paiqian", "?tab=open", first(CASE)),
    Shot("desk-inbox-empty", "desk_inbox", "paiqian", "?tab=all&text=%E6%B2%A1%E6%9C%89%E7%9A%84"),
    Shot("desk-case-dispatch", "desk_inbox", "paiqian", act=first(CASE)),
    Shot("desk-case-handle", "desk_inbox", "shizheng", "?tab=handling", open_first_step),
    Shot("desk-case-closed", "desk_inbox", "ducha", "?tab=closed", first(CASE)),
    Shot("desk-check", "desk_inbox", "hecha", act=open_first_step),
    Shot("desk-grid-worker", "desk_inbox", "wangge"),
    Shot("desk-visits", "desk_visits", "wangge"),
    Shot("desk-self-handled", "desk_self_handled", "wangge"),
    Shot("desk-tags", "desk_tags", "paiqian"),
    Shot("desk-applications", "desk_applications", "shizheng"),
    Shot("desk-follow-ups", "desk_follow_ups", "ducha"),
    Shot("desk-satisfaction", "desk_satisfaction", "lingdao"),
    Shot("desk-places", "desk_places", "paiqian"),
    Shot("desk-reports", "desk_inbox", "shouli"),
    Shot("desk-report", "desk_inbox", "shouli", act=first(REPORT)),
    Shot("desk-new-report", "desk_new_report", "shouli"),
    Shot("desk-notices", "desk_notices", "shizheng"),
    Shot("desk-account", "account", "paiqian"),
    Shot("desk-identities", "identities", "baohu"),
    Shot("desk-administrator", "desk_inbox", "guanli"),
    Shot("board", "board_root", "lingdao"),
    Shot("board-analysis", "board_root", "lingdao", act=first("a[href*='/analysis']")),
    Shot("board-wall", "board_root", "lingdao", act=hang_on_the_wall),
    Shot("places", "desk_places", "lingdao"),
    Shot("setup", "setup_home", "guanli"),
    Shot("setup-approver", "setup_home", "fazhi"),
    Shot("setup-places", "setup_places", "guanli"),
    Shot("setup-units", "setup_units", "guanli"),
    Shot("setup-posts", "setup_posts", "guanli"),
    Shot("setup-crews", "setup_crews", "guanli"),
    Shot("setup-matters", "setup_matters", "guanli"),
    Shot("setup-matter", "setup_matters", "guanli", act=first("main td a")),
    Shot("setup-routes", "setup_routes", "guanli", act=first("details.more summary")),
    Shot("setup-coverage", "setup_coverage", "guanli"),
    Shot("setup-calendar", "setup_calendar", "guanli"),
    Shot("setup-lists", "setup_lists", "fazhi"),
    Shot("setup-applications", "desk_applications", "fazhi"),
    Shot("desk-applications", "desk_applications", "shizheng", act=first("details.more summary")),
    Shot("setup-refused", "setup_refused", "fazhi"),
    Shot("setup-accounts", "setup_accounts", "anquan"),
    Shot("setup-account", "setup_accounts", "anquan", act=first("main td a")),
    Shot("setup-retention", "setup_retention", "anquan"),
    Shot("setup-audit", "setup_audit", "shenji"),
    Shot("setup-health", "setup_health", "guanli"),
    Shot("setup-switches", "setup_switches", "guanli"),
    Shot("setup-answers", "setup_answers", "guanli"),
    Shot("setup-assistants", "setup_assistants", "guanli"),
)


@contextmanager
def demo() -> Iterator[str]:
    """The address of a fresh demo, stopped and thrown away at the end."""
    with tempfile.TemporaryDirectory(prefix="gewu-screens-") as home, served(Path(home), "demo") as root:
        yield root


def sign_in(page: Page, root: str, account: str) -> None:
    """By the button of the demo account of that name."""
    page.goto(root + reverse("desk_sign_in"))
    page.locator(f".demo-accounts button:has-text('{account}')").first.click()
    page.wait_for_load_state()


def take(context: BrowserContext, root: str, shot: Shot, target: Path) -> None:
    page = context.new_page()
    if shot.account:
        sign_in(page, root, shot.account)
    page.goto(root + reverse(shot.address) + shot.query)
    if shot.act:
        shot.act(page)
        page.wait_for_load_state()
    page.wait_for_timeout(DRAWN_MS)
    page.screenshot(path=target, full_page=True)
    page.close()


def take_all(chromium: Browser, root: str, chosen: str) -> int:
    """Every page in every size and theme, and once in English; answers with how many were taken."""
    ways = [("zh-CN", width, theme) for width in SIZES for theme in THEMES] + [("en-GB", 1440, "light")]
    ways += [("zh-CN", width, "dark") for width in WALLS]
    shots = [shot for shot in SHOTS if chosen in shot.name]
    for language, width, theme in ways:
        for shot in shots:
            if width in WALLS and not shot.name.endswith("-wall"):
                continue
            context = chromium.new_context(
                viewport={"width": width, "height": (SIZES | WALLS)[width]},
                color_scheme="dark" if theme == "dark" else "light",
                locale=language,
                timezone_id="Asia/Shanghai",
            )
            name = f"{shot.name}-{width}-{theme}{'-en' if language == 'en-GB' else ''}"
            try:
                take(context, root, shot, OUT / f"{name}.png")
            except PlaywrightError as fault:
                print(f"  {name} failed: {str(fault).splitlines()[0]}", flush=True)
            context.close()
    return len(list(OUT.glob("*.png")))


def main(arguments: list[str]) -> int:
    """Take them all, or those whose name holds a word, of a new demo or of one that runs at an address."""
    chrome = browser.find()
    if chrome is None:
        print("No Chromium here, so no screenshots.")
        return 1
    address = next((word for word in arguments if word.startswith("http")), "")
    chosen = next((word for word in arguments if word != address), "")
    OUT.mkdir(exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gewu.config.settings")
    django.setup()
    with nullcontext(address) if address else demo() as root, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(chrome), args=browser.arguments())
        print(f"{take_all(chromium, root, chosen)} pictures in {OUT.relative_to(ROOT)}/")
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
