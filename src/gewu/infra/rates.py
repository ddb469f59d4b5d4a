"""How often an address may come, counted by all web processes together."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from limits import RateLimitItemPerHour
from limits.errors import StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

log = logging.getLogger(__name__)

#: An office stands behind one address; guessing passwords takes more than this.
SIGN_INS_PER_HOUR = 300
#: How long a process counts for itself before it asks the common store again, in seconds.
ALONE_S = 30.0
#: A visitor waits this long for a counter, and no longer.
_PATIENCE = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0}


#: One more in the window of a key, or the first of a new one. An end further away than a whole window was
#: written by a clock that has been set back since, and its window is over.
_COUNT = """
INSERT INTO rate VALUES (:key, :n, :now + :span) ON CONFLICT DO UPDATE SET
    n = CASE WHEN ends <= :now OR ends > :now + :span THEN :n ELSE n + :n END,
    ends = CASE WHEN ends <= :now OR ends > :now + :span THEN :now + :span ELSE ends END
RETURNING n
"""


class SharedFile(Storage):
    """Counts in a SQLite file of their own, which the web processes of one machine share.

    Apart from the database: a count is worth no fsync, and looking something up must not wait for those who
    write. What a power cut takes away is an hour's counts.
    """

    STORAGE_SCHEME = ["gewu-file"]
    base_exceptions = (sqlite3.Error, OSError)

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: Any) -> None:
        super().__init__(uri, wrap_exceptions, **options)
        self.path = Path(uri.partition("://")[2])
        self._own = threading.local()

    def _file(self) -> sqlite3.Connection:
        """The connection of this thread in this process: none may pass through a fork."""
        if getattr(self._own, "process", None) != os.getpid():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._turn():
                file = sqlite3.connect(self.path, timeout=5, isolation_level=None)
                for pragma in ("journal_mode=WAL", "synchronous=OFF", "temp_store=MEMORY"):
                    file.execute(f"PRAGMA {pragma}")
                file.execute("CREATE TABLE IF NOT EXISTS rate (key TEXT PRIMARY KEY, n INTEGER, ends REAL)")
                self.path.chmod(0o600)
            self._own.file, self._own.process = file, os.getpid()
        own: sqlite3.Connection = self._own.file
        return own

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One process at a time: SQLite does not wait when two change a new file to its journal at once."""
        with self.path.with_suffix(".lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        counted = self._file().execute(_COUNT, {"key": key, "n": amount, "now": now, "span": expiry})
        n = int(counted.fetchone()[0])
        if n == amount:
            self._file().execute("DELETE FROM rate WHERE ends <= ?", [now])
        return n

    def _row(self, key: str) -> tuple[int, float]:
        rows = self._file().execute("SELECT n, ends FROM rate WHERE key = ? AND ends > ?", [key, time.time()])
        return rows.fetchone() or (0, time.time())

    def get(self, key: str) -> int:
        return self._row(key)[0]

    def get_expiry(self, key: str) -> float:
        return self._row(key)[1]

    def check(self) -> bool:
        return bool(self._file().execute("SELECT 1").fetchone())

    def reset(self) -> int | None:
        return self._file().execute("DELETE FROM rate").rowcount

    def clear(self, key: str) -> None:
        self._file().execute("DELETE FROM rate WHERE key = ?", [key])


class _Counting:
    """The common store, and this process's own memory while that does not answer: nobody comes uncounted."""

    def __init__(self, address: str) -> None:
        patience = _PATIENCE if address.startswith("redis") else {}
        self.common = cast(Storage, storage_from_string(address, wrap_exceptions=True, **patience))
        self.alone = MemoryStorage()
        self.alone_until = 0.0

    def hit(self, item: RateLimitItemPerHour, *whose: str) -> timedelta | None:
        """Count one more. When it was one too many: how long until the window of these counts ends."""
        if time.monotonic() >= self.alone_until:
            try:
                return _hit(self.common, item, *whose)
            except StorageError as fault:
                log.warning("the common counts do not answer (%s); this process counts for itself", fault)
                self.alone_until = time.monotonic() + ALONE_S
        return _hit(self.alone, item, *whose)


def _hit(store: Storage, item: RateLimitItemPerHour, *whose: str) -> timedelta | None:
    counts = FixedWindowRateLimiter(store)
    if counts.hit(item, *whose):
        return None
    left = counts.get_window_stats(item, *whose).reset_time - time.time()
    return timedelta(seconds=min(max(left, 0), item.get_expiry()))


@lru_cache(maxsize=2)
def _counting(address: str) -> _Counting:
    return _Counting(address)


def _here() -> _Counting:
    """The counts at the configured address: Redis for several machines, else a file beside the database."""
    return _counting(settings.REDIS_URL or f"gewu-file://{settings.HOME / 'rates.sqlite3'}")


def address_of(meta: Mapping[str, str]) -> str:
    """Where a request came from: the peer, or what the outermost trusted proxy saw.

    Each proxy adds the address it was called from at the end; what stands before is the visitor's own word.
    """
    told = [one.strip() for one in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
    trusted: int = settings.PROXIES
    if trusted and len(told) >= trusted:
        return told[-trusted]
    return meta.get("REMOTE_ADDR", "")


def limited(address: str, what: str, *, per_hour: int) -> None:
    """Count one more of this kind from an address; refused when there were too many in the hour.

    What is kept is a keyed digest: the counts do not say who came.
    """
    whose = hmac.new(settings.SECRET_KEY.encode(), address.encode(), hashlib.sha256).hexdigest()[:32]
    left = _here().hit(RateLimitItemPerHour(per_hour), what, whose)
    if left is not None:
        advice = say("请稍后再试，或拨打热线电话")
        raise Refusal(say("提交过于频繁"), Kind.TOO_MANY, advice=advice, again_in=left)


def answers() -> bool:
    """Whether the common store of the counts answers now."""
    try:
        return _here().common.check()
    except StorageError:
        return False


def forget() -> None:
    """Begin to count anew: for tests."""
    counting = _here()
    counting.common.reset()
    counting.alone.reset()
    counting.alone_until = 0.0
