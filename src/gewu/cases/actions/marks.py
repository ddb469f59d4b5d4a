"""What is marked on a case without moving it: its tags, and the unit that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gewu.cases.actions import conflicts
from gewu.cases.actions.effects import Effect, Given
from gewu.cases.models import Case, CaseTag, Deadline
from gewu.catalogue import queries as catalogue
from gewu.catalogue.queries import terms
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor


def _tag(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    tag = terms.tag(str(given["tag"]))
    if tag not in terms.tags(on=catalogue.day_of(now)):
        raise Refusal(say("标签“{tag}”已停用", tag=tag.name), field="tag")
    _, new = CaseTag.objects.get_or_create(
        case=case, tag=tag.code, defaults={"set_by": actor.ref, "set_at": now}
    )
    if not new:
        raise Refusal(say("此单已有标签“{tag}”", tag=tag.name), Kind.CONFLICT, field="tag")
    return {"tag": tag.code}


def _untag(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    tag = terms.tag(str(given["tag"]))
    gone, _ = CaseTag.objects.filter(case=case, tag=tag.code).delete()
    if not gone:
        raise Refusal(say("此单没有标签“{tag}”", tag=tag.name), Kind.CONFLICT, field="tag")
    return {"tag": tag.code}


def _name_concern(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    conflicts.name(case, str(given["about"]))
    return {"unit": case.about_id}


#: What each of these steps writes beside the state.
EFFECTS: Mapping[str, Effect] = {"tag": _tag, "untag": _untag, "name_concern": _name_concern}
