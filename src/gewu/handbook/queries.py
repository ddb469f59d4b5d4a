"""Door for reading: the items of the handbook, which one explains a page, and what was changed in them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from gewu.handbook import rules
from gewu.handbook.models import Picture, Wording
from gewu.handbook.rules import Block, Line
from gewu.infra.versions import Held
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say

__all__ = [
    "CHAPTERS", "HELD", "Block", "Item", "Line", "Shown", "Version", "Words",
    "blocks_of", "found", "item", "item_of", "items", "pages", "picture", "versions_of",
]  # fmt: skip

HELD = "handbook"
_SEEDS = Path(__file__).parent / "seeds"
#: The chapters in their order, each named by the files that hold its words.
CHAPTERS: Mapping[str, Text] = {
    "portal": say("居民服务"),
    "account": say("登录和账号"),
    "desk": say("工作台：来件和工单"),
    "rounds": say("巡查、走访和排查"),
    "duty": say("辖区、单位和值班"),
    "board": say("总览、分析和预警"),
    "enterprise": say("企业自查"),
    "setup": say("设置：区域、队伍和事项"),
    "running": say("设置：清单、账号和运行"),
}
blocks_of = rules.blocks_of


@dataclass(frozen=True)
class Words:
    """An item in one language."""

    title: str
    text: str

    @property
    def blocks(self) -> tuple[Block, ...]:
        return rules.blocks_of(self.text)


@dataclass(frozen=True)
class Shown:
    """A film or a picture of an item."""

    id: UUID
    film: bool
    media_type: str
    caption: Name


@dataclass(frozen=True)
class Item:
    """One item as it stands now: the handbook's own words, or those of this installation."""

    key: str
    chapter: str
    pages: tuple[str, ...]
    see: tuple[str, ...]
    zh: Words
    en: Words
    #: 0 in the handbook's own words.
    version: int = 0
    changed_at: datetime | None = None
    #: This installation has worded its Chinese anew and left the English as it was.
    english_is_older: bool = False
    pictures: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Version:
    """One version of an item in this installation's words, and why it was written."""

    number: int
    at: datetime
    by: str
    why: str
    words: tuple[Words, Words]


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Item]:
    """The handbook as it is shipped, read once."""
    words = {
        language: {
            item: Words(*found)
            for chapter in CHAPTERS
            for item, found in rules.items_of(
                (_SEEDS / f"{chapter}.{language}.md").read_text("utf-8")
            ).items()
        }
        for language in ("zh", "en")
    }
    with (_SEEDS / "items.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["item"]: Item(
            row["item"], row["chapter"], tuple(row["pages"].split()), tuple(row["see"].split()),
            words["zh"][row["item"]], words["en"][row["item"]],
        )
        for row in rows
    }  # fmt: skip


def pages() -> Mapping[str, str]:
    """The item of each page that has one, from the shipped files alone: it answers when nothing else does."""
    return {page: one.key for one in _shipped().values() for page in one.pages}


@lru_cache(maxsize=1)
def _by_page() -> Mapping[str, str]:
    return pages()


def item_of(page: str) -> str | None:
    """Which item explains this page."""
    return _by_page().get(page)


def _load() -> Mapping[str, Item]:
    worded = {row.item: row for row in Wording.objects.order_by("version")}
    pictures: dict[str, list[Shown]] = {}
    for row in Picture.objects.filter(ended_at=None).order_by("at", "id"):
        shown = Shown(
            row.pk, row.media_type.startswith("video/"), row.media_type, Name(row.caption_zh, row.caption_en)
        )
        pictures.setdefault(row.item, []).append(shown)
    return {key: _now(one, worded.get(key), pictures.get(key, ())) for key, one in _shipped().items()}


def _now(own: Item, row: Wording | None, pictures: Sequence[Shown]) -> Item:
    zh, en = own.zh, own.en
    if row is not None and row.text_zh:
        zh = Words(row.title_zh, row.text_zh)
        en = Words(row.title_en, row.text_en) if row.text_en else own.en
    return Item(
        own.key, own.chapter, own.pages, own.see, zh, en,
        version=row.version if row else 0,
        changed_at=row.at if row and row.text_zh else None,
        english_is_older=bool(row and row.text_zh and not row.text_en),
        pictures=tuple(pictures),
    )  # fmt: skip


_held: Held[Mapping[str, Item]] = Held(HELD, _load)


def items() -> tuple[Item, ...]:
    """Every item as it stands now, in the order of the handbook."""
    return tuple(_held.get().values())


def item(key: str) -> Item:
    """One item as it stands now; refused when there is none of this name."""
    found = _held.get().get(key)
    if found is None:
        raise Refusal(say("帮助里没有这一篇"), Kind.MISSING, advice=say("请从目录里找"))
    return found


def found(sought: str, among: Sequence[Item]) -> tuple[Item, ...]:
    """Those of the items in which every word looked for stands, in either language; all when none is."""
    texts = ((one, (one.zh.title, one.zh.text, one.en.title, one.en.text)) for one in among)
    return tuple(one for one, words in texts if rules.has(sought, *words))


def picture(id: UUID) -> tuple[UUID, str, str]:
    """File, kind of content and item of a film or picture that is shown."""
    row = Picture.objects.filter(pk=id, ended_at=None).first()
    if row is None:
        raise Refusal(say("没有这个影片或图片"), Kind.MISSING)
    return row.file, row.media_type, row.item


def versions_of(key: str) -> tuple[Version, ...]:
    """What this installation has written of an item, newest first."""
    return tuple(
        Version(
            row.version, row.at, row.by, row.why,
            (Words(row.title_zh, row.text_zh), Words(row.title_en, row.text_en)),
        )
        for row in Wording.objects.filter(item=key).order_by("-version")[:100]
    )  # fmt: skip
