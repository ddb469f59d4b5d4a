"""Sentences in the reader's language: a page or a list asks for several hundred, mostly the same ones."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import translation

#: More than all sentences of the platform; what is made up from data is not kept beyond it.
_MOST = 20_000

_kept: dict[str, dict[str, str]] = defaultdict(dict)


class _Speaking(threading.local):
    """What is known of the language that this thread speaks, while it draws a page or a list."""

    known: dict[str, str] | None = None


_speaking = _Speaking()


@contextmanager
def speaking() -> Iterator[None]:
    """Draw a page or a list in the language that is active now; it is asked for once, not for each word."""
    before = _speaking.known
    _speaking.known = _kept[translation.get_language() or ""]
    try:
        yield
    finally:
        _speaking.known = before


def gettext(sentence: str) -> str:
    """The sentence as `django.utils.translation.gettext` has it."""
    known = _speaking.known
    if known is None:
        return translation.gettext(sentence)
    found = known.get(sentence)
    if found is None:
        found = translation.gettext(sentence)
        if len(known) < _MOST:
            known[sentence] = found
    return found
