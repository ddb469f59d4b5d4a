"""A long list as a file: wanted, watched while it is made, and downloaded when it is ready."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.browser.visitors import PHONE, Visitors


def test_page_says_by_itself_when_the_file_is_ready(visitors: Visitors, tmp_path: Path) -> None:
    page = visitors.staff("zheng.jun", PHONE)
    page.goto("/desk/exports?list=tab%3Dopen")
    rows = int(page.locator("#ask b").inner_text().split()[0].replace(",", ""))
    page.click("#ask button.main")
    expect(page.locator("#own progress")).to_have_count(1)
    with page.expect_download(timeout=60_000) as waiting:  # the button comes by itself
        page.locator("#own form[action$='/file'] button.main").click(timeout=60_000)
    file = tmp_path / "list.xlsx"
    waiting.value.save_as(file)
    assert len(CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()) == rows + 2
    page.reload()
    expect(page.locator("#own form[action$='/file'] button")).to_have_text("再次下载")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
