"""A resident with a small phone: three presses for a report, one for a neighbour's; all by keyboard too."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from gewu.web.portal import MOST_STEPS
from tests.browser.visitors import Visitors
from tests.pictures import photo_bytes

SMALL = (320, 568)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    kept = tmp_path / "photo.jpg"
    kept.write_bytes(photo_bytes())
    return kept


class Taps:
    """Presses of a finger, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def on(self, selector: str) -> None:
        self.count += 1
        self.page.click(selector)


def test_photo_and_place_are_sent_in_three_presses_on_a_small_phone(visitors: Visitors, photo: Path) -> None:
    phone = visitors.someone(SMALL)
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"longitude": 118.6025, "latitude": 32.0575})
    phone.goto("/report")
    taps = Taps(phone)
    with phone.expect_file_chooser() as chosen:
        taps.on("#photos")
    chosen.value.set_files(photo)
    expect(phone.locator(".previews figure")).to_have_count(1)
    taps.on("[data-locate]")
    expect(phone.locator("[data-place-found]")).to_contain_text("位置在")
    taps.on(".send button")
    phone.wait_for_url(re.compile("/report/.+"))

    assert taps.count <= MOST_STEPS
    expect(phone.locator("[data-code]")).to_have_text(re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$"))
    expect(phone.locator("img.qr")).to_be_visible()
    wide = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def test_report_is_made_by_keyboard_alone(visitors: Visitors) -> None:
    page = visitors.someone()
    page.goto("/report")
    page.focus("#text")
    page.keyboard.type("人行道地砖松动")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.send') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/report/.+"))


def test_script_of_the_portal_is_small(visitors: Visitors) -> None:
    page, sizes = visitors.someone(), {}
    page.on("response", lambda one: sizes.update({one.url: one}) if one.url.endswith(".js") else None)
    for address in ("/", "/report", "/nearby", "/progress", "/account"):
        page.goto(address)
    page.wait_for_load_state("networkidle")
    whole = sum(len(gzip.compress(one.body())) for one in sizes.values())
    assert 0 < whole <= 150 * 1024


@pytest.mark.parametrize("address", ["/", "/report", "/nearby", "/account", "/progress"])
def test_page_in_large_type_fits_a_small_phone(visitors: Visitors, address: str) -> None:
    phone = visitors.someone(SMALL)
    phone.goto(address)
    phone.click("form[action='/type'] button")
    phone.wait_for_selector("[data-large]")
    wide = phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    size = phone.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert size >= 21
