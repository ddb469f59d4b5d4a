"""What departments and the public say of a draft, and the answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gewu.catalogue import events, permissions
from gewu.catalogue.models import Edition, Opinion
from gewu.infra import store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

LONGEST_OPINION = 2000


def give_opinion(edition_id: UUID, text: str, *, actor: Actor, now: datetime, item: str = "") -> Opinion:
    """Leave an opinion on a list that is being consulted on. Nobody is asked for a name.

    Refused are: a list on which opinions are not asked now, an unknown item, and words that say nothing.
    """
    said = _words(text)
    with store.writing():
        edition = Edition.objects.select_for_update().filter(pk=edition_id).first()
        if edition is None or edition.state != "consulted":
            raise Refusal(say("这一版清单现在不征求意见"), Kind.CONFLICT)
        if item and not edition.items.filter(code=item).exists():
            raise Refusal(say("清单中没有条目“{code}”", code=item), Kind.MISSING, field="item")
        row = Opinion.objects.create(edition=edition, item=item, given_by=actor.ref, text=said, at=now)
        told = events.OpinionGiven(id=edition.pk, place=edition.place, opinion=row.pk)
        stream.tell(told, actor=actor, now=now)
    return row


def answer_opinion(opinion_id: UUID, answer: str, *, actor: Actor, now: datetime) -> Opinion:
    """Answer an opinion; the answer is shown beside it. One that was answered keeps its answer."""
    said = _words(answer)
    with store.writing():
        row = (
            Opinion.objects.select_for_update(of=("self",))
            .select_related("edition")
            .filter(pk=opinion_id)
            .first()
        )
        if row is None:
            raise Refusal(say("没有这条意见"), Kind.MISSING)
        permissions.require(actor, "keeper", row.edition.place)
        if row.answer:
            raise Refusal(say("这条意见已经答复"), Kind.CONFLICT)
        row.answer, row.answered_by, row.answered_at = said, actor.ref, now
        row.save(update_fields=["answer", "answered_by", "answered_at"])
        told = events.OpinionAnswered(id=row.edition_id, place=row.edition.place, opinion=row.pk)
        stream.tell(told, actor=actor, now=now)
    return row


def _words(text: str) -> str:
    said = text.strip()
    if len(said) < 2 or len(said) > LONGEST_OPINION or "\0" in said:
        raise Refusal(say("请写 2 到 {n} 个字", n=LONGEST_OPINION), field="text")
    return said
