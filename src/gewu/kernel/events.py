"""What happened, told once and never changed."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from .texts import Text

_TYPES: dict[str, type[Event]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event. Fields hold ids, codes, numbers and times, never words about a person.

    ``subject`` is the kind of thing it happened to, ``first`` marks the birth of that thing, and
    ``sentence`` is what the timeline says; its values are filled from the fields when shown.
    """

    subject: ClassVar[str]
    sentence: ClassVar[Text]
    first: ClassVar[bool] = False
    public: ClassVar[bool] = False
    #: The part of the audit log it stands in; empty for what is in no audit log.
    audit: ClassVar[str] = ""
    #: Those of its words that whoever holds the progress code may read.
    public_words: ClassVar[tuple[str, ...]] = ()

    id: UUID
    place: str = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        _TYPES[cls.__name__] = cls

    @property
    def type(self) -> str:
        return type(self).__name__

    def data(self) -> dict[str, Any]:
        """The fields beside the subject's own id, without empty ones, ready for JSON."""
        found: dict[str, Any] = {}
        for name in self.names():
            value = getattr(self, name)
            if name != "id" and value not in ("", None, ()):
                found[name] = list(value) if isinstance(value, tuple) else value
        return found

    @classmethod
    @cache
    def names(cls) -> tuple[str, ...]:
        """What its fields are called."""
        return tuple(one.name for one in fields(cls))


def type_named(name: str) -> type[Event]:
    """The event class of that name; an unknown name is a programming error."""
    return _TYPES[name]


def all_types() -> tuple[type[Event], ...]:
    """Every event class that has been imported, by name."""
    return tuple(_TYPES[name] for name in sorted(_TYPES))
