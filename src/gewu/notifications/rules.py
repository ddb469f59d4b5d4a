"""What the kind of a message is called: pure, from the template that it is made of."""

from __future__ import annotations

import re

#: What follows it names the one matter; a bracket with a value says how many or which.
_COLON = re.compile("：|: ")
_VALUED = re.compile(r"\s*[（(][^（）()]*\{[^（）()]*[）)]")


def kind_of(subject: str) -> str:
    """The part of a template's subject that is the same for all messages of one kind, its values unfilled."""
    return _VALUED.sub("", _COLON.split(subject, maxsplit=1)[0])


def without_kind(subject: str, kind: str) -> str:
    """What a subject says beside its kind, to stand below it; all of it where nothing else is said."""
    rest = subject.removeprefix(kind).lstrip("：: ")
    return rest if kind and rest and rest != subject else subject
