"""Sentences for people, written in Chinese where they arise and translated where they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Text:
    """A sentence with its values. ``msgid`` is Chinese and is the key of its translation."""

    msgid: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.filled(self.msgid)

    def filled(self, sentence: str) -> str:
        """The given translation of this sentence with the values put in."""
        return sentence.format_map(self.values) if self.values else sentence


@dataclass(frozen=True)
class Name:
    """What something is called in both languages, where the words are data and not sentences."""

    zh: str
    en: str = ""

    def __str__(self) -> str:
        return self.zh


def say(msgid: str, **values: Any) -> Text:
    """A sentence of the platform; the translation check collects every call of this function."""
    return Text(msgid, values)


@dataclass(frozen=True)
class TextList:
    """Several texts as one value of a sentence, joined as Chinese does."""

    items: tuple[Text, ...]

    def __str__(self) -> str:
        return "、".join(str(item) for item in self.items)


def spoken(value: Any, translate: Callable[[str], str]) -> Any:
    """A sentence in the reader's language, its values too; anything but a text stays as it is."""
    if isinstance(value, Name):
        return value.en if value.en and translate(LANGUAGE.msgid) == "en" else value.zh
    if isinstance(value, TextList):
        return translate("、").join(spoken(item, translate) for item in value.items)
    if not isinstance(value, Text):
        return value
    if not value.values:
        return translate(value.msgid)
    values = {name: spoken(part, translate) for name, part in value.values.items()}
    return Text(value.msgid, values).filled(translate(value.msgid))


#: Each catalogue says by this which language it is.
LANGUAGE = say("zh")
