"""Old codes of the nets that were merged into one (多网合一)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gewu.infra import store, stream
from gewu.kernel import places
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.territory import events, permissions, queries
from gewu.territory.models import Alias


def record_aliases(
    net: str, old_codes: Mapping[str, str], *, inside: str, actor: Actor, now: datetime
) -> int:
    """Keep which place now stands for each old code of a net. Returns how many.

    Refuses places outside ``inside`` and codes that nothing has; an old code given again gets its new place.
    """
    permissions.require_manage(actor, inside)
    with store.writing():
        known = queries.paths_of(old_codes.values())
        for old, code in old_codes.items():
            if code not in known or not places.is_within(code, inside):
                text = say("旧编号 {old} 对应的 {code} 不在本区域内", old=old, code=code)
                raise Refusal(text, Kind.MISSING, field="place")
        Alias.objects.bulk_create(
            (Alias(net=net, old_code=old.strip(), place=code) for old, code in old_codes.items()),
            update_conflicts=True,
            unique_fields=["net", "old_code"],
            update_fields=["place"],
        )
        event = events.AliasesRecorded(id=new_id(), place=inside, rows=len(old_codes))
        stream.tell(event, actor=actor, now=now, words={"net": net})
    return len(old_codes)
