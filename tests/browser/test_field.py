"""The field app in a real browser: no network, a dead battery, a server killed; all arrives, and once."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Playwright, Route, expect

from tests.browser import phone as held
from tests.browser.conftest import SETTINGS
from tests.browser.crawl import SPOKEN, untranslated
from tests.browser.phone import Phone, Server, go, report, sign_in, stand, taken_along, watching
from tests.browser.test_pages import ALL, AXE, LOOK, WIDER
from tests.browser.visitors import PHONE, Visitors
from tests.pictures import photo_bytes
from tests.world import GRID

SCREENS = (
    "", "report", "settle", "looks", "checks", "tasks", "clues", "spots", "visit", "whistle", "calls",
    "messages", "numbers", "map", "queue", "more", "help/",
)  # fmt: skip
#: The phone's own store, and who works on it.
STORE = """
  const of = (asked) => new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  const opened = await of(indexedDB.open("gewu-field"));
  const kept = opened.transaction("kept", "readwrite").objectStore("kept");
  const session = await of(kept.get("session"));
"""
#: Puts rows into the queue, as the app itself does.
FILL = f"""async (rows) => {{{STORE}
  const writing = opened.transaction("queue", "readwrite");
  for (const {{ id, text }} of rows) writing.objectStore("queue").add({{
    id, account: session.account, kind: "report", title: text, madeAt: new Date().toISOString(),
    content: {{ text, lon: 118.6025, lat: 32.0575 }}, after: [], files: [], state: "waiting", reason: "",
    advice: "", because: "", answeredAt: "", about: "", answer: {{}}, clashes: [], version: null }});
  await new Promise((done) => {{ writing.oncomplete = done; }});
  opened.close();
}}"""
#: The token has run out on the server; the phone does not know it yet.
RUN_OUT = f"""async () => {{{STORE}
  await of(kept.put({{ ...session, token: "void" }}, "session"));
  opened.close();
}}"""
#: What is touched with a thumb and is lower or narrower than 48 pixels.
TOUCHED = "main a, main button, main select, main input:not(.hidden-label), main summary, #bar a"
SMALL = """(touched) => [...document.querySelectorAll(touched)]
  .filter((one) => one.checkVisibility() && !one.closest("svg, .tick, p"))
  .filter((one) => { const box = one.getBoundingClientRect(); return box.width < 48 || box.height < 48; })
  .map((one) => one.outerHTML.slice(0, 120))"""
SEND = ".button.main.wide"


@pytest.fixture
def server(begun: tuple[Path, dict[str, list[str]]], tmp_path: Path) -> Iterator[Server]:
    """The small world once more, on data that this test alone changes."""
    home = tmp_path / "home"
    shutil.copytree(begun[0], home)
    one = Server(home, SETTINGS)
    one.start()
    yield one
    one.kill()


@pytest.fixture
def phone(playwright: Playwright, server: Server, tmp_path: Path) -> Iterator[Phone]:
    one = Phone(playwright, tmp_path / "profile", server.root)
    yield one
    one.die()


def waiting(page: Page, many: int) -> None:
    expect(page.locator(".queue [data-state=waiting]")).to_have_count(many)


def press_send(page: Page) -> None:
    """Press the button if it is still there: the app sends by itself, too, and then it goes."""
    page.evaluate("button => document.querySelector(button)?.click()", SEND)


def all_sent(page: Page) -> None:
    """Ask for it as a person does, again and again, until nothing waits."""
    go(page, "queue")
    for _ in range(20):
        if page.locator(SEND).count() == 0:
            break
        press_send(page)
        page.wait_for_timeout(400)
    waiting(page, 0)


def test_a_day_without_network_a_dead_battery_and_a_restarted_server(
    phone: Phone, server: Server, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(photo_bytes(2400, 1800))
    page = phone.turn_on()
    sign_in(page, "zhao.qiang")
    taken_along(page)
    server.kill()

    page.reload()
    expect(page.locator(".tiles")).to_be_visible()
    expect(page.locator(".notes")).to_contain_text("现在没有网络")
    report(page, "没有网络时写的第一件：消防栓被挡住。", photo)
    waiting(page, 1)
    go(page, "report")
    page.fill("#f-text", "写到一半手机没电了")
    page.wait_for_timeout(300)
    phone.die()

    page = phone.turn_on()
    go(page, "queue")
    waiting(page, 1)
    go(page, "report")
    expect(page.locator("#f-text")).to_have_value("写到一半手机没电了")
    page.click(".go")
    go(page, "queue")
    waiting(page, 2)

    rows = [{"id": str(one), "text": f"排队的第 {n} 件：楼道灯不亮。"} for n, one in enumerate(_ids(60))]
    page.evaluate(FILL, rows)
    lost = _answers_lost(page, server, kill_at=2)
    server.start()
    go(page, "queue")
    for _ in range(50):
        if lost:
            break
        page.locator(SEND).click()
        page.wait_for_timeout(200)
    assert lost == [200], "the server took a batch and its answer never came"
    server.start()
    page.unroute("**/field/commands")
    all_sent(page)

    found = server.arrived()
    expected = ["没有网络时写的第一件：消防栓被挡住。", "写到一半手机没电了", *(one["text"] for one in rows)]
    assert found["texts"] == expected, "each once, in the order in which it was done"
    assert found["files"] == ["image/jpeg"]
    assert min(found["waited"]) >= 0


def _ids(many: int) -> list[object]:
    from uuid import UUID  # noqa: PLC0415 -- numbers as a phone makes them, the same in each run

    chance = random.Random(7)
    return [UUID(int=chance.getrandbits(128), version=4) for _ in range(many)]


def _answers_lost(page: Page, server: Server, *, kill_at: int) -> list[int]:
    """The server takes what it is sent, and dies before its answer of one batch comes back."""
    lost: list[int] = []
    asked = [0]

    def pass_on(route: Route) -> None:
        asked[0] += 1
        answer = route.fetch()
        if asked[0] != kill_at:
            route.fulfill(response=answer)
            return
        lost.append(answer.status)
        server.kill()
        route.abort()

    page.route("**/field/commands", pass_on)
    return lost


def test_nobodys_work_is_sent_as_anothers_and_a_session_that_ends_loses_nothing(
    phone: Phone, server: Server
) -> None:
    page = phone.turn_on()
    sign_in(page, "zhao.qiang")
    taken_along(page)
    server.kill()
    report(page, "赵强离线写的一件：电线垂到人行道。")
    assert phone.context is not None
    phone.context.clear_cookies()  # the session has ended meanwhile
    server.start()
    page.evaluate(RUN_OUT)
    page.reload()
    expect(page.locator(".notes")).to_contain_text("登录已到期")
    assert server.arrived()["texts"] == []

    sign_in(page, "sun.li")
    expect(page.locator(".notes")).to_contain_text("还有赵强的 1 条没有提交")
    report(page, "孙丽自己的一件：垃圾桶满了。")
    all_sent(page)
    assert server.arrived()["texts"] == ["孙丽自己的一件：垃圾桶满了。"]

    go(page, "more")
    page.get_by_role("button", name="退出登录").click()
    sign_in(page, "zhao.qiang")
    all_sent(page)
    found = server.arrived()
    assert found["texts"] == ["孙丽自己的一件：垃圾桶满了。", "赵强离线写的一件：电线垂到人行道。"]
    assert len(found["accounts"]) == 2


def test_a_check_is_made_whole_without_network_and_a_lost_race_is_told(
    phone: Phone, server: Server, numbers: dict[str, list[str]]
) -> None:
    """Two cases are checked apart; one of them somebody else takes up in the meantime."""
    page = phone.turn_on()
    sign_in(page, "zhao.qiang")
    taken_along(page)
    first, second = numbers["handled"][-2:]
    server.kill()
    for number in (first, second):
        go(page, f"case/{number}")
        page.click("a[href$='/begin_check']")
        page.click(".go")
        held.on_screen(page, "case")
        page.click("a[href$='/close']")
        page.fill("#f-answer", "现场看过，已经修好。")
        page.click(".go")
        held.on_screen(page, "case")
    server.start()
    _taken_by_another(server, second)
    all_sent(page)
    expect(page.locator("[data-state=taken]")).to_have_count(2)
    refused = page.locator("[data-state=refused]")
    expect(refused).to_have_count(2)
    expect(refused.first).to_contain_text("何洁已将其变为“核查中”")
    expect(refused.last).to_contain_text("它排在另一条之后")
    page.on("dialog", lambda asked: asked.accept())
    refused.first.get_by_role("button", name="不提交了").click()
    expect(page.locator("[data-state=refused]")).to_have_count(0)


def _taken_by_another(server: Server, number: str) -> None:
    """Someone at a desk begins the check of the same case."""
    with _desk(server, "he.jie") as desk:
        answer = desk.post(f"/cases/{number}/steps/begin_check", json={})
        assert answer.status_code == 200, answer.text


#: The latitudes of the positions on the phone, in batches and loose.
ON_THE_PHONE = f"""async () => {{{STORE}
  const all = (name) => of(opened.transaction(name).objectStore(name).getAll());
  const sent = (await all("queue")).filter((one) => one.kind === "positions");
  const batched = sent.flatMap((one) => one.content.points);
  const loose = await all("points");
  opened.close();
  return [...batched, ...loose].map((one) => one.lat);
}}"""
PAUSED, AFTERWARDS = 32.0590, 32.0600


def test_the_way_of_a_patrol_is_recorded_while_it_is_open_and_arrives_once(
    phone: Phone, server: Server
) -> None:
    """Without a network, through a dead battery, paused in between; before and after nothing is recorded."""
    page = phone.turn_on()
    sign_in(page, "zhao.qiang")
    taken_along(page)
    stand(page, 118.6020, 32.0570)
    assert (watching(page), page.evaluate(ON_THE_PHONE)) == (0, [])
    server.kill()
    go(page, "tasks")
    page.get_by_role("link", name="每日巡查").first.click()
    held.on_screen(page, "task")
    expect(page.locator("main")).to_contain_text("不巡查时不记录")
    page.get_by_role("button", name="开始").click()
    walk(page, 1, 4)
    assert watching(page) == 1
    phone.die()

    page = phone.turn_on()
    expect(page.locator("[data-way]")).to_contain_text("正在记录巡查位置")
    walk(page, 4, 6)
    page.locator("[data-way] button").click()
    expect(page.locator("[data-way=paused]")).to_contain_text("位置记录已暂停")
    assert watching(page) == 0
    stand(page, 118.6020, PAUSED)
    page.reload()
    expect(page.locator("[data-way=paused]")).to_be_visible()
    assert watching(page) == 0
    stand(page, 118.6020, 32.0570 + 6 * 0.0003)
    page.locator("[data-way] button").click()
    walk(page, 7, 9)
    go(page, "tasks")
    page.get_by_role("link", name="每日巡查").first.click()
    page.get_by_role("button", name="带上位置签到").first.click()
    stand(page, 118.6020, 32.0570 + 9 * 0.0003)
    expect(page.locator(".stop .chip.good")).to_have_count(1)
    go(page, "map")
    expect(page.locator(".sketch .way")).to_have_count(1)
    expect(page.locator(".hours")).to_contain_text("今天已巡查")

    task = page.evaluate("() => document.querySelector('.spot.item').getAttribute('href').split('/').pop()")
    go(page, f"end/{task}/finish")
    page.fill("#f-reason", "下雨提前结束")
    page.click(".go")
    held.on_screen(page, "tasks")
    expect(page.locator("[data-way]")).to_have_count(0)
    stand(page, 118.6020, AFTERWARDS)
    assert watching(page) == 0
    server.start()
    all_sent(page)
    walked = page.evaluate(ON_THE_PHONE)
    assert not {PAUSED, AFTERWARDS} & set(walked)
    found = server.arrived()
    (track,) = found["tracks"]
    assert (track["task"], track["points"], track["refused"]) == (task, len(walked), 0)
    assert found["tasks"] == ["done"]


def walk(page: Page, since: int, until: int) -> None:
    """Some steps to the north, each recorded before the next."""
    for n in range(since, until):
        lat = round(32.0570 + n * 0.0003, 6)
        stand(page, 118.6020, lat)
        for _ in range(100):
            if lat in page.evaluate(ON_THE_PHONE):
                break
            page.wait_for_timeout(50)
        assert lat in page.evaluate(ON_THE_PHONE)


def test_a_spot_that_two_people_changed_is_decided_on_the_phone(phone: Phone, server: Server) -> None:
    """Two corrections without a network; meanwhile someone at a desk has changed one of these facts."""
    page = phone.turn_on()
    sign_in(page, "zhao.qiang")
    taken_along(page)
    server.kill()
    for fact, text in (("address", "学府路 12 号北门"), ("hours", "每天 6:00–19:00")):
        go(page, "spots")
        page.get_by_role("link", name="南门农贸市场").click()
        page.fill(f"#f-{fact}", text)
        page.click(".go")
        held.on_screen(page, "spots")
    expect(page.locator(".item", has_text="南门农贸市场")).to_contain_text("学府路 12 号北门")
    server.start()
    spot = _corrected_by_another(server, address="学府路 14 号")
    all_sent(page)
    kept = page.locator("[data-state=conflict]")
    expect(kept).to_have_count(1)
    expect(kept).to_contain_text("学府路 14 号")
    expect(page.locator("[data-state=refused]")).to_have_count(1)
    kept.get_by_role("button", name="就这样提交").click()
    expect(kept).to_contain_text("每一处都要选一种写法")
    kept.locator("input[value=mine]").check()
    kept.get_by_role("button", name="就这样提交").click()
    expect(page.locator("[data-state=taken]")).to_have_count(3)
    expect(page.locator("[data-state=conflict], [data-state=refused]")).to_have_count(0)
    stands = next(one for one in _spots(server) if one["id"] == spot)
    assert (stands["address"], stands["hours"]) == ("学府路 12 号北门", "每天 6:00–19:00")
    assert stands["version"] == 4


def _corrected_by_another(server: Server, **values: str) -> str:
    """Someone of the grid centre corrects the market; its id."""
    spot = next(one["id"] for one in _spots(server) if one["name"] == "南门农贸市场")
    content = {"spot": spot, "branch": str(_ids(1)[0]), "trunk": 1, "values": values}
    with _desk(server) as desk:
        now = datetime.now(UTC).isoformat()
        sent = {"id": str(_ids(2)[1]), "kind": "spot_edit", "made_at": now, "content": content}
        account = desk.get("/field/day").json()["account"]
        body = {"account": account, "sent_at": now, "commands": [sent]}
        answer = desk.post("/field/commands", json=body).json()["answers"][0]
        assert answer["outcome"] == "taken", answer
    return str(spot)


def _spots(server: Server) -> list[dict[str, Any]]:
    with _desk(server) as desk:
        found: list[dict[str, Any]] = desk.get("/fieldwork/spots", params={"place": GRID}).json()["spots"]
    return found


@contextmanager
def _desk(server: Server, name: str = "zhou.min") -> Iterator[httpx.Client]:
    """The interface, signed in as someone of a desk."""
    with httpx.Client(base_url=f"{server.root}/api/v1") as desk:
        token = desk.post("/sign-in", json={"name": name, "password": held.PASSWORD}).json()["token"]
        desk.headers["Authorization"] = f"Bearer {token}"
        yield desk


def test_a_voice_note_recorded_without_a_network_arrives_with_its_report(
    phone: Phone, server: Server
) -> None:
    page = phone.turn_on()
    sign_in(page, "zhao.qiang")
    taken_along(page)
    server.kill()
    go(page, "report")
    page.fill("#f-text", "井盖响，录了音。")
    page.click("[data-tool=sound]")
    expect(page.locator("[data-tool=sound]")).to_contain_text("正在录音")
    page.wait_for_timeout(500)
    page.click("[data-tool=sound]")
    expect(page.locator(".previews audio")).to_be_visible()
    page.click(".go")
    held.on_screen(page, "queue")
    server.start()
    all_sent(page)
    found = server.arrived()
    assert (found["texts"], found["files"]) == (["井盖响，录了音。"], ["audio/wav"])


@pytest.mark.parametrize("look", ["light", "dark", "large", "sun", "english"])
def test_every_screen_is_fit_for_everyone(visitors: Visitors, look: str) -> None:
    page = visitors.staff("zhao.qiang", PHONE, english=look == "english", dark=look == "dark")
    page.goto("/field")
    expect(page.locator(".tiles")).to_be_visible()
    expect(page.locator("main")).to_contain_text("As of" if look == "english" else "内容取自")
    if look in ("large", "sun"):
        page.evaluate("(name) => { document.documentElement.dataset[name] = 'yes'; }", look)
    page.evaluate(AXE.read_text())
    faults = []
    for screen in SCREENS:
        go(page, screen)
        faults += [f"{screen}: {one}" for one in page.evaluate(LOOK, ALL)]
        faults += [f"{screen}: {page.evaluate(WIDER)} px too wide"] * (page.evaluate(WIDER) > 0)
        faults += [f"{screen}: too small to touch: {one}" for one in page.evaluate(SMALL, TOUCHED)]
        if look == "english":
            faults += [f"{screen}: not in English: {one}" for one in untranslated(page.evaluate(SPOKEN))]
    assert not faults, "\n".join(faults)
