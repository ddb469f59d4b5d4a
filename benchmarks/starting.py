"""From nothing running to the first answer, and what the processes then hold."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks import processes
from benchmarks.ground import Ground
from benchmarks.table import Row


def measure(ground: Ground) -> Iterator[Row]:
    """Start of `gewu serve` with one web process, beside a bare server; memory when idle."""
    from benchmarks import bare, inside  # noqa: PLC0415 -- Django reads its settings when it is imported

    inside.statements(ground.call())
    bare.take_template(ground.store, ground.home / "template.json")
    with ground.copy() as place:
        with processes.running(processes.BARE, place, "/") as server:
            floor, held = server.started_in_s, server.memory_mib()
        with processes.running(processes.PLATFORM, place, "/readyz") as server:
            started = server.started_in_s
            time.sleep(2)
            memory = server.memory_mib()
            each = sorted((processes.memory_mib(pid) for pid in server.processes()), reverse=True)
            before = server.cpu_s()
            time.sleep(3)
            idle = (server.cpu_s() - before) / 3 * 100
    yield Row("start", "gewu serve until ready", started, "s", "bare server", floor)
    parts = {f"process {n}": one for n, one in enumerate(each, start=1)}
    yield Row("start", "memory when idle", memory, "MiB PSS", "bare server", held, {**parts, "cpu %": idle})
