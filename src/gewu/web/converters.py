"""What may stand in an address: progress codes, numbers, names of steps, editions of lists."""

from __future__ import annotations

from django.urls import register_converter


class _Code:
    """A progress code as people may type it into an address."""

    regex = "[0-9A-Za-z-]{8,24}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class _Digits(_Code):
    """A place code or the number of a case."""

    regex = "[0-9-]{2,40}"


class _Word(_Code):
    """The name of a step."""

    regex = "[a-z_]{1,40}"


class _Edition(_Code):
    """An edition of a list: its number, before it the place when it is not the whole county's."""

    regex = r"(?:[0-9]{6,17}-)?[0-9]{1,4}"


def register() -> None:
    """Make them known to the table of addresses."""
    register_converter(_Code, "progress_code")
    register_converter(_Edition, "edition")
    register_converter(_Digits, "digits")
    register_converter(_Word, "word")
