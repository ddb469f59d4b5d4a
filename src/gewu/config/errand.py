"""One errand in a process of its own: nobody waits for it, and what it holds in memory goes with it."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from types import FrameType
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gewu.config.settings")
django.setup()

from django.db import DatabaseError, connection  # noqa: E402 -- what follows needs Django's models to be ready
from django.utils import timezone  # noqa: E402 -- as above

from gewu.infra import errands, store  # noqa: E402 -- as above
from gewu.infra.models import Errand  # noqa: E402 -- as above
from gewu.kernel.refusals import Refusal  # noqa: E402 -- as above
from gewu.kernel.texts import Text  # noqa: E402 -- as above
from gewu.security import actions as security  # noqa: E402 -- as above
from gewu.territory import actions as territory  # noqa: E402 -- as above
from gewu.web.desk import exporting  # noqa: E402 -- as above

log = logging.getLogger(__name__)


def _boundaries(work: errands.Work) -> None:
    territory.take_in(work, timezone.now())


KINDS: Mapping[str, errands.Kind] = {
    "export": errands.Kind(exporting.make, security.note_failed),
    "boundaries": errands.Kind(_boundaries, territory.note_not_taken),
}
#: How often it says how far it is, in seconds.
SAYS_EVERY = 1.0
#: A fault that cannot be written down, on a full disk, is tried again for so many seconds.
WRITES_WITHIN = 20
#: Pages come first; but on a machine that is always busy an errand must come to its end too.
NICE = 5


def carry_out(work: errands.Work) -> None:
    """Do it, or write down in words why it could not be done; an errand that was lost leaves nothing."""
    errand = work.errand
    if errand.tries > errands.MOST_TRIES:
        return _give_up(errand, errands.BROKEN_OFF)
    try:
        KINDS[errand.kind].make(work)
    except errands.Lost:
        log.warning("errand %s was begun by another process meanwhile", errand.pk)
    except Refusal as refusal:
        _give_up(errand, refusal.text)
    except Exception as fault:
        full = store.is_full(fault)
        if not full:
            log.exception("errand %s failed", errand.pk)
        _give_up(errand, errands.NO_ROOM if full else errands.FAULT)


def _give_up(errand: Errand, why: Text) -> None:
    for left in range(WRITES_WITHIN, -1, -1):
        now = timezone.now()
        try:
            with errands.ending(errand, made=0, now=now, fault=why):
                KINDS[errand.kind].given_up(errand.about, why, now)
            return
        except errands.Lost:
            return
        except DatabaseError:
            if not left:
                raise
            time.sleep(1)


class _Holding(threading.Thread):
    """Holds the lease and says how far the work is, until it is over or no longer this process's."""

    def __init__(self, work: errands.Work) -> None:
        super().__init__(name="lease", daemon=True)
        self.work = work
        self.over = threading.Event()

    def run(self) -> None:
        parent = int(sys.argv[3])
        while not self.over.wait(SAYS_EVERY):
            try:
                errands.go_on(self.work.errand, self.work.made, now=timezone.now())
            except errands.Lost:
                break
            except DatabaseError:
                connection.close()  # a full disk, or a database that does not answer: the lease lasts a while
            if os.getppid() != parent:
                break
        connection.close()
        if not self.over.is_set():
            os.kill(os.getpid(), signal.SIGTERM)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def main() -> None:
    """The arguments are the errand, the try it was begun for, and the process that began it."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever began it says when to go
    os.nice(NICE)
    key, tries = UUID(sys.argv[1]), int(sys.argv[2])
    try:
        work = errands.Work(errands.taken(key, tries))
    except errands.Lost:
        return
    holding = _Holding(work)
    holding.start()
    try:
        carry_out(work)
    finally:
        holding.over.set()
        errands.give_back(key, tries)  # nothing, unless it is told to go before its end


if __name__ == "__main__":
    main()
