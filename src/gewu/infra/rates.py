"""How often an address may come. Each web process counts for itself."""

from __future__ import annotations

from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

_storage = MemoryStorage()
_limiter = FixedWindowRateLimiter(_storage)


def limited(address: str, what: str, *, per_hour: int) -> None:
    """Count one more of this kind from an address; refused when there were too many in the hour."""
    if not _limiter.hit(RateLimitItemPerHour(per_hour), what, address):
        raise Refusal(say("提交过于频繁"), Kind.TOO_MANY, advice=say("请稍后再试，或拨打热线电话"))


def forget() -> None:
    """Begin to count anew: for tests."""
    _storage.reset()
