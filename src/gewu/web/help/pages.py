"""The pages of the handbook: contents, one item, everything to print, and the films of an item."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from gewu.handbook import queries
from gewu.handbook.queries import Item, Shown, Words
from gewu.infra import files
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.web.accounts import outside_too, signed_in
from gewu.web.field.words import WORDS as FIELD_WORDS
from gewu.web.files import KEPT
from gewu.web.help import near
from gewu.web.pages import show
from gewu.web.presenting.shell import actor_of

#: The item that carries the help built into the field app, in the same words.
FIELD_APP = "field_app"
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


@dataclass(frozen=True)
class Entry:
    """A line of the contents."""

    key: str
    title: str
    first: str


@dataclass(frozen=True)
class Read:
    """An item in the reader's language."""

    key: str
    chapter: Text
    words: Words
    see: tuple[Entry, ...]
    pictures: tuple[Shown, ...]
    version: int
    changed_at: object
    #: What the field app says of its own screens: heading and words.
    screens: tuple[tuple[Text, Text], ...] = ()
    older: bool = False


def _in_my_language(item: Item) -> Words:
    return item.en if get_language() == "en" else item.zh


def _entry(item: Item) -> Entry:
    words = _in_my_language(item)
    return Entry(item.key, words.title, next((one.lines[0].text for one in words.blocks), ""))


def _grouped(items: Sequence[Item]) -> list[tuple[Text, list[Entry]]]:
    groups = (
        (label, [_entry(one) for one in items if one.chapter == chapter])
        for chapter, label in queries.CHAPTERS.items()
    )
    return [(label, entries) for label, entries in groups if entries]


@require_GET
def contents(request: HttpRequest) -> HttpResponse:
    """The contents, or the items in which the words looked for stand."""
    sought = request.GET.get("q", "").strip()[:80]
    items = near.items_for(actor_of(request))
    found = queries.found(sought, items) if sought else items
    return show(request, "help/contents.html", chapters=_grouped(found), sought=sought, many=len(found))


@require_GET
def item(request: HttpRequest, key: str) -> HttpResponseBase:
    """One item, beside the contents."""
    if queries.item(key).chapter not in near.chapters_for(actor_of(request)):
        return _after_sign_in(request)
    return _item(request, key)


@signed_in
@outside_too
def _after_sign_in(request: HttpRequest) -> HttpResponseBase:
    raise Refusal(say("这一篇供工作人员使用"), Kind.FORBIDDEN, advice=say("请从目录里找您能用的"))


def _item(request: HttpRequest, key: str) -> HttpResponse:
    items = near.items_for(actor_of(request))
    return show(request, "help/item.html", chapters=_grouped(items), item=_read(queries.item(key), items))


@require_GET
def whole(request: HttpRequest) -> HttpResponse:
    """Everything that this reader finds on one page, to print."""
    items = near.items_for(actor_of(request))
    chapters = [
        (label, [_read(one, items) for one in items if one.chapter == chapter])
        for chapter, label in queries.CHAPTERS.items()
        if chapter in near.chapters_for(actor_of(request))
    ]
    return show(request, "help/whole.html", chapters=chapters)


def _read(item: Item, among: Sequence[Item]) -> Read:
    by_key = {one.key: one for one in among}
    return Read(
        item.key, queries.CHAPTERS[item.chapter], _in_my_language(item),
        tuple(_entry(by_key[one]) for one in item.see if one in by_key),
        item.pictures, item.version, item.changed_at,
        screens=_screens() if item.key == FIELD_APP else (),
        older=item.english_is_older and get_language() == "en",
    )  # fmt: skip


def _screens() -> tuple[tuple[Text, Text], ...]:
    named = [name.removesuffix("_title") for name in FIELD_WORDS if re.fullmatch(r"help_\w+_title", name)]
    return tuple((FIELD_WORDS[f"{name}_title"], FIELD_WORDS[name]) for name in named)


@require_GET
def picture(request: HttpRequest, id: UUID) -> HttpResponse:
    """A film or picture of an item that this reader finds; of a film also a part, as players ask for it."""
    file, media_type, key = queries.picture(id)
    if queries.item(key).chapter not in near.chapters_for(actor_of(request)):
        raise Refusal(say("没有这个文件"), Kind.MISSING)
    content = files.read(file)
    answer = _part(content, request.headers.get("Range", ""))
    for name, value in (
        ("Content-Type", media_type), ("Cache-Control", KEPT), ("Accept-Ranges", "bytes"),
        ("X-Content-Type-Options", "nosniff"), ("Content-Disposition", "inline"),
    ):  # fmt: skip
        answer[name] = value
    return answer


def _part(content: bytes, asked: str) -> HttpResponse:
    wanted = _RANGE.fullmatch(asked)
    if wanted is None:
        return HttpResponse(content)
    begin, end = int(wanted[1]), min(int(wanted[2] or len(content) - 1), len(content) - 1)
    if begin > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
    return HttpResponse(
        content[begin : end + 1], status=206, headers={"Content-Range": f"bytes {begin}-{end}/{len(content)}"}
    )
