"""Lists that people keep under a name."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gewu.infra import store, versions
from gewu.insight.models import SavedList
from gewu.insight.queries.lists import HELD, desks_of
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

#: As many lists as one account may keep: a rail that has to be scrolled helps nobody.
MOST_LISTS = 20


def keep_list(name: str, query: str, *, actor: Actor, now: datetime, shared: bool = False) -> SavedList:
    """Keep a list under a name, its own or for one's desk; the same name again replaces it.

    Refused without a name or an account, and when there are too many.
    """
    name = " ".join(name.split())
    if actor.account_id is None:
        raise Refusal(say("登录后才能保存列表"), Kind.FORBIDDEN)
    if not name or len(name) > 30:
        raise Refusal(say("请给列表起一个三十字以内的名字"), field="name")
    desks = desks_of(actor)
    with store.writing():
        own = SavedList.objects.filter(account_id=actor.account_id)
        if not own.filter(name=name).exists() and own.count() >= MOST_LISTS:
            raise Refusal(say("最多保存 {n} 个列表", n=MOST_LISTS), Kind.CONFLICT, advice=say("先删去不用的"))
        values = {"query": query[:1000], "shared_with": desks[0] if shared and desks else "", "kept_at": now}
        kept, _ = own.update_or_create(account_id=actor.account_id, name=name, defaults=values)
        versions.changed(HELD)
    return kept


def forget_list(id: UUID, *, actor: Actor) -> None:
    """Forget a list of one's own. Someone else's is refused as if it did not exist."""
    with store.writing():
        own = SavedList.objects.filter(pk=id, account=actor.account_id)
        if actor.account_id is None or not own.delete()[0]:
            raise Refusal(say("没有这个列表，或不是您保存的"), Kind.MISSING)
        versions.changed(HELD)
