"""Servers under measurement, as the machine sees them: start, memory, processor time."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import load
from benchmarks.ground import Ground
from benchmarks.stores import Store

ROOT = Path(__file__).resolve().parent.parent
_TICKS = os.sysconf("SC_CLK_TCK")
START_WITHIN_S = 60


@dataclass(frozen=True)
class Server:
    """A server that answers: its port, its first process and how long it took."""

    port: int
    pid: int
    store: Store
    started_in_s: float

    def processes(self) -> list[int]:
        """The process and everything below it."""
        found, waiting = [], [self.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            tasks = Path(f"/proc/{pid}/task")
            for task in tasks.iterdir() if tasks.exists() else ():
                with suppress(FileNotFoundError, ProcessLookupError):  # a thread may end while it is read
                    waiting += [int(child) for child in (task / "children").read_text().split()]
        return found

    def cpu_s(self) -> float:
        """Processor seconds used so far, by all of them and by what serves the database."""
        return sum(_cpu_s(pid) for pid in (*self.processes(), *self.store.served_by()))

    def memory_mib(self) -> float:
        """Proportional set size of all of them, in MiB."""
        return sum(memory_mib(pid) for pid in self.processes())


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_mib(pid: int) -> float:
    """Proportional set size of one process, in MiB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def free_port() -> int:
    """A port that nobody listens on, with its neighbour free for the live stream."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def surroundings(ground: Ground, port: int, **more: str) -> dict[str, str]:
    """The environment of a server over this ground."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("GEWU_")},
        "DJANGO_SETTINGS_MODULE": "gewu.config.settings",
        "GEWU_HOME": str(ground.home),
        "GEWU_DATABASE_URL": ground.store.url(),
        "GEWU_WORKERS": "1",
        "GEWU_DURABILITY": "FULL",
        "GEWU_REPORTS_PER_HOUR": "1000000",
        "PORT": str(port),
        **more,
    }


@contextmanager
def running(command: list[str], ground: Ground, path: str, **more: str) -> Iterator[Server]:
    """A server from its start until the end of the block; ``path`` is asked until it answers 200."""
    port = free_port()
    begun = time.perf_counter()
    with (ground.home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=surroundings(ground, port, **more),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _await(process, port, path, ground.home / "server.log")
        yield Server(port, process.pid, ground.store, time.perf_counter() - begun)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            if load.ask(port, load.request("GET", path))[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.01)
    raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")


PLATFORM = ["-c", "from gewu.cli.main import main; main()", "serve"]
WEB_ALONE = ["-m", "benchmarks.web"]
BARE = ["-m", "benchmarks.bare"]
