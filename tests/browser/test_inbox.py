"""The inbox: counters that equal their lists, filters that stay, and everything by keyboard."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitors import DESK, PHONE, Visitors
from tests.world import PASSWORD


@pytest.fixture
def desk(visitors: Visitors) -> Page:
    page = visitors.staff("li.wen")
    page.goto("/desk")
    return page


def shown(page: Page) -> int:
    """How many rows there are, on all pages of the list."""
    found = page.locator("#list tbody tr").count()
    while (onward := page.locator("#list a[rel=next]")).count():
        page.goto(onward.get_attribute("href") or "")
        found += page.locator("#list tbody tr").count()
    return found


@pytest.mark.parametrize("filters", ["", "&text=井盖", "&overdue=1", "&place=320111004002"])
def test_counters_equal_their_lists(desk: Page, filters: str) -> None:
    desk.goto(f"/desk?tab=all{filters}")
    tabs = desk.locator("#rail a:has(.n)").all()
    told = {tab.get_attribute("href") or "": tab.locator(".n").inner_text().split() for tab in tabs}
    said = {address: int(words[-1]) for address, words in told.items() if words}
    listed = {}
    for address in said:
        desk.goto(address)
        listed[address] = shown(desk)
    assert listed == said


def test_filters_stay_in_the_address(desk: Page) -> None:
    desk.goto("/desk?tab=all")
    desk.fill("#text", "井盖")
    desk.wait_for_url(re.compile("text="))
    expect(desk.locator("#list tbody tr").first).to_be_visible()
    rows = desk.locator("#list tbody tr").count()
    desk.reload()
    expect(desk.locator("#text")).to_have_value("井盖")
    expect(desk.locator("#list tbody tr")).to_have_count(rows)
    desk.locator("#list a.what").first.click()
    expect(desk.locator("#preview h1")).to_be_visible()
    desk.get_by_role("link", name="打开整页").click()
    desk.wait_for_url(re.compile("/desk/(cases|reports)/"))
    desk.go_back()
    expect(desk.locator("#text")).to_have_value("井盖")
    expect(desk.locator("#list tbody tr")).to_have_count(rows)


def test_filter_of_the_place_is_typed_and_kept(desk: Page) -> None:
    desk.goto("/desk?tab=all")
    origin = desk.get_by_role("combobox", name="全部来源")
    origin.fill("网页")
    origin.press("Enter")
    desk.wait_for_url(re.compile("origin=web"))
    desk.get_by_label("已超时").check()
    desk.wait_for_url(re.compile("overdue=1"))
    desk.go_back()
    expect(desk.get_by_label("已超时")).not_to_be_checked()
    expect(desk.locator("#origin")).to_have_value("web")


def test_keyboard_walks_the_list_and_comes_back(desk: Page) -> None:
    desk.goto("/desk?tab=received")
    links = desk.locator("#list a.what")
    desk.keyboard.press("j")
    expect(links.nth(0)).to_be_focused()
    desk.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    desk.keyboard.press("k")
    expect(links.nth(0)).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#preview h1")).to_be_visible()
    desk.keyboard.press("a")
    expect(desk.get_by_role("combobox", name="事项类别")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.locator("#preview details[data-key=a]")).not_to_have_attribute("open", "")
    desk.keyboard.press("u")
    expect(desk.locator("#preview")).to_be_hidden()
    assert urlsplit(desk.url).path == "/desk"


def test_slash_filters_and_question_mark_tells_the_keys(desk: Page) -> None:
    desk.keyboard.press("/")
    expect(desk.locator("#text")).to_be_focused()
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    expect(desk.locator("#help-pane")).to_contain_text("快捷键")
    desk.keyboard.press("Escape")
    expect(desk.locator("#help-pane")).to_be_hidden()
    assert urlsplit(desk.url).path == "/desk"


def test_filters_are_folded_on_a_phone(visitors: Visitors) -> None:
    phone = visitors.staff("li.wen", PHONE)
    phone.goto("/desk?tab=all&origin=web")
    expect(phone.get_by_label("全部来源")).to_be_hidden()
    fold = phone.get_by_role("button", name="筛选 1")
    fold.click()
    expect(phone.get_by_label("全部来源")).to_be_visible()
    phone.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    expect(fold).to_be_hidden()
    expect(phone.get_by_label("全部来源")).to_be_visible()


def test_rows_are_ticked_by_key_and_by_span_and_taken_together(visitors: Visitors) -> None:
    page = visitors.staff("chen.guoping")
    page.goto("/desk?tab=dispatched")
    boxes = page.locator("#list tbody input[name=number]")
    expect(page.locator("#bulk")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(boxes.nth(0)).to_be_checked()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(boxes.nth(1)).to_be_checked()
    expect(page.locator("#bulk output")).to_have_text("3")
    numbers = [one.get_attribute("value") or "" for one in boxes.all()[:3]]
    page.get_by_role("button", name="成批办理选中的").click()
    expect(page.locator("main h1")).to_have_text("成批办理")
    for number in numbers:
        expect(page.get_by_label(f"选中 {number}")).to_be_checked()


def test_rows_are_ticked_without_script(visitors: Visitors) -> None:
    page = visitors.someone(script=False)
    page.goto("/sign-in")
    page.fill("#name", "chen.guoping")
    page.fill("#password", PASSWORD)
    page.click("form:has(#password) button")
    page.goto("/desk?tab=dispatched")
    page.locator("#list tbody input[name=number]").first.check()
    page.get_by_role("button", name="成批办理选中的").click()
    expect(page.locator("main h1")).to_have_text("成批办理")
    expect(page.locator("input[name=number]")).to_have_count(1)


def test_columns_and_density_are_chosen_and_kept(desk: Page) -> None:
    desk.goto("/desk?tab=all")
    desk.get_by_text("显示", exact=True).click()
    desk.get_by_label("来源", exact=True).uncheck()
    desk.get_by_label("紧凑").check()
    desk.locator("main h1").evaluate("one => document.body.click()")
    expect(desk.get_by_label("紧凑")).to_be_hidden()
    height = desk.locator("#list tbody tr").first.bounding_box()
    desk.reload()
    expect(desk.locator("#list thead .t-origin")).to_be_hidden()
    expect(desk.locator("#list thead .t-number")).to_be_visible()
    assert height == desk.locator("#list tbody tr").first.bounding_box()
    desk.get_by_text("显示", exact=True).click()
    expect(desk.get_by_label("来源", exact=True)).not_to_be_checked()
    desk.get_by_label("来源", exact=True).check()
    desk.get_by_label("宽松").check()
    desk.keyboard.press("Escape")
    expect(desk.get_by_label("紧凑")).to_be_hidden()
    expect(desk.locator("#list thead .t-origin")).to_be_visible()
    wide = desk.locator("#list tbody tr").first.bounding_box()
    assert height and wide and height["height"] < wide["height"]


def test_head_of_the_list_stays_in_sight(desk: Page) -> None:
    desk.goto("/desk?tab=all")
    desk.set_viewport_size({"width": DESK[0], "height": 300})
    desk.locator("#list tbody tr").last.scroll_into_view_if_needed()
    expect(desk.locator("#list thead .t-number")).to_be_in_viewport()


def test_record_beside_the_list_is_closed_by_its_button(desk: Page) -> None:
    desk.goto("/desk?tab=received")
    desk.locator("#list a.what").first.click()
    expect(desk.locator("#preview h1")).to_be_visible()
    desk.get_by_role("button", name="收起").click()
    expect(desk.locator("#preview")).to_be_hidden()
    assert "open=" not in desk.url


def test_record_that_does_not_come_is_told(desk: Page, visitors: Visitors) -> None:
    desk.goto("/desk?tab=received")
    desk.route("**/desk/reports/*", lambda route: route.abort())
    desk.locator("#list a.what").first.click()
    expect(desk.locator(".toast")).to_contain_text("没有连上服务器")
    visitors.complaints = [one for one in visitors.complaints if "net::ERR_FAILED" not in one]
