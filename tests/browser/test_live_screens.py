"""Old screen and events make the new screen: windows that stayed open equal what would be drawn anew."""

from __future__ import annotations

import random
import time
from typing import Any

from playwright.sync_api import APIRequestContext, Page, expect

from tests.browser.visitors import Visitors
from tests.world import COUNTY, PASSWORD, STREET

#: What of a page differs from one drawn now: its parts by their ids, times and durations left out, which pass
#: by themselves.
DIFFERENT = """async () => {
  const bare = (root) => {
    const copy = root.cloneNode(true);
    for (const one of copy.querySelectorAll("script, .pick-input, [role=listbox], [data-map]")) one.remove();
    for (const one of copy.querySelectorAll("time")) one.textContent = one.dateTime;
    for (const one of copy.querySelectorAll(".due, .as-of")) one.textContent = one.title;
    return copy.textContent.replace(/\\d+ ?(秒|分钟|小时|天)/g, "").replace(/\\s+/g, " ");
  };
  const answer = await fetch(location.href, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const whole = () => bare(document.querySelector("main")) === bare(page.querySelector("main"));
  if (!answer.ok) return whole() ? [] : ["main"];
  const ids = [...page.querySelectorAll("[data-live-part], [data-live-idle], #rail")].map((one) => one.id);
  const mine = (id) => document.getElementById(id);
  return ids.filter((id) => !mine(id) || bare(mine(id)) !== bare(page.getElementById(id)));
}"""

SEED, DEEDS = 20261123, 12


def settled(windows: dict[str, Page]) -> dict[str, list[str]]:
    """What still differs in each window, once all are as they would be drawn or patience has ended."""
    until = time.monotonic() + 30
    while True:
        left = {name: found for name, page in windows.items() if (found := page.evaluate(DIFFERENT))}
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.5)


class Doors:
    """The interface as people of the world use it, each by a token of their own."""

    def __init__(self, request: APIRequestContext, root: str) -> None:
        self.request, self.root = request, root
        self.tokens: dict[str, str] = {}

    def post(self, who: str, path: str, given: dict[str, Any]) -> int:
        """What a deed was answered with; a refusal is an answer."""
        if who and who not in self.tokens:
            signed = self.request.post(
                f"{self.root}/api/v1/sign-in", data={"name": who, "password": PASSWORD}
            )
            self.tokens[who] = signed.json()["token"]
        headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who else {}
        return self.request.post(f"{self.root}/api/v1{path}", data=given, headers=headers).status


GIVEN = {"reason": "按现场情况", "result": "已办", "answer": "已办好。", "finding": "属实"}
UNITS = [f"{COUNTY}-{name}" for name in ("water_supply", "municipal_works", "sanitation")]
#: Who may take which steps of a case; which of them are open depends on the way so far.
WAYS = (
    ("chen.guoping", ("sign_for", "return")),
    ("wu.kai", ("sign_for", "return", "ask_extension")),
    ("wang.fang", ("sign_for", "return")),
    ("zhou.min", ("dispatch", "recall", "tag", "approve_extension")),
    ("zheng.jun", ("recall", "rule")),
)


def deed(doors: Doors, draw: random.Random, number: str) -> bool:
    """Something that happens somewhere: a report of a resident, or a step of the case; whether it did."""
    if draw.random() < 0.2:
        return (
            doors.post("", "/reports", {"text": f"第{draw.randint(1, 999)}处护栏松了", "address": "江浦街道"})
            == 201
        )
    who, steps = draw.choice(WAYS)
    given = {
        **GIVEN,
        "unit": draw.choice(UNITS),
        "proposed": draw.choice(UNITS),
        "tag": draw.choice(["urgent", "hard"]),
    }
    return doors.post(who, f"/cases/{number}/steps/{draw.choice(steps)}", given) == 200


def test_windows_that_stayed_open_equal_those_drawn_anew(
    visitors: Visitors, numbers: dict[str, list[str]]
) -> None:
    number = numbers["accepted"].pop()
    draw = random.Random(SEED)
    windows = {}
    for name, address in (
        ("zhou.min", "/desk?tab=all&sort=new"),
        ("chen.guoping", "/desk?tab=all"),
        ("wu.kai", "/desk?tab=all"),
        ("li.wen", "/desk?tab=received&sort=new"),
        ("zheng.jun", f"/desk/cases/{number}"),
        ("he.jie", f"/desk/cases/{number}"),
        ("ma.jianguo", f"/board/{STREET}"),
    ):
        windows[name] = visitors.staff(name)
        windows[name].goto(address)
        expect(windows[name].locator("[data-live-state]")).to_have_attribute("data-state", "on")
        windows[name].evaluate("window.stayed = true")
    doors = Doors(visitors.someone().request, visitors.root)
    done = 0
    while done < DEEDS:
        done += deed(doors, draw, number)
        if done in (1, DEEDS // 2, DEEDS):
            assert settled(windows) == {}
    assert all(page.evaluate("window.stayed") for page in windows.values()), "no page was loaded again"


def test_record_that_leaves_the_desk_leaves_the_screen(
    visitors: Visitors, numbers: dict[str, list[str]]
) -> None:
    number = numbers["accepted"].pop()
    doors = Doors(visitors.someone().request, visitors.root)
    for step, given in (("recall", {}), ("dispatch", {"unit": f"{COUNTY}-municipal_works"})):
        assert doors.post("zhou.min", f"/cases/{number}/steps/{step}", {"reason": "属市政", **given}) == 200
    office = visitors.staff("wu.kai")
    office.goto(f"/desk/cases/{number}")
    expect(office.locator("[data-live-state]")).to_have_attribute("data-state", "on")
    words = office.locator(".statement").inner_text()
    assert doors.post("zhou.min", f"/cases/{number}/steps/recall", {"reason": "仍属供水"}) == 200
    expect(office.locator("main")).not_to_contain_text(words)
    expect(office.locator("main")).to_contain_text("没有编号为")


def test_what_someone_is_writing_is_not_taken_from_them(
    visitors: Visitors, numbers: dict[str, list[str]]
) -> None:
    number = numbers["accepted"].pop()
    supervisor = visitors.staff("zheng.jun")
    supervisor.goto(f"/desk/cases/{number}")
    expect(supervisor.locator("[data-live-state]")).to_have_attribute("data-state", "on")
    form = supervisor.locator("form[action$='/steps/recall']")
    form.locator("xpath=..").evaluate(
        "own => { for (let at = own; at; at = at.parentElement) if (at.open === false) at.open = true }"
    )
    form.locator("textarea").fill("写到一半的理由")
    doors = Doors(visitors.someone().request, visitors.root)
    assert doors.post("chen.guoping", f"/cases/{number}/steps/sign_for", {}) == 200
    expect(supervisor.locator("#headline .chip").first).to_have_text("处置中")
    assert form.locator("textarea").input_value() == "写到一半的理由"
    expect(supervisor.locator(".toast")).to_contain_text("刚")
