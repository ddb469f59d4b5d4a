"""The one way of saying no: a reason a person can read, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import ParamSpec, TypeVar

from .texts import Text

P = ParamSpec("P")
T = TypeVar("T")


_SECOND = timedelta(seconds=1)


class Kind(Enum):
    """Why it is refused; each shell turns a kind into its own form in one place."""

    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"


class Refusal(Exception):
    """A request that is not carried out. ``field`` names the input to mend, ``advice`` says how.

    Whoever came too often is told in ``again_in`` when it may be tried again; no other refusal says that.
    """

    def __init__(
        self,
        text: Text,
        kind: Kind = Kind.INVALID,
        *,
        field: str | None = None,
        advice: Text | None = None,
        again_in: timedelta | None = None,
    ) -> None:
        super().__init__(str(text))
        if (kind is Kind.TOO_MANY) != (again_in is not None):
            raise ValueError("whoever came too often, and nobody else, is told when to come again")
        self.text = text
        self.kind = kind
        self.field = field
        self.advice = advice
        self.again_in = again_in

    @property
    def retry_after(self) -> str:
        """In how many whole seconds to come again, as a header says it (RFC 9110, 10.2.3), or nothing."""
        return "" if self.again_in is None else str(max(1, -(-self.again_in // _SECOND)))


def tried(deed: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Refusal:
    """What a deed gives, or its refusal: for one of many, where a refusal must not stop the others."""
    try:
        return deed(*args, **kwargs)
    except Refusal as refusal:
        return refusal
