"""What a resident needs works in a browser that runs no script."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visitors import PHONE, Visitors
from tests.pictures import photo_bytes

SECRET = "three plain words"
TEXT = "公交站牌被撞歪了，上下车不方便。"


def test_report_and_progress_need_no_script(visitors: Visitors, tmp_path: Path) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(photo_bytes())
    phone = visitors.someone(PHONE, script=False)
    phone.goto("/report")
    expect(phone.locator("[data-place-ways]")).to_be_hidden()
    phone.set_input_files("#photos", photo)
    phone.fill("#address", "江浦街道南门社区，公交站")
    phone.fill("#text", TEXT)
    phone.click(".send button")
    phone.wait_for_url(re.compile("/report/.+"))
    code = phone.locator("[data-code]").inner_text().strip()
    phone.goto("/progress")
    phone.fill("#code", code)
    phone.click("main form button")
    expect(phone.locator("h1")).to_have_text("已收到")
    expect(phone.locator("main")).to_contain_text(TEXT)


def test_verdict_needs_no_script(visitors: Visitors, numbers: dict[str, list[str]]) -> None:
    phone = visitors.someone(PHONE, script=False)
    phone.goto(f"/progress/{numbers['codes'][0]}")
    phone.check("[name=solved][value=yes]")
    phone.click("#verdict button")
    expect(phone.get_by_role("heading", name="您的评价")).to_be_visible()


def test_account_and_its_list_need_no_script(visitors: Visitors) -> None:
    phone = visitors.someone(PHONE, script=False)
    phone.goto("/account")
    phone.fill("#contact", "13900001234")
    phone.fill("#password", SECRET)
    phone.click("button[name=new]")
    phone.wait_for_url("**/mine")
    phone.goto("/report?opinion")
    phone.fill("#text", TEXT)
    phone.click(".send button")
    phone.wait_for_url(re.compile("/report/.+"))
    phone.goto("/mine")
    expect(phone.locator("main")).to_contain_text(TEXT)
    phone.click("details summary")
    phone.check("#sure")
    phone.click("details button")
    phone.goto("/mine")
    expect(phone.locator("#password")).to_be_visible()


def test_neighbour_joins_in_without_script(visitors: Visitors, numbers: dict[str, list[str]]) -> None:
    phone = visitors.someone(PHONE, script=False)
    phone.goto(f"/nearby/{numbers['accepted'][0]}")
    phone.click("main form button.main")
    phone.wait_for_url(re.compile("/report/.+"))
    expect(phone.locator("[data-code]")).to_be_visible()


def test_record_is_checked_without_script(visitors: Visitors, numbers: dict[str, list[str]]) -> None:
    phone = visitors.someone(PHONE, script=False)
    phone.goto(f"/progress/{numbers['codes'][0]}/record")
    whole = phone.locator("pre").inner_text()
    phone.goto("/verify")
    phone.fill("#receipt", whole)
    phone.click("main form button.main")
    expect(phone.locator("#outcome h1")).to_have_text("记录与凭据一致")


def test_refusal_leads_to_its_field_without_script(visitors: Visitors) -> None:
    phone = visitors.someone(PHONE, script=False)
    phone.goto("/report")
    phone.click(".send button")
    expect(phone).to_have_title(re.compile("^有误"))
    phone.click("[role=alert] a")
    expect(phone.locator("#text:target")).to_have_attribute("aria-invalid", "true")
