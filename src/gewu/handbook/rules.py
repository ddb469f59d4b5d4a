"""How a text of the handbook is read: headings, numbered steps, points and paragraphs. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

_STEP = re.compile(r"\d+[.、)）]\s*")
_TERM = re.compile(r"([^：:]{1,40})(?:：|: )(.+)")
_HEAD = re.compile(r"# (?P<item>[a-z_]+) (?P<title>.+)")
#: Kinds of which each line is a block by itself.
ALONE = ("heading", "words")


@dataclass(frozen=True)
class Line:
    """A step or a point; a point that explains something names it first."""

    text: str
    term: str = ""


@dataclass(frozen=True)
class Block:
    """``heading``, ``steps``, ``points`` or ``words``, with its lines."""

    kind: str
    lines: tuple[Line, ...]


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a text. ``## `` begins a heading, ``1. `` a step, ``- `` a point; the rest are words."""
    found = list[Block]()
    for kind, same in groupby(
        filter(None, (_line(one.strip()) for one in text.splitlines())), lambda pair: pair[0]
    ):
        lines = tuple(line for _, line in same)
        found += [Block(kind, (one,)) for one in lines] if kind in ALONE else [Block(kind, lines)]
    return tuple(found)


def _line(line: str) -> tuple[str, Line] | None:
    if not line:
        return None
    if line.startswith("## "):
        return "heading", Line(line[3:].strip())
    if line.startswith("- "):
        named = _TERM.fullmatch(line[2:].strip())
        return "points", Line(named[2].strip(), named[1].strip()) if named else Line(line[2:].strip())
    if step := _STEP.match(line):
        return "steps", Line(line[step.end() :])
    return "words", Line(line)


def items_of(text: str) -> Mapping[str, tuple[str, str]]:
    """Title and text of each item of a file of the handbook, in their order."""
    return {item: (title, body) for item, title, body in _cut(text.splitlines())}


def _cut(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    item, title, body = "", "", list[str]()
    for line in lines:
        if head := _HEAD.fullmatch(line.strip()):
            if item:
                yield item, title, "\n".join(body).strip()
            item, title, body = head["item"], head["title"], []
        else:
            body.append(line)
    if item:
        yield item, title, "\n".join(body).strip()


def has(sought: str, *texts: str) -> bool:
    """Whether every word that is looked for stands somewhere in these texts."""
    whole = "\n".join(texts).casefold()
    return all(word in whole for word in sought.casefold().split())
