"""Long work that a person wants once: done by a process of its own, one at a time, anew when broken off.

An errand is taken with a lease. Whoever holds it says every second how far it is; when nothing is heard the
lease runs out and the errand is begun again. What it makes counts only with its end, in one transaction, so
that one who comes back from a long sleep finds that it is no longer theirs and leaves nothing behind.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from gewu.infra import store
from gewu.infra.models import Errand
from gewu.kernel.texts import Text, say

#: How long nothing may be heard of an errand before another process begins it anew.
LEASE = timedelta(seconds=30)
#: So often an errand is begun; one that is broken off each time is given up, for whoever wants it to see.
MOST_TRIES = 3
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
#: Why an errand was given up, in words for whoever wanted it.
BROKEN_OFF = say("制作多次中断，未能完成，请稍后再试；仍不行请联系管理员")
NO_ROOM = say("系统存储空间已满，文件未能做成，请过一会儿再试")
FAULT = say("系统出错了，文件未能做成，请稍后再试；仍不行请联系管理员")


@dataclass
class Work:
    """One try of an errand; ``made`` is read by whoever holds the lease meanwhile."""

    errand: Errand
    made: int = 0


@dataclass(frozen=True)
class Kind:
    """What makes an errand of one kind, and what follows when it was given up, in that transaction."""

    make: Callable[[Work], None]
    given_up: Callable[[UUID, Text, datetime], None]


class Lost(Exception):
    """The errand is no longer this process's: its lease ran out and another has begun it."""


@dataclass(frozen=True)
class Progress:
    """How far an errand is; ``fault`` is the sentence of why it was given up."""

    state: str
    made: int
    expected: int
    fault: str

    @property
    def is_open(self) -> bool:
        return self.state in (WAITING, RUNNING)

    @property
    def failed(self) -> bool:
        return self.state == FAILED


def want(kind: str, about: UUID, *, by: str, language: str, expected: int, now: datetime) -> None:
    """Have an errand done for ``by``, a reference of an actor; in the open write transaction."""
    with store.writing():
        Errand.objects.create(
            kind=kind, about=about, by=by, language=language, expected=expected, wanted_at=now
        )


def of(about: Sequence[UUID]) -> dict[UUID, Progress]:
    """The newest errand about each of these records that has one: one query."""
    rows = Errand.objects.filter(about__in=about).order_by("id")
    return {row.about: Progress(row.state, row.made, row.expected, row.fault) for row in rows}


def take(now: datetime) -> Errand | None:
    """Lease the errand that has waited longest; nothing while another is under way.

    Looks before it asks for the turn to write.
    """
    if not _open().exists():
        return None
    with store.writing():
        rows = list(_open().select_for_update().order_by("id"))
        # The process that should have given it up was broken off as well.
        _open().filter(tries__gt=MOST_TRIES).exclude(until__gt=now).update(
            state=FAILED, fault=BROKEN_OFF.msgid, until=None, ended_at=now
        )
        rows = [row for row in rows if row.tries <= MOST_TRIES]
        if any(_held(row, now) for row in rows) or not rows:
            return None
        row = rows[0]
        row.state, row.until, row.tries, row.made = RUNNING, now + LEASE, row.tries + 1, 0
        row.save(update_fields=["state", "until", "tries", "made"])
    return row


def _open() -> QuerySet[Errand]:
    return Errand.objects.filter(state__in=(WAITING, RUNNING))


def _held(row: Errand, now: datetime) -> bool:
    """A lease that lasts for longer than any was taken by a clock ahead."""
    return row.state == RUNNING and row.until is not None and now < row.until <= now + LEASE


def taken(errand_id: UUID, tries: int) -> Errand:
    """An errand as the process that was begun for this try of it finds it."""
    row = _mine(errand_id, tries).first()
    if row is None:
        raise Lost
    return row


def _mine(errand_id: UUID, tries: int) -> QuerySet[Errand]:
    return Errand.objects.filter(pk=errand_id, tries=tries, state=RUNNING)


def go_on(errand: Errand, made: int, *, now: datetime) -> None:
    """Say how far it is, and hold it for longer."""
    with store.writing():
        if not _mine(errand.pk, errand.tries).update(made=made, until=now + LEASE):
            raise Lost


def give_back(errand_id: UUID, tries: int) -> bool:
    """Let it be begun anew at once, because whoever did it is gone or has to go."""
    with store.writing():
        return bool(_mine(errand_id, tries).update(state=WAITING, until=None))


@contextmanager
def ending(errand: Errand, *, made: int, now: datetime, fault: Text | None = None) -> Iterator[None]:
    """The transaction in which an errand ends, well or with a fault, and with it whatever follows."""
    done = {
        "state": FAILED if fault else DONE,
        "fault": str(fault)[:300] if fault else "",
        "made": made,
        "until": None,
        "ended_at": now,
    }
    with store.writing():
        if not _mine(errand.pk, errand.tries).update(**done):
            raise Lost
        yield


def folder(kind: str) -> Path:
    """Where the files of a kind of errands lie, for nobody but the platform."""
    path = Path(settings.HOME) / "made" / kind
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def clear(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
