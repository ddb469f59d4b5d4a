"""From a resident's phone to the resident's verdict, as a person would go through it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitors import PHONE, Visitors
from tests.pictures import photo_bytes

TEXT = "人行道上的上水井盖不见了，晚上看不清，怕有人掉下去。"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    kept = tmp_path / "photo.jpg"
    kept.write_bytes(photo_bytes())
    return kept


def report(phone: Page, photo: Path) -> str:
    """Three things on one page: photo, place, words. Answers with the code."""
    phone.goto("/")
    phone.click("main a[href='/report']")
    phone.set_input_files("#photos", photo)
    expect(phone.locator(".previews figure")).to_have_count(1)
    phone.click("[data-open-map]")
    place = phone.locator("[data-map][data-ready] canvas")
    place.click()
    expect(phone.locator("[data-place-found]")).to_contain_text("位置在")
    phone.fill("#text", TEXT)
    phone.click(".send button")
    phone.wait_for_url(re.compile("/report/.+"))
    return phone.locator("[data-code]").inner_text().strip()


def accept(desk: Page) -> str:
    """The newest report, by keyboard alone: list, step, class of the matter. Answers with the case."""
    desk.goto("/desk?tab=received&sort=new")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.locator(".statement")).to_have_text(TEXT)
    desk.keyboard.press("a")
    desk.keyboard.type("上水井盖")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(re.compile("/desk/cases/"))
    return urlsplit(desk.url).path


def take(desk: Page, event: str, **words: str) -> None:
    """Open the form of a step, write what it asks for, and send it."""
    form = desk.locator(f"form[action$='/steps/{event}']")
    form.locator("xpath=../summary").click()
    for name, text in words.items():
        form.locator(f"[name={name}]").fill(text)
    with desk.expect_navigation():
        form.locator("button.main").click()


def hand_in(desk: Page, photo: Path) -> None:
    """Sign for the case, and report it done with a photo."""
    take(desk, "sign_for")
    form = desk.locator("form[action$='/steps/report_done']")
    form.locator("xpath=../summary").click()
    form.locator("[name=result]").fill("已更换防沉降井盖")
    form.locator("input[type=file]").last.set_input_files(photo)
    form.locator("[name=answer]").fill("井盖已更换。")
    with desk.expect_navigation():
        form.locator("button.main").click()


def brought_to_a_close(visitors: Visitors, address: str, photo: Path) -> None:
    """The office handles it, and another person checks it on the spot."""
    handler = visitors.staff("chen.guoping")
    handler.goto(address)
    hand_in(handler, photo)
    expect(handler.locator("#headline .chip").first).to_have_text("待核查")
    checker = visitors.staff("he.jie")
    checker.goto(address)
    take(checker, "begin_check")
    take(checker, "close", answer="井盖已更换，并加装防坠网。")
    expect(checker.locator("#headline .chip").first).to_have_text("已结案")


def judge(phone: Page, code: str, verdict: str, words: str) -> None:
    """Look the report up by its code and say what one thinks."""
    phone.goto("/")
    phone.fill("#code", code.lower().replace("-", ""))
    phone.keyboard.press("Enter")
    expect(phone.locator(".answer .own-words")).to_have_text("井盖已更换，并加装防坠网。")
    picture = phone.locator(".answer img").last
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("picture => picture.naturalWidth") > 0
    phone.check(f"[name=solved][value={verdict}]")
    phone.fill("[name=words]", words)
    phone.click("#verdict button")
    expect(phone.locator("#verdict")).to_have_count(0)


def test_story_from_a_phone_to_its_verdict(visitors: Visitors, photo: Path) -> None:
    phone = visitors.someone(PHONE)
    code = report(phone, photo)
    address = accept(visitors.staff("li.wen"))
    brought_to_a_close(visitors, address, photo)
    judge(phone, code, "yes", "谢谢，修得很快")
    expect(phone.get_by_role("heading", name="您的评价")).to_be_visible()
    expect(phone.locator("main")).to_contain_text("谢谢，修得很快")


def test_story_not_solved_sends_it_back_to_the_office(visitors: Visitors, photo: Path) -> None:
    phone = visitors.someone(PHONE)
    code = report(phone, photo)
    address = accept(visitors.staff("li.wen"))
    brought_to_a_close(visitors, address, photo)
    judge(phone, code, "no", "井盖还是响")
    expect(phone.locator("h1")).to_have_text("已派遣")
    handler = visitors.staff("chen.guoping")
    handler.goto(address)
    expect(handler.locator("#headline .chip").first).to_have_text("待签收")
    expect(handler.locator("#timeline")).to_contain_text("井盖还是响")
