"""Reports and steps through the interface, durable, beside a bare handler that writes the same rows."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from benchmarks import bare, load, processes
from benchmarks.ground import Ground
from benchmarks.table import Row

CLIENTS = (1, 8, 32)
BARE = "bare handler"


def measure(ground: Ground, *, seconds: float) -> Iterator[Row]:
    """Report to dispatched case, an unknown's report, a step, and two who take the same step."""
    from benchmarks import inside  # noqa: PLC0415 -- Django reads its settings when it is imported

    inside.statements(ground.call(), ground.anyone())
    create, anyone = inside.statements(ground.call(), ground.anyone())
    inside.statements(ground.sign_for(ground.waiting()[0]))
    (step,) = inside.statements(ground.sign_for(ground.waiting()[0]))
    bare.take_template(ground.store, ground.home / "template.json")
    floors: dict[int, Row] = {}
    with ground.copy() as place, processes.running(processes.BARE, place, "/") as server:
        for clients in CLIENTS:
            row = _level("bare handler, same rows", server, place.call(), clients, seconds)
            floors[clients] = row
            yield row
    with ground.copy() as place, processes.running(processes.WEB_ALONE, place, "/healthz") as server:
        yield from _levels("report to dispatched case", server, place.call(), seconds, floors, create)
        yield from _levels("report by anyone", server, place.anyone(), seconds / 2, {}, anyone)
        yield from _steps(place, server, seconds, step)
        yield _contested(place, server)
    with ground.copy() as place, processes.running(processes.PLATFORM, place, "/readyz") as server:
        yield from _levels("report to case, deliveries beside", server, place.call(), seconds, floors, create)


def _levels(
    what: str,
    server: processes.Server,
    content: bytes,
    seconds: float,
    floors: dict[int, Row],
    statements: int,
) -> Iterator[Row]:
    load.drive(server.port, load.always(content), clients=1, seconds=0.5)
    for clients in CLIENTS:
        floor = floors.get(clients)
        yield _level(what, server, content, clients, seconds, floor, statements)


def _level(
    what: str,
    server: processes.Server,
    content: bytes,
    clients: int,
    seconds: float,
    floor: Row | None = None,
    statements: int = 0,
) -> Row:
    before = server.cpu_s()
    run = load.drive(server.port, load.always(content), clients=clients, seconds=seconds).require(201)
    return _row(f"{what}, {clients} at once", run, server, before, floor, statements)


def _row(
    what: str,
    run: load.Run,
    server: processes.Server,
    cpu_before: float,
    floor: Row | None,
    statements: int,
) -> Row:
    more = {
        "p50 ms": run.wait_ms(0.5),
        "p99 ms": run.wait_ms(0.99),
        "cpu ms": (server.cpu_s() - cpu_before) / len(run.waits) * 1000,
        "PSS MiB": server.memory_mib(),
    }
    if statements:
        more["statements"] = statements
    if floor:
        more["× cpu of floor"] = more["cpu ms"] / floor.more["cpu ms"]
    return Row("write", what, run.rate, "per s", BARE if floor else "", floor.value if floor else None, more)


def _steps(place: Ground, server: processes.Server, seconds: float, statements: int) -> Iterator[Row]:
    numbers = iter(place.waiting()[100:])
    for clients in CLIENTS:
        before = server.cpu_s()
        contents = load.each(place.sign_for(number) for number in numbers)
        run = load.drive(server.port, contents, clients=clients, seconds=seconds / 2).require(200)
        yield _row(f"step (sign for), {clients} at once", run, server, before, None, statements)


def _contested(place: Ground, server: processes.Server) -> Row:
    """Two take the same step of the same case at the same moment, again and again."""
    pairs = [_both(place, server, number) for number in place.waiting()[:40]]
    fair = sum(pair == [200, 409] for pair in pairs)
    return Row("write", "two on one case: one 200 and one 409", fair, "pairs", "pairs", len(pairs))


def _both(place: Ground, server: processes.Server, number: str) -> list[int]:
    statuses: list[int] = []
    ready = threading.Barrier(2)

    def take() -> None:
        ready.wait()
        statuses.append(load.ask(server.port, place.sign_for(number))[0])

    both = [threading.Thread(target=take) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    return sorted(statuses)
