"""Pages of the desk, of setup and of the handbook as things that can be found by those who may open them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from django.urls import reverse
from django.utils import translation

from gewu.handbook import queries as handbook
from gewu.infra.wording import translated
from gewu.insight.queries import Page
from gewu.kernel.texts import Name, Text, say
from gewu.web.modules import MODULES
from gewu.web.setup.sections import SECTIONS

#: Entries of the bar that everyone sees before them all day need not be looked for.
_PLAIN = ("desk_inbox", "desk_notices")


def pages() -> Iterable[Page]:
    """Every page of the bar, every part of setup with what it is for, every item of the handbook."""
    yield from _always()
    for item in handbook.items():
        title = _titled(item.zh.title, item.en.title)
        yield Page(_address_of(item.key), title, Name(item.zh.text, item.en.text))


@cache
def _always() -> tuple[Page, ...]:
    shown = (one for one in MODULES if one.page not in _PLAIN and not one.outside)
    return (
        *(Page(reverse(one.page), _both(one.label), Name(""), one.rights) for one in shown),
        *(Page(reverse(one.page), _both(one.label), _both(one.purpose), one.rights) for one in SECTIONS),
    )


@cache
def _address_of(item: str) -> str:
    return reverse("help_item", kwargs={"key": item})


@lru_cache(maxsize=1024)
def _titled(zh: str, en: str) -> Name:
    return _both(say("帮助：{title}", title=Name(zh, en)))


def _both(text: Text) -> Name:
    with translation.override("zh-hans"):
        zh = translated(text)
    with translation.override("en"):
        return Name(zh, translated(text))
