"""Forms as data: which fields there are, and what may stand in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Name, Text, say

FIELD_TYPES: Mapping[str, Text] = {
    "text": say("一行文字"),
    "long": say("多行文字"),
    "count": say("数目"),
    "choice": say("选一项"),
    "yes_no": say("是或否"),
}
LONGEST = {"text": 200, "long": 4000}
#: A count beyond this is a slip of the keyboard.
MOST_COUNTED = 100_000


@dataclass(frozen=True)
class FormField:
    """One field of a form; what is filled into one with a ``matter`` opens a matter of that class."""

    code: str
    name_zh: str
    name_en: str
    type: str
    choices: tuple[str, ...] = ()
    required: bool = False
    matter: str = ""
    #: What the codes of other classes begin with that may be chosen in its place.
    matters: tuple[str, ...] = ()

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)


def fields_of(rows: Sequence[Mapping[str, Any]]) -> tuple[FormField, ...]:
    """The fields of a form as they are kept."""
    return tuple(
        FormField(
            **{**row, "choices": tuple(row.get("choices") or ()), "matters": tuple(row.get("matters") or ())}
        )
        for row in rows
    )


def checked_answers(fields: Sequence[FormField], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was filled in, in the order of the form.

    Refused are unknown fields, missing ones and odd values.
    """
    known = {one.code for one in fields}
    for code in given:
        if code not in known:
            raise Refusal(say("表中没有“{field}”这一栏", field=code), field=code)
    filled: dict[str, Any] = {}
    for one in fields:
        value = _read(one, given.get(one.code))
        if value is not None:
            filled[one.code] = value
        elif one.required:
            raise Refusal(say("请填写“{field}”", field=one.name), field=one.code)
    return filled


def class_of(part: FormField, chosen: str) -> str:
    """The class that a filled part opens a matter of: its own, or the chosen one of the same sort."""
    if not chosen or chosen == part.matter:
        return part.matter
    if not chosen.startswith(part.matters or ("\0",)):
        raise Refusal(say("“{field}”中不能选这类事项", field=part.name), field=f"{part.code}_matter")
    return chosen


def _read(field: FormField, value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        return None
    return _READERS[field.type](field, value)


def _text(field: FormField, value: Any) -> str:
    text = str(value)
    if len(text) > LONGEST[field.type]:
        raise Refusal(
            say("“{field}”最多 {n} 个字", field=field.name, n=LONGEST[field.type]), field=field.code
        )
    if "\0" in text:
        raise Refusal(say("文字中有不能保存的字符"), field=field.code)
    return text


def _count(field: FormField, value: Any) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    if not 0 <= number <= MOST_COUNTED:
        raise Refusal(say("“{field}”要填数目", field=field.name), field=field.code)
    return number


def _choice(field: FormField, value: Any) -> str:
    if value not in field.choices:
        raise Refusal(
            say("“{field}”没有“{value}”这一项", field=field.name, value=str(value)[:40]), field=field.code
        )
    return str(value)


def _yes_no(field: FormField, value: Any) -> bool:
    words = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
    found = value if isinstance(value, bool) else words.get(str(value).casefold())
    if found is None:
        raise Refusal(say("“{field}”要填是或否", field=field.name), field=field.code)
    return found


_READERS = {"text": _text, "long": _text, "count": _count, "choice": _choice, "yes_no": _yes_no}
