"""The board before people: old figures are marked, and on a wall it goes round by itself."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

from tests.browser.visitors import Visitors


def test_figure_older_than_its_limit_is_marked_stale(visitors: Visitors) -> None:
    leader = visitors.staff("ma.jianguo")
    leader.clock.install()
    leader.goto("/board/320111")
    figures = leader.locator("[data-as-of]")
    expect(figures.first).to_be_visible()
    expect(leader.locator("[data-as-of].stale")).to_have_count(0)
    leader.route("**/board/*", lambda route: route.fulfill(status=429))
    leader.clock.run_for(130_000)
    expect(leader.locator("[data-as-of].stale")).to_have_count(figures.count())
    expect(leader.locator(".tiles")).to_have_attribute("title", re.compile("^数字已过时 · 截至 "))


def test_map_is_drawn_without_any_request_to_elsewhere(visitors: Visitors) -> None:
    """The visitors complain of every request that leaves this server."""
    leader = visitors.staff("ma.jianguo")
    asked: list[str] = []
    leader.on("request", lambda request: asked.append(request.url))
    leader.goto("/board/320111")
    expect(leader.locator("[data-map][data-ready] canvas")).to_be_visible()
    leader.wait_for_load_state("networkidle")
    assert any(url.endswith(".geojson") for url in asked)
    assert {urlsplit(url).hostname for url in asked if url.startswith("http")} == {
        urlsplit(leader.url).hostname
    }
    assert not [url for url in asked if "key=" in url or "token=" in url]


def test_wall_goes_to_the_next_place(visitors: Visitors) -> None:
    wall = visitors.staff("ma.jianguo")
    wall.clock.install()
    wall.goto("/board/320111?wall=1")
    expect(wall.locator("body.wall")).to_have_count(1)
    wall.clock.run_for(21_000)
    wall.wait_for_url(re.compile(r"/board/320111\d+\?.*wall=1"))
