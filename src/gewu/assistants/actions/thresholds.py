"""How sure an assistant must be to speak, as dated rows with reasons."""

from __future__ import annotations

from datetime import date, datetime

from gewu.assistants import events
from gewu.assistants.models import AssistantThreshold
from gewu.assistants.queries.cards import THRESHOLDS
from gewu.assistants.rules import kind_of
from gewu.infra import store, stream, versions
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

RIGHT = "catalogue.manage"


def set_threshold(
    kind: str, least: float, *, since: date, reason: str, actor: Actor, now: datetime
) -> AssistantThreshold:
    """Say from which confidence on an assistant speaks, from a day on; refused without right or reason."""
    if not actor.holds(RIGHT):
        raise Refusal(say("没有管理目录的权限"), Kind.FORBIDDEN)
    if not 0 <= least <= 1:
        raise Refusal(say("把握应在 0 到 1 之间"), field="least")
    if not reason.strip():
        raise Refusal(say("请写明原因"), field="reason")
    name = kind_of(kind).name
    with store.writing():
        if AssistantThreshold.objects.filter(kind=name, since=since).exists():
            raise Refusal(say("这一天已经设定过"), Kind.CONFLICT, field="since")
        row = AssistantThreshold.objects.create(
            kind=name, least=least, since=since, reason=reason.strip()[:300], set_by=actor.ref, set_at=now
        )
        versions.changed(THRESHOLDS)
        told = events.ThresholdSet(id=row.pk, kind=name, since=since.isoformat())
        stream.tell(told, actor=actor, now=now)
    return row
