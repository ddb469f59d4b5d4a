"""Screens that stay open follow what happens, without being loaded again."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.visitors import PHONE, Visitors

TEXT = "河边步道的护栏松了两根，孩子常在那里玩。"


def stays_open(page: Page) -> None:
    """Leave a mark that a load would wipe out, once the stream is there."""
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "on")
    page.evaluate("window.stayed = true")


def test_open_inbox_shows_a_new_report(visitors: Visitors) -> None:
    desk = visitors.staff("li.wen")
    desk.goto("/desk?tab=received&sort=new")
    stays_open(desk)
    counter = desk.locator("#rail a[aria-current] .n")
    before = int(counter.inner_text().split()[-1])
    phone = visitors.someone(PHONE, script=False)
    phone.goto("/report")
    phone.fill("#text", TEXT)
    phone.fill("#address", "江浦街道滨江社区")
    phone.click(".send button")
    expect(desk.locator("#list")).to_contain_text(TEXT)
    assert int(counter.inner_text().split()[-1]) == before + 1
    assert desk.evaluate("window.stayed")


def test_open_case_tells_its_next_step(visitors: Visitors, numbers: dict[str, list[str]]) -> None:
    address = f"/desk/cases/{numbers['accepted'].pop()}"
    onlooker = visitors.staff("zhou.min")
    onlooker.goto(address)
    stays_open(onlooker)
    handler = visitors.staff("chen.guoping")
    handler.goto(address)
    handler.keyboard.press("s")
    handler.keyboard.press("Enter")
    expect(handler.locator("#headline .chip").first).to_have_text("处置中")
    expect(onlooker.locator("#timeline")).to_contain_text("签收")
    expect(onlooker.locator("#headline .chip").first).to_have_text("处置中")
    expect(onlooker.locator(".toast")).to_contain_text(re.compile("这一件刚有变动|陈国平 刚刚办了这一件"))
    assert onlooker.evaluate("window.stayed")


def test_time_that_passes_is_told_anew_and_takes_nothing_from_ones_hands(visitors: Visitors) -> None:
    page = visitors.staff("chen.guoping")
    page.clock.install()
    page.goto("/desk?tab=dispatched")
    told = page.locator("#list time").first
    before = told.inner_text()
    box = page.locator("#list input[name=number]").nth(1)
    box.check()
    box.focus()
    told.evaluate("one => { one.textContent = 'long ago'; }")
    page.clock.run_for(61_000)
    expect(told).to_have_text(before)
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    expect(page.locator(".toast")).to_have_count(0)
