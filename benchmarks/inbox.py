"""The desk's inbox and the list of the interface over many cases, beside a bare list of the same rows."""

from __future__ import annotations

import json
from collections.abc import Iterator

from benchmarks import bare, crowd, load, processes
from benchmarks.ground import Ground, checkpoint
from benchmarks.table import Row

_FLOOR = "bare list"
_TIMES = 150


def measure(ground: Ground, *, cases: int) -> Iterator[Row]:
    """First page and a deep one, as JSON and as a page, one reader at a time."""
    from benchmarks import inside  # noqa: PLC0415 -- Django reads its settings when it is imported

    inside.statements(ground.call())
    checkpoint(ground.database)
    bare.take_template(ground.database, ground.home / "template.json")
    first, page = _list(ground, ""), _page(ground, "")
    inside.statements(first, page)
    counts = inside.statements(first, page)
    with ground.copy() as place:
        crowd.gather(place.database, cases)
        with processes.running(processes.BARE, place.home, "/") as server:
            floor = _drive(server, load.request("GET", "/"))
            yield _row(f"bare list of 50 in {cases:,} cases", floor, None, 1)
        with processes.running(processes.WEB_ALONE, place.home, "/healthz") as server:
            behind, pages = _walk(place, server)
            yield _row("list as JSON, first page", _drive(server, first), floor, counts[0])
            yield _row(f"list as JSON, page {pages}", _drive(server, _list(place, behind)), floor, counts[0])
            yield _row("desk inbox, first page", _drive(server, page), floor, counts[1])
            yield _row(f"desk inbox, page {pages}", _drive(server, _page(place, behind)), floor, counts[1])
            yield from _others(place, server)


def _others(ground: Ground, server: processes.Server) -> Iterator[Row]:
    """Pages beside the list: the figures of a level, and one case."""
    from benchmarks import inside  # noqa: PLC0415 -- as above

    asked = {
        "board of the county": "/board/320111",
        "board of a sub-district": "/board/320111004",
        "page of one case": f"/desk/cases/{ground.waiting()[0]}",
    }
    for what, path in asked.items():
        content = load.request("GET", path, Cookie=f"sessionid={ground.session}")
        inside.statements(content)
        yield _row(what, _drive(server, content), None, inside.statements(content)[0])


def _list(ground: Ground, after: str) -> bytes:
    return load.request("GET", f"/api/v1/cases?after={after}", **ground.bearer(ground.acceptor))


def _page(ground: Ground, after: str) -> bytes:
    cookie = f"sessionid={ground.session}"
    return load.request("GET", f"/desk?tab=open&after={after}", Cookie=cookie)


def _walk(ground: Ground, server: processes.Server) -> tuple[str, int]:
    """The cursor behind nearly all open cases, reached as a reader would; its number in pages of fifty."""
    after, before, rows = "", "", 0
    while True:
        path = f"/api/v1/cases?size=200&after={after}"
        status, body = load.ask(server.port, load.request("GET", path, **ground.bearer(ground.acceptor)))
        if status != 200:
            raise RuntimeError(f"the list answered {status}")
        found = json.loads(body)
        if not found["after"]:
            return before, rows // 50
        rows += len(found["cases"])
        before, after = after, found["after"]


def _drive(server: processes.Server, content: bytes) -> load.Run:
    load.drive(server.port, load.always(content), clients=1, seconds=0.3).require(200)
    times = iter([content] * _TIMES)
    return load.drive(server.port, load.each(times), clients=1, seconds=10).require(200)


def _row(what: str, run: load.Run, floor: load.Run | None, statements: int) -> Row:
    more = {"p50 ms": run.wait_ms(0.5), "p95 ms": run.wait_ms(0.95), "statements": statements}
    return Row("inbox", what, run.rate, "per s", _FLOOR if floor else "", floor.rate if floor else None, more)
