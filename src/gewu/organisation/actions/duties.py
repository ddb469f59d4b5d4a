"""Duties of a kind of post: set as a whole, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.organisation import events, permissions, queries, rules
from gewu.organisation.models import PostDuty
from gewu.security.actors import Actor


@dataclass(frozen=True)
class DutyDraft:
    """One duty: what, how often, and on which day of the week (Monday is 1) or month."""

    text_zh: str
    rhythm: str
    on_day: int | None = None
    text_en: str = ""


def set_duties(kind: str, duties: Sequence[DutyDraft], *, place: str, actor: Actor, now: datetime) -> int:
    """Set the duties of a kind of post, in place of those it had; returns how many.

    Kinds of post are those of the whole installation; ``place`` is what it serves.

    Refused: an unknown kind, a duty that says nothing, a rhythm or a day that there is not.
    """
    permissions.require_manage(actor, place)
    found = queries.post_kind(kind)
    for one in duties:
        rules.check_duty(one.text_zh, one.rhythm, one.on_day)
    with store.writing():
        PostDuty.objects.filter(post_kind=found.code).delete()
        PostDuty.objects.bulk_create(
            PostDuty(
                post_kind_id=found.code, seq=seq, text_zh=one.text_zh.strip()[:200],
                text_en=one.text_en.strip()[:300], rhythm=one.rhythm, on_day=one.on_day,
            )
            for seq, one in enumerate(duties, start=1)
        )  # fmt: skip
        stream.tell(events.DutiesSet(id=new_id(), kind=found.code), actor=actor, now=now)
        changed(queries.HELD)
    return len(duties)
