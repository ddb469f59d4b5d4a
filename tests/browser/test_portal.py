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
#: Where the keyboard stands: the name of the field, or the last button.
WHERE = """() => document.activeElement.closest(".send") ? "send" : document.activeElement.id"""
#: Whether one can see it: a ring around the element, or around the box that holds it.
OUTLINED = """() => [document.activeElement, document.activeElement.parentElement]
  .some(one => getComputedStyle(one).outlineStyle !== "none")"""


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


def test_report_is_walked_by_keyboard_in_the_order_it_is_read(visitors: Visitors) -> None:
    page = visitors.someone()
    page.goto("/report")
    seen: list[str] = []
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    while "send" not in seen and len(seen) < 15:
        page.keyboard.press("Tab")
        seen.append(page.evaluate(WHERE))
        assert page.evaluate(OUTLINED), f"no ring around {seen[-1]}"

    assert [one for one in seen if one in ("photos", "address", "text", "send")] == [
        "photos", "address", "text", "send",
    ]  # fmt: skip


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize("large", [False, True])
def test_every_way_of_the_portal_is_in_sight_on_a_small_phone(
    visitors: Visitors, *, english: bool, large: bool
) -> None:
    phone = visitors.someone(SMALL, english=english)
    phone.goto("/lists")
    if large:
        phone.click("form[action='/type'] button")
        phone.wait_for_selector("[data-large]")
    right = phone.locator(".top nav a").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().right)"
    )

    assert len(right) == 5
    assert max(right) <= SMALL[0]


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
