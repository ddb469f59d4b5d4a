"""Texts in the language of whoever reads them."""

from __future__ import annotations

from gewu.infra.tongues import gettext
from gewu.kernel.texts import Name, Text, spoken


def translated(text: Text | Name) -> str:
    """The sentence in the language in use, its values translated too."""
    return str(spoken(text, gettext))


def said(text: Text | str) -> str:
    """The same of a sentence of ours; what people wrote stays as it is."""
    return text if isinstance(text, str) else translated(text)
