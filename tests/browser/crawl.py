"""Every page that links lead to: found from where someone begins, each kind of page once."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qsl, urldefrag, urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import Page
from tools.translations import CATALOGUE, ids, load, sentences, strings

from tests.browser.visitors import PATIENCE_MS

#: What makes another page of an address; everything else only chooses rows.
PARTS_OF_A_PAGE = {"tab=received", "state=answered", "opinion=", "map=1", "wall=1"}
#: Answers that are no pages: they are asked for, not looked at.
FILES = {
    "desk_export",
    "portal_record_file",
    "portal_checker",
    "anchors_json",
    "anchors_text",
    "file",
    "thumb",
}
FILES |= {"portal_file", "portal_thumb", "security_txt", "cap_feed", "calendar_workdays"}

#: Sentences of the code in Chinese, with any value in the place of each of theirs.
_VALUE = re.compile(r"%\(\w+\)s|\{\w*\}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
#: Chinese punctuation beside Latin letters, without a Chinese word.
_FULL_WIDTH = re.compile(r"[，。；：、（）！？]")

SPOKEN = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [document.title.split(" · ")[0]];
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement.closest("script, style, [lang|=zh]")) found.push(node.data);
  for (const one of document.querySelectorAll("[title], [aria-label], [placeholder], [alt]"))
    for (const name of ["title", "aria-label", "placeholder", "alt"])
      found.push(one.getAttribute(name) ?? "");
  const said = new Set(found.map((text) => text.trim().replace(/\\s+/g, " ")));
  return [...said].filter((text) => /[^\\x00-\\x7f]/.test(text));
}"""
HEADINGS = """() => {
  const shown = [...document.querySelectorAll("h1")].filter((one) => one.checkVisibility());
  return shown.length;
}"""


def kind_of(address: str) -> str:
    """What sort of page this address is: its view, the list it shows, and the part of it."""
    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return ""
    asked = {f"{key}={value}" for key, value in parse_qsl(parts.query, keep_blank_values=True)}
    return " ".join(
        [found.url_name or "", str(found.kwargs.get("kind", "")), *sorted(asked & PARTS_OF_A_PAGE)]
    ).strip()


def untranslated(texts: list[str]) -> list[str]:
    """Which of these words of an English page are Chinese sentences of the code."""
    plain, patterns = _chinese()
    return [
        text
        for text in texts
        if text in plain
        or (_FULL_WIDTH.search(text) and not _HAN.search(text) and re.search("[A-Za-z]", text))
        or any(one.fullmatch(text) for one in patterns)
    ]


@cache
def _chinese() -> tuple[set[str], list[re.Pattern[str]]]:
    """The sentences that have another English, and patterns of those with values in them."""
    plain: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for message in sentences(load(CATALOGUE)):
        zh = ids(message)[0]
        words = _VALUE.split(zh)
        if zh in strings(message) or len(_HAN.findall("".join(words))) < 2:
            continue
        if len(words) == 1:
            plain.add(zh)
        else:
            patterns.append(re.compile(".+?".join(map(re.escape, words))))
    return plain, patterns


@dataclass
class Crawl:
    """One person on the way through the pages: what waits, and which kinds of page were seen."""

    page: Page
    root: str
    #: Only addresses below one of these are followed.
    within: tuple[str, ...]
    seen: set[str] = field(default_factory=set)

    def walk(self, *begins: str) -> Iterator[tuple[str, int]]:
        """Each page in turn, with the status of its answer; the caller looks at it before the next."""
        waiting = deque(f"{self.root}{one}" for one in begins)
        while waiting:
            address = waiting.popleft()
            kind = kind_of(address)
            if not kind or kind in self.seen:
                continue
            self.seen.add(kind)
            yield self._open(address, kind)
            waiting.extend(self._links())

    def _open(self, address: str, kind: str) -> tuple[str, int]:
        if kind.split()[0] in FILES:
            return address, self.page.request.get(address, timeout=PATIENCE_MS).status
        answer = self.page.goto(address)
        return address, answer.status if answer else 0

    def _links(self) -> list[str]:
        found = self.page.locator("a[href]").evaluate_all("all => all.map((one) => one.href)")
        return [urldefrag(one).url for one in found if self._follows(one)]

    def _follows(self, address: str) -> bool:
        return address.startswith(self.root) and urlsplit(address).path.startswith(self.within)
