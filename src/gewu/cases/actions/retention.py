"""Deleting the words of cases that ended long enough ago: their own, and those of everyone called to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from gewu.cases.models import Assignment, Case, CheckIn, Evidence, FollowUp, Referral, Whistle
from gewu.infra import search, store, stream
from gewu.notifications import actions as messages
from gewu.security import actions as security
from gewu.security import queries as kept
from gewu.security.actors import CLOCK

#: What stands in a record whose words were deleted.
ERASED = "（已按期限删除）"


def erase_words(now: datetime, *, batch: int) -> int:
    """Delete the words of cases closed or voided long enough ago; returns how many cases.

    Number, place, class, unit, times and events stay, so that figures and chains do. A case that someone
    holds as proof is left alone.
    """
    days = kept.kept_days("matter_record")
    before = now - timedelta(days=days)
    with store.writing():
        held = kept.held_ids("case")
        due = Case.objects.filter(ended_at__lt=before, erased_at=None).exclude(pk__in=held)
        keys = list(due.order_by("ended_at", "id").values_list("pk", flat=True)[:batch])
        if keys:
            _erase(keys, now)
            security.certify("matter_record", keys, days=days, before=before, actor=CLOCK, now=now)
    return len(keys)


def _erase(keys: Sequence[UUID], now: datetime) -> None:
    Case.objects.filter(pk__in=keys).update(
        title=ERASED, text=ERASED, address="", lon=None, lat=None, result="", answer="", erased_at=now
    )
    Whistle.objects.filter(case__in=keys).update(task="", result="")
    Assignment.objects.filter(case__in=keys).update(task="", result="")
    CheckIn.objects.filter(assignment__case__in=keys).update(address="", lon=None, lat=None, distance_m=None)
    Evidence.objects.filter(case__in=keys).update(text="")
    FollowUp.objects.filter(case__in=keys).update(reason="")
    handed = Referral.objects.filter(case__in=keys).values_list("pk", flat=True)
    stream.erase_words([*keys, *handed], now=now)
    search.forget("case", [key.hex for key in keys])
    messages.erase_words(stream.positions_of("case", keys))
