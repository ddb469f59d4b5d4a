"""Every page that a link leads to, for everyone who has it: it answers, in the reader's words, and fits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.crawl import FILES, HEADINGS, SPOKEN, Crawl, kind_of, untranslated
from tests.browser.test_pages import ALL, AXE, LOOK, OPEN, WIDER
from tests.browser.visitors import PHONE, Visitors

#: Everyone with rights of their own, and fewer kinds of page than which would mean that links are gone.
EVERYONE = {
    "": 20,
    "li.wen": 15,
    "zhou.min": 20,
    "chen.guoping": 12,
    "zhao.qiang": 12,
    "he.jie": 10,
    "zheng.jun": 15,
    "ma.jianguo": 15,
    "qian.lei": 15,
    "fang.an": 5,
    "shen.ji": 5,
    "lu.fa": 8,
}
STAFF = ("/desk", "/board", "/setup")
RESIDENTS = (
    "/",
    "/report",
    "/progress",
    "/privacy",
    "/verify",
    "/anchors",
    "/nearby",
    "/account",
    "/lists",
    "/mine",
)


@pytest.mark.parametrize("name", EVERYONE)
def test_every_page_that_links_lead_to(visitors: Visitors, numbers: dict[str, list[str]], name: str) -> None:
    page = visitors.staff(name, PHONE, english=True) if name else visitors.someone(PHONE, english=True)
    page.context.add_init_script(path=AXE)
    begins = ("/desk",) if name else ("/", f"/progress/{numbers['codes'][0]}")
    crawl = Crawl(page, visitors.root, STAFF if name else RESIDENTS)
    faults = [
        f"{address}: {fault}"
        for address, status in crawl.walk(*begins)
        for fault in faults_of(page, address, status)
    ]
    assert not faults, "\n".join(faults)
    assert len(crawl.seen) >= EVERYONE[name], sorted(crawl.seen)


def faults_of(page: Page, address: str, status: int) -> Iterator[str]:
    """What is wrong with the page that has just been opened, as an English reader with a phone meets it."""
    if status != 200:
        yield f"answers {status}"
    if kind_of(address).split()[0] in FILES:
        return
    page.locator("details").evaluate_all(OPEN)
    if (wider := page.evaluate(WIDER)) > 0:
        yield f"{wider} px wider than a phone"
    if (many := page.evaluate(HEADINGS)) != 1:
        yield f"{many} main headings"
    yield from (f"not in English: {text}" for text in untranslated(page.evaluate(SPOKEN)))
    yield from page.evaluate(LOOK, ALL)
