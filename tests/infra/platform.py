"""A whole platform in a folder of its own, for tests that need real processes and a real database."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import dedent

from tests.ground import tables

START = "import django; django.setup()\n"


def free_ports() -> int:
    """The first of two neighbouring ports that nobody uses."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@dataclass(frozen=True)
class Platform:
    """Its processes see nothing of this one but the code."""

    home: Path
    port: int

    @property
    def live_port(self) -> int:
        return self.port + 1

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GEWU_")}
        own = {"GEWU_HOME": str(self.home), "PORT": str(self.port), "GEWU_WORKERS": "1"}
        return {
            **kept,
            **own,
            "DJANGO_SETTINGS_MODULE": "gewu.config.settings",
            "LANG": "zh_CN.UTF-8",
            **more,
        }

    def begin(self, *command: str, **more: str) -> subprocess.Popen[str]:
        """Start a process and go on."""
        return subprocess.Popen(
            [sys.executable, *command],
            env=self.environment(**more),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def begin_code(self, code: str) -> subprocess.Popen[str]:
        return self.begin("-c", START + dedent(code))

    def run(self, code: str) -> str:
        """Run this code in a process of its own and give back what it printed."""
        process = self.begin_code(code)
        printed, _ = process.communicate(timeout=60)
        assert process.returncode == 0, printed
        return printed.strip()

    def gewu(self, *words: str, **more: str) -> tuple[int, str]:
        """A command of the platform: its exit code and what it printed."""
        process = self.begin("-m", "gewu.cli.main", *words, **more)
        printed, _ = process.communicate(timeout=60)
        return process.returncode, printed

    @contextmanager
    def running(self, *command: str) -> Iterator[subprocess.Popen[str]]:
        """A process that is stopped at the end."""
        process = self.begin(*command)
        try:
            yield process
        finally:
            process.kill()
            process.wait(10)
            if process.stdout:
                process.stdout.close()


def new(home: Path) -> Platform:
    """A platform with an empty database, a copy of the one that was migrated first."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(_migrated(), home)
    return Platform(home, free_ports())


@cache
def _migrated() -> Path:
    home = Path(tempfile.mkdtemp(prefix="gewu-migrated-"))
    shutil.copy(tables(), home / "gewu.sqlite3")
    code, printed = Platform(home, free_ports()).gewu("migrate")
    assert code == 0, printed
    return home / "gewu.sqlite3"
