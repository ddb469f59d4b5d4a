"""Templates of answers: dated rows that clerks word, one list for each class of matters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gewu.cases import events
from gewu.cases.models import AnswerTemplate
from gewu.cases.rules import LONGEST_WORDS, wording
from gewu.catalogue import queries as catalogue
from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

#: The name under which the templates are held in memory.
HELD = "answers"
LONGEST_TITLE = 60


@dataclass(frozen=True)
class AnswerDraft:
    """A template as it is written. An empty ``matter`` is for every class."""

    title_zh: str
    text_zh: str
    matter: str = ""
    title_en: str = ""
    text_en: str = ""


def add_answer(draft: AnswerDraft, *, since: date, actor: Actor, now: datetime) -> AnswerTemplate:
    """Add a template from a day. Refused are one without words, one with places that no case can fill,
    and a class that the catalogue does not have."""
    _permit(actor)
    _check(draft, since)
    with store.writing():
        row = AnswerTemplate.objects.create(
            matter_prefix=draft.matter,
            title_zh=draft.title_zh.strip(),
            title_en=draft.title_en.strip(),
            text_zh=draft.text_zh.strip(),
            text_en=draft.text_en.strip(),
            since=since,
        )
        stream.tell(events.AnswerTemplateAdded(id=row.pk, matter_prefix=draft.matter), actor=actor, now=now)
        changed(HELD)
    return row


def end_answer(template: UUID, *, on: date, actor: Actor, now: datetime) -> None:
    """Have a template stop on a day, which is the first without it. One that has ended is refused."""
    _permit(actor)
    with store.writing():
        row = AnswerTemplate.objects.select_for_update().filter(pk=template, until=None).first()
        if row is None:
            raise Refusal(say("没有这条答复模板，或它已停用"), Kind.MISSING)
        row.until = max(on, row.since)
        row.save(update_fields=["until"])
        told = events.AnswerTemplateEnded(id=row.pk, until=row.until.isoformat())
        stream.tell(told, actor=actor, now=now)
        changed(HELD)


def _permit(actor: Actor) -> None:
    if not actor.holds("catalogue.manage"):
        raise Refusal(say("您没有维护答复模板的权限"), Kind.FORBIDDEN)


def _check(draft: AnswerDraft, since: date) -> None:
    if not draft.title_zh.strip() or len(draft.title_zh) > LONGEST_TITLE or len(draft.title_en) > 100:
        raise Refusal(say("请写一个不超过 {n} 个字的名称", n=LONGEST_TITLE), field="title_zh")
    if not draft.text_zh.strip() or max(len(draft.text_zh), len(draft.text_en)) > LONGEST_WORDS:
        raise Refusal(say("请写明答复的文字，最多 {n} 个字", n=LONGEST_WORDS), field="text_zh")
    if strange := wording.unknown_places([draft.text_zh, draft.text_en]):
        raise Refusal(
            say("模板中没有“{name}”这一项可填", name=strange[0]),
            field="text_zh",
            advice=say("可用的有：{places}", places="、".join(f"{{{name}}}" for name in wording.PLACES)),
        )
    known = any(one.code.startswith(draft.matter) for one in catalogue.all_matters(since))
    if draft.matter and not known:
        raise Refusal(
            say("目录中没有以 {prefix} 开头的事项", prefix=draft.matter), Kind.MISSING, field="matter"
        )
