"""Errands are done by a process of their own: begun here one at a time, and begun anew when it is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.infra import errands

#: How long an errand that is told to go may take to clear away what it has begun, in seconds.
GO_WITHIN = 5


@dataclass(frozen=True)
class _Child:
    process: subprocess.Popen[bytes]
    errand: UUID
    tries: int


class Errands:
    """The one errand that this background process has under way."""

    def __init__(self) -> None:
        self._child: _Child | None = None

    def sweep(self, now: datetime) -> int:
        """Begin the next errand when none is under way; never waits for one."""
        if self._child is not None:
            if self._child.process.poll() is None:
                return 0
            # One that was killed could not say so; nothing happens to one that has ended.
            errands.give_back(self._child.errand, self._child.tries)
            self._child = None
        errand = errands.take(now)
        if errand is not None:
            self._child = _Child(_begun(errand.pk, errand.tries), errand.pk, errand.tries)
        return 0

    def end(self) -> None:
        """Have the one that is under way clear away and give itself back."""
        if self._child is None or self._child.process.poll() is not None:
            return
        self._child.process.terminate()
        try:
            self._child.process.wait(GO_WITHIN)
        except subprocess.TimeoutExpired:
            self._child.process.kill()


def _begun(errand: UUID, tries: int) -> subprocess.Popen[bytes]:
    words = ["-m", "gewu.config.errand", str(errand), str(tries), str(os.getpid())]
    return subprocess.Popen([sys.executable, *words])  # noqa: S603 -- this very program
