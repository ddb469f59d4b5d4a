"""The one way of saying no: a reason a person can read, and what to do about it."""

from __future__ import annotations

from enum import Enum

from .texts import Text


class Kind(Enum):
    """Why it is refused; each shell turns a kind into its own form in one place."""

    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    TOO_MANY = "too_many"
    TOO_LARGE = "too_large"


class Refusal(Exception):
    """A request that is not carried out. ``field`` names the input to mend, ``advice`` says how."""

    def __init__(
        self,
        text: Text,
        kind: Kind = Kind.INVALID,
        *,
        field: str | None = None,
        advice: Text | None = None,
    ) -> None:
        super().__init__(str(text))
        self.text = text
        self.kind = kind
        self.field = field
        self.advice = advice
