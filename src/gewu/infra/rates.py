"""How often an address may come. Each web process counts for itself."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: An office stands behind one address; guessing passwords takes more than this.
SIGN_INS_PER_HOUR = 300

_storage = MemoryStorage()
_limiter = FixedWindowRateLimiter(_storage)


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
    """Count one more of this kind from an address; refused when there were too many in the hour."""
    if not _limiter.hit(RateLimitItemPerHour(per_hour), what, address):
        raise Refusal(say("提交过于频繁"), Kind.TOO_MANY, advice=say("请稍后再试，或拨打热线电话"))


def forget() -> None:
    """Begin to count anew: for tests."""
    _storage.reset()
