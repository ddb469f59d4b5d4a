"""The help opens beside the work, and without a script on a page of its own."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.visitors import PHONE, Visitors


def test_help_opens_beside_the_work_by_its_key_and_leaves_it_as_it_was(visitors: Visitors) -> None:
    page = visitors.staff("zhou.min")
    page.goto("/desk/new")
    page.fill("#text", "路口的灯不亮？")
    page.press("#text", "?")
    pane = page.locator("#help-pane")
    expect(pane).to_be_hidden()
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(pane).to_contain_text("登记一件")
    expect(pane).to_contain_text("快捷键")
    pane.get_by_role("link", name="办一件来件").click()
    expect(pane).to_contain_text("受理立案")
    page.keyboard.press("Escape")
    expect(pane).to_be_hidden()
    expect(page.locator("#text")).to_have_value(re.compile("路口的灯不亮"))


def test_help_needs_no_script(visitors: Visitors) -> None:
    phone = visitors.someone(PHONE, script=False)
    phone.goto("/nearby")
    phone.locator("a[data-help]").click()
    expect(phone.locator("h1")).to_have_text("附近的事")
    phone.get_by_role("link", name="帮助目录").click()
    phone.fill("input[name=q]", "查询码 丢了")
    phone.locator("main form button").click()
    expect(phone.locator("main")).to_contain_text("反映一件事")
