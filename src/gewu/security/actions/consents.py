"""What one person asks with a reason and a second person grants, to be used once within a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor
from gewu.security.models import Consent

#: How long a request waits for its answer.
WAITS_FOR = timedelta(days=3)
SHORTEST_REASON = 5
LONGEST_REASON = 500


def checked_reason(reason: str, *, refusal: Text) -> str:
    """The reason as it is kept; one too short to say anything is refused with these words."""
    words = reason.strip()[:LONGEST_REASON]
    if len(words) < SHORTEST_REASON:
        raise Refusal(refusal, field="reason")
    return words


def check_none_open(unused: QuerySet[Consent], *, now: datetime, refusal: Text) -> None:
    """Refuse another request while one of these waits for its answer or still holds."""
    waiting = unused.filter(decided_at=None, asked_at__gt=now - WAITS_FOR)
    if waiting.exists() or unused.filter(until__gt=now).exists():
        raise Refusal(refusal, Kind.CONFLICT)


def decide(
    row: Consent, granted: bool, *, reason: str, usable_for: timedelta, actor: Actor, now: datetime
) -> None:
    """Write down the answer of a second person who may give it, in the open write transaction.

    Refused: one's own request, one decided or run out already, a no without its reason.
    """
    if row.asked_by_id == actor.account_id:
        raise Refusal(say("不能审批自己的申请"), Kind.FORBIDDEN)
    if row.decided_at or row.asked_at <= now - WAITS_FOR:
        raise Refusal(say("这项申请已经审批或过期"), Kind.CONFLICT)
    if not granted and not reason.strip():
        raise Refusal(say("请写明不同意的原因"), field="reason")
    row.decided_by_id, row.decided_at, row.granted = actor.account_id, now, granted
    row.decision, row.until = reason.strip()[:LONGEST_REASON], now + usable_for if granted else None
    row.save(update_fields=["decided_by", "decided_at", "granted", "decision", "until"])


def holds(row: Consent, *, usable_for: timedelta, now: datetime) -> bool:
    """Whether a consent may be used; one that would hold for longer than any was given by a clock ahead."""
    return bool(row.granted and row.until) and timedelta() < row.until - now <= usable_for  # type: ignore[operator]  # asked just before
