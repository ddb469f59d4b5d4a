"""Door for writing: an installation's own words, films and pictures of the handbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.handbook import events, permissions, queries
from gewu.handbook.models import Picture, Wording
from gewu.infra import files, films, store, stream, versions
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

MOST_LETTERS = 20_000
#: Of one item: a film and the steps of a sequence are soon seen, a hundred of them never.
MOST_PICTURES = 20


@dataclass(frozen=True)
class WordsDraft:
    """An item in this installation's words; English may be left to the handbook's own."""

    title_zh: str
    text_zh: str
    title_en: str = ""
    text_en: str = ""
    why: str = ""


def reword(item: str, draft: WordsDraft, *, version: int, place: str, actor: Actor, now: datetime) -> Wording:
    """Write the next version of an item in this installation's words.

    Refused: an unknown item, no right, no Chinese title or text, too long, without a reason, and when
    someone else has written a version since this one was begun.
    """
    permissions.require(actor, place)
    queries.item(item)
    _check(draft)
    return _write(item, draft, version, actor, now)


def restore(
    item: str, older: int, *, why: str, version: int, place: str, actor: Actor, now: datetime
) -> Wording:
    """Write an older version anew as the next one; 0 goes back to the handbook's own words."""
    permissions.require(actor, place)
    queries.item(item)
    row = Wording.objects.filter(item=item, version=older).first()
    if row is None and older:
        raise Refusal(say("没有这一版"), Kind.MISSING)
    if not why.strip():
        raise Refusal(say("请写明为什么改"), field="why")
    fields = ("title_zh", "text_zh", "title_en", "text_en")
    words = {name: getattr(row, name) if row else "" for name in fields}
    return _write(item, WordsDraft(**words, why=why), version, actor, now)


def _check(draft: WordsDraft) -> None:
    for name, label in (("title_zh", say("标题")), ("text_zh", say("正文")), ("why", say("为什么改"))):
        if not getattr(draft, name).strip():
            raise Refusal(say("请填写“{field}”", field=label), field=name)
    for name in ("text_zh", "text_en"):
        if len(getattr(draft, name)) > MOST_LETTERS:
            raise Refusal(say("一篇帮助最多 {n} 字", n=MOST_LETTERS), Kind.TOO_LARGE, field=name)
    if bool(draft.title_en.strip()) != bool(draft.text_en.strip()):
        raise Refusal(say("英文标题和英文正文要一起填，或都不填"), field="title_en")


def _write(item: str, draft: WordsDraft, seen: int, actor: Actor, now: datetime) -> Wording:
    with store.writing():
        last = Wording.objects.filter(item=item).order_by("-version").first()
        number = last.version if last else 0
        if number != seen:
            raise Refusal(
                say("这一篇刚被改过，现在是第 {n} 版", n=number), Kind.CONFLICT,
                advice=say("请先看新的一版，再改一次"),
            )  # fmt: skip
        row = Wording.objects.create(
            item=item, version=number + 1,
            title_zh=draft.title_zh.strip()[:60], text_zh=draft.text_zh.strip(),
            title_en=draft.title_en.strip()[:90], text_en=draft.text_en.strip(), why=draft.why.strip()[:200],
            at=now, by=actor.ref,
        )  # fmt: skip
        stream.tell(events.HelpReworded(id=new_id(), item=item, version=row.version), actor=actor, now=now)
        versions.changed(queries.HELD)
    return row


def add_picture(
    item: str,
    content: bytes,
    caption_zh: str,
    caption_en: str = "",
    *,
    place: str,
    actor: Actor,
    now: datetime,
) -> Picture:
    """Add a film or the next picture of a sequence. Refused: neither of them, too large, no caption."""
    permissions.require(actor, place)
    queries.item(item)
    if not caption_zh.strip():
        raise Refusal(say("请写一句说明，看不到画面的人也要知道演示的是什么"), field="caption_zh")
    with store.writing():
        if Picture.objects.filter(item=item, ended_at=None).count() >= MOST_PICTURES:
            raise Refusal(say("一篇帮助最多 {n} 个影片和图片", n=MOST_PICTURES), field="film")
        file, media_type = _kept(content, actor, now)
        row = Picture.objects.create(
            item=item, file=file, media_type=media_type, caption_zh=caption_zh.strip()[:200],
            caption_en=caption_en.strip()[:300], at=now, by=actor.ref,
        )  # fmt: skip
        files.claim([str(file)], owner_kind="help", owner_id=row.pk)
        stream.tell(events.HelpPictureAdded(id=row.pk, item=item), actor=actor, now=now)
        versions.changed(queries.HELD)
    return row


def _kept(content: bytes, actor: Actor, now: datetime) -> tuple[UUID, str]:
    if films.is_film(content):
        return films.keep(content, purpose="help", actor=actor, now=now)
    return files.keep_photo(content, purpose="help", actor=actor, now=now), "image/jpeg"


def end_picture(id: UUID, *, place: str, actor: Actor, now: datetime) -> Picture:
    """Take a film or picture down; it is not shown any more, and the record says who did it."""
    permissions.require(actor, place)
    with store.writing():
        row = Picture.objects.select_for_update().filter(pk=id, ended_at=None).first()
        if row is None:
            raise Refusal(say("没有这个影片或图片"), Kind.MISSING)
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        stream.tell(events.HelpPictureEnded(id=row.pk, item=row.item), actor=actor, now=now)
        versions.changed(queries.HELD)
    return row
