"""Texts cut into overlapping pairs of characters: what an index of Chinese holds and is asked for.

One cutting serves every database. Pairs need no dictionary, so whatever stands in a text with two characters
or more is found; a single character is the beginning of a pair, or stands alone at the end of its run.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

#: Goes up when a text is cut differently; an index cut by another edition is made anew.
EDITION = 1


@lru_cache(maxsize=65536)
def _folded(sign: str) -> str:
    """One character as it is compared: width and case do not count; what no database takes parts two runs.

    Each by itself, never with its neighbours: a part of a text is then always a part of the folded text.
    """
    if sign == "\x00" or unicodedata.category(sign) == "Cs":
        return " "
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sign).casefold())


def folded(text: str) -> str:
    """A text as it is compared. Full width is half width, capitals are small; traditional stays as it is."""
    return "".join(map(_folded, text))


def runs(text: str) -> list[str]:
    """The parts of a text between blanks, folded."""
    return folded(text).split()


def terms(typed: str, *, most: int = 8) -> tuple[str, ...]:
    """What was typed as things that must all be found: each part once, in its order."""
    return tuple(dict.fromkeys(runs(typed)))[:most]


def token(part: str) -> str:
    """One or two characters in letters that every index leaves as they are."""
    return part.encode("utf-16-be").hex()


def pairs(run: str) -> list[str]:
    """The overlapping pairs of a run; none of a single character."""
    return [one + other for one, other in zip(run, run[1:], strict=False)]


def cut(folded_text: str) -> Iterator[str]:
    """The tokens of a text that is folded already: each run's pairs, and its last character alone."""
    for run in folded_text.split():
        yield from map(token, pairs(run))
        yield token(run[-1])
