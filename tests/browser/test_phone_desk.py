"""A call is taken down by keyboard: words, place, a suggested class, Enter."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.visitors import Visitors

#: Beside the letters of what is told: Tab to the place, Alt and 1 for the class, Enter.
MOST_KEYS = 4


class Keys:
    """Keys pressed beside the words themselves, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, key: str) -> None:
        self.count += 1
        self.page.keyboard.press(key)


def test_call_is_filed_and_dispatched_with_few_keys(visitors: Visitors) -> None:
    desk = visitors.staff("li.wen")
    desk.goto("/desk/new")
    keys = Keys(desk)
    expect(desk.locator("#text")).to_be_focused()
    desk.keyboard.type("巷口的路灯坏了，晚上没有灯")
    keys.press("Tab")
    desk.keyboard.type("南门社区")
    expect(desk.locator("[data-use-matter='C0137']")).to_be_visible()
    keys.press("Alt+1")
    expect(desk.locator("#matter")).to_have_value("C0137")
    keys.press("Enter")
    expect(desk.locator("[data-code]")).to_be_visible()

    assert keys.count <= MOST_KEYS
    expect(desk.locator(".note.good").first).to_contain_text("已登记 320111-")


def test_whole_name_of_a_class_comes_before_names_that_hold_it(visitors: Visitors) -> None:
    desk = visitors.staff("li.wen")
    desk.goto("/desk/new")
    desk.locator("#matter").locator("xpath=..").locator("input").click()
    desk.keyboard.type("路灯")
    desk.keyboard.press("Enter")
    expect(desk.locator("#matter")).to_have_value("C0137")


def test_draft_survives_and_is_gone_after_it_was_sent(visitors: Visitors) -> None:
    desk = visitors.staff("li.wen")
    desk.goto("/desk/new")
    desk.fill("#text", "楼道里堆满了纸箱")
    desk.fill("#contact_name", "张三")
    desk.fill("#contact_phone", "13800138000")
    desk.wait_for_timeout(100)
    desk.reload()
    expect(desk.locator("#text")).to_have_value("楼道里堆满了纸箱")
    kept = desk.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    assert "13800138000" not in kept
    assert "张三" not in kept

    desk.fill("#address", "南门社区")
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-code]")).to_be_visible()
    assert "楼道里" not in desk.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    expect(desk.locator("#text")).to_have_value("")
