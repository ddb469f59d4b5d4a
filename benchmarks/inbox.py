"""The desk's inbox, the list of the interface, figures and one case among many; a bare list as the floor."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import bare, crowd, exporting, load, processes, stores
from benchmarks.ground import Ground
from benchmarks.table import Row

_FLOOR = "bare list"
_TIMES = 150


def measure(ground: Ground, *, cases: int, keep: Path | None = None) -> Iterator[Row]:
    """First page and a deep one, as JSON and as a page, one reader at a time."""
    from benchmarks import inside  # noqa: PLC0415 -- Django reads its settings when it is imported

    inside.statements(ground.call())
    bare.take_template(ground.store, ground.home / "template.json")
    first, page = _list(ground, ""), _page(ground, "")
    inside.statements(first, page)
    counts = inside.statements(first, page)
    with crowded(ground, cases, keep) as place:
        first, page = _list(place, ""), _page(place, "")
        with (
            processes.running(processes.BARE, place, "/") as bare_server,
            processes.running(processes.WEB_ALONE, place, "/healthz") as server,
        ):
            behind, pages = _walk(place, server)
            floor = _drive(bare_server, load.request("GET", "/"))
            yield _row(f"bare list of 50 in {cases:,} cases", floor, 1)
            for what, content, n in (
                ("list as JSON, first page", first, 0),
                (f"list as JSON, page {pages}", _list(place, behind), 0),
                ("desk inbox, first page", page, 1),
                (f"desk inbox, page {pages}", _page(place, behind), 1),
            ):
                floor = _drive(bare_server, load.request("GET", "/"))
                yield _row(what, _drive(server, content), counts[n], floor)
            yield from _others(ground, place, server)
        yield from exporting.measure(place, cases=cases)


#: Whose figures are counted, as a level of the board.
_LEVELS = {"county": "320111", "sub-district": "320111004", "community": "320111004001"}


def _others(ground: Ground, place: Ground, server: processes.Server) -> Iterator[Row]:
    """Pages beside the list: the figures of a level, counted anew each time, and one case."""
    from benchmarks import inside  # noqa: PLC0415 -- as above

    figures = json.loads(run(place, "-m", "benchmarks.counting", place.session, *_LEVELS.values()))
    for what, code in _LEVELS.items():
        found = figures[code]
        waited = load.Run(sum(found["waits"]), found["waits"], cpu_ms=found["cpu_ms"])
        yield _row(f"figures of a {what}, counted anew", waited, found["statements"])
    path = f"/desk/cases/{ground.waiting()[0]}"
    inside.statements(_as_desk(ground, path))
    (statements,) = inside.statements(_as_desk(ground, path))
    for what, asked, n in (
        ("page of one case", path, statements),
        ("board of the county, shared for 5 s", "/board/320111", 0),
    ):
        yield _row(what, _drive(server, _as_desk(place, asked)), n)


@contextmanager
def crowded(ground: Ground, cases: int, keep: Path | None) -> Iterator[Ground]:
    """The ground with so many cases on it; in a folder that is kept it is made once."""
    if keep is None:
        with ground.copy() as place:
            _fill(place, cases)
            yield place
        return
    home = (keep / f"{ground.store.name}-{cases}").absolute()
    if not (home / _KEPT).exists():
        _keep(ground, cases, home)
    held = json.loads((home / _KEPT).read_text())
    url = held.pop("url")
    place = Ground(home, **held, store=stores.Postgresql(url) if url else stores.Sqlite(home / stores.FILE))
    run(place, "-c", _COMMAND, "migrate")
    place.store.settle()
    yield place


_KEPT = "ground.json"


def _keep(ground: Ground, cases: int, home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    with ground.copy() as place:
        _fill(place, cases)
        shutil.copytree(place.home, home, ignore=shutil.ignore_patterns("*-wal", "*-shm", "*.log"))
        held = {name: getattr(place, name) for name in ("acceptor", "handler", "session")}
        url = place.store.url()
        held["url"] = url and stores.make(url, f"gewu_bench_kept_{cases}", like=stores.name_of(place.store))
        (home / _KEPT).write_text(json.dumps(held))


def _fill(place: Ground, cases: int) -> None:
    crowd.gather(place.store, cases)
    run(place, "-c", _COMMAND, "migrate")  # counts what is there, and each write from now on
    place.store.settle()


#: One command of the platform.
_COMMAND = "from gewu.cli.main import main; main()"


def run(place: Ground, *words: str) -> str:
    """What a program says that works over this ground."""
    environment = processes.surroundings(place, processes.free_port())
    done = subprocess.run(
        [sys.executable, *words],
        cwd=processes.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{words} ended with {done.returncode}:\n{done.stderr}"[-3000:])
    return done.stdout


def _list(ground: Ground, after: str) -> bytes:
    return load.request("GET", f"/api/v1/cases?after={after}", **ground.bearer(ground.acceptor))


def _page(ground: Ground, after: str) -> bytes:
    return _as_desk(ground, f"/desk?tab=open&after={after}")


def _as_desk(ground: Ground, path: str) -> bytes:
    return load.request("GET", path, Cookie=f"sessionid={ground.session}")


def _walk(ground: Ground, server: processes.Server) -> tuple[str, int]:
    """The cursor behind nearly all open cases, reached as a reader would; its number in pages of fifty."""
    after, before, rows = "", "", 0
    while True:
        path = f"/api/v1/cases?size=200&after={after}"
        status, body = load.ask(server.port, load.request("GET", path, **ground.bearer(ground.acceptor)))
        if status != 200:
            raise RuntimeError(f"the list answered {status}")
        found = json.loads(body)
        if not found["after"] or rows >= 50 * 900:
            return before, rows // 50
        rows += len(found["cases"])
        before, after = after, found["after"]


def _drive(server: processes.Server, content: bytes) -> load.Run:
    load.drive(server.port, load.always(content), clients=1, seconds=0.3).require(200)
    times = iter([content] * _TIMES)
    before = server.cpu_s()
    found = load.drive(server.port, load.each(times), clients=1, seconds=10).require(200)
    found.cpu_ms = (server.cpu_s() - before) / len(found.waits) * 1000
    return found


def _row(what: str, run: load.Run, statements: int, floor: load.Run | None = None) -> Row:
    more = {
        "p50 ms": run.wait_ms(0.5),
        "p95 ms": run.wait_ms(0.95),
        "cpu ms": run.cpu_ms,
        "statements": statements,
    }
    if floor:
        more["× cpu of floor"] = run.cpu_ms / floor.cpu_ms
    return Row("inbox", what, run.rate, "per s", _FLOOR if floor else "", floor.rate if floor else None, more)
