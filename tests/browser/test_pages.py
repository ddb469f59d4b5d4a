"""Each main page, in both languages and themes: fit for a phone, open to everyone, quiet, and on its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from tools.prepare import FRONTEND

from tests.browser.visitors import DESK, PHONE, Visitors

AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"

#: The pages of each audience: who signs in, and what they look at.
PAGES = {
    "portal": (
        "",
        ("/", "/report", "/report/{code}", "/progress", "/progress/{code}", "/privacy", "/nowhere"),
    ),
    "neighbours": (
        "",
        ("/report?opinion", "/nearby", "/nearby/{case}", "/account", "/desk/nowhere"),
    ),
    "public record": (
        "",
        ("/progress/{code}/record", "/verify", "/anchors", "/lists", "/lists/duty", "/lists/duty/1"),
    ),
    "sign-in": ("", ("/sign-in", "/progress?code=ABCD-EFGH-JKLM")),
    "acceptor": ("li.wen", ("/desk?tab=all", "/desk?tab=received", "/desk/reports/{report}", "/desk/new")),
    "handler": ("chen.guoping", ("/desk/cases/{case}", "/desk/notices")),
    "grid worker": (
        "zhao.qiang",
        ("/desk", "/desk/visits", "/desk/self-handled", "/desk/tags", "/desk/cases/{case}/whistle"),
    ),
    "office": (
        "chen.guoping",
        ("/desk/cases/{closed}", "/desk/applications"),
    ),
    "dispatcher": (
        "zhou.min",
        (
            "/desk/cases/{case}",
            "/desk/places/320111004",
            "/desk/units/320111-municipal_works",
            "/desk/places/320111004/gaps?post=allround_grid_worker",
        ),
    ),
    "follow-up": ("zheng.jun", ("/desk/follow-ups", "/desk/cases/{closed}", "/desk/satisfaction")),
    "checker": ("he.jie", ("/desk/cases/{handled}", "/desk/nowhere")),
    "keeper": (
        "qian.lei",
        (
            *("/setup", "/setup/places", "/setup/units", "/setup/posts", "/setup/crews"),
            *(
                "/setup/matters",
                "/setup/matters/C0101",
                "/setup/routes",
                "/setup/coverage",
                "/setup/calendar",
            ),
            *("/setup/lists", "/desk/applications", "/setup/refused", "/setup/assistants"),
        ),
    ),
    "approver": ("lu.fa", ("/setup", "/setup/lists", "/desk/applications", "/setup/refused")),
    "applicant": ("chen.guoping", ("/desk/applications", "/desk/units/320111-water_supply")),
    "seated": (
        "ma.jianguo",
        ("/desk/places/320111", "/desk/places/320111004", "/desk/places/320111/gaps", "/desk/places"),
    ),
    "leader": ("ma.jianguo", ("/board", "/board/320111004", "/desk?tab=closed")),
}

#: What there is not; its page is looked at as well.
MISSING = ("nowhere", "ABCD-")

#: Serious and critical findings, each with the first place where it was found.
LOOK = """async (rules) => {
  const found = await axe.run(document, rules);
  return found.violations.filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id}: ${one.nodes[0].html.slice(0, 160)} ${one.nodes[0].failureSummary}`);
}"""
ALL, COLOURS = {"resultTypes": ["violations"]}, {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
#: Every form of a page at once; those of one group would close each other.
OPEN = """all => all.forEach(one => { one.removeAttribute("name"); one.open = true; })"""
WIDER = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("audience", PAGES)
def test_pages_are_fit_for_everyone(
    visitors: Visitors, numbers: dict[str, list[str]], audience: str, language: str
) -> None:
    account, addresses = PAGES[audience]
    english = language == "en"
    page = (
        visitors.staff(account, PHONE, english=english)
        if account
        else visitors.someone(PHONE, english=english)
    )
    assert AXE.exists(), "the accessibility check comes with the packages of the frontend: make setup-dev"
    page.context.add_init_script(path=AXE)
    marks = {
        "code": numbers["codes"][0],
        "report": numbers["reports"][0],
        "case": numbers["handling"][0],
        "handled": numbers["handled"][0],
        "closed": numbers["closed"][0],
    }
    faults = [fault for address in addresses for fault in faults_of(page, address.format(**marks))]
    assert not faults, "\n".join(faults)


def faults_of(page: Page, address: str) -> Iterator[str]:
    """Load once; look at it as a phone and as a desk, light and dark."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    answer = page.goto(address)
    if answer is None or (answer.status == 404) is not any(word in address for word in MISSING):
        yield f"{address}: not the page that was meant"
    page.locator("details").evaluate_all(OPEN)
    if (wider := page.evaluate(WIDER)) > 0:
        yield f"{address}: {wider} px wider than a phone"
    yield from (f"{address} phone, light: {fault}" for fault in page.evaluate(LOOK, ALL))
    page.emulate_media(color_scheme="dark")
    yield from (f"{address} phone, dark: {fault}" for fault in page.evaluate(LOOK, COLOURS))
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    if (wider := page.evaluate(WIDER)) > 0:
        yield f"{address}: {wider} px wider than a desk"
    yield from (f"{address} desk, dark: {fault}" for fault in page.evaluate(LOOK, ALL))
    page.emulate_media(color_scheme="light")
    yield from (f"{address} desk, light: {fault}" for fault in page.evaluate(LOOK, COLOURS))
