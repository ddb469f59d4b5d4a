"""From a row of the other side to the fields that a channel declares. Pure."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gewu.infra.connectors.adapters import Adapter, Field
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say

CHINA = ZoneInfo("Asia/Shanghai")
#: How deep a path into a row may go, and how many characters it may have.
DEEPEST, LONGEST_PATH = 6, 120
YES, NO = {"1", "true", "yes", "y", "是", "有"}, {"0", "false", "no", "n", "否", "无", ""}


@dataclasses.dataclass(frozen=True)
class Rule:
    """How one field is filled: from a path in the row (``caller.name``), else with a fixed value.

    Several paths, parted by ``|``, are looked at in their order: the names in a file beside those in JSON.
    ``values`` translates what the other side writes; what it does not name stays as it is.
    """

    field: str
    source: str = ""
    fixed: str = ""
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As it is kept."""
        return {"field": self.field, "source": self.source, "fixed": self.fixed, "values": dict(self.values)}


def rules_of(kept: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules as they are kept."""
    return tuple(
        Rule(one["field"], one.get("source", ""), one.get("fixed", ""), one.get("values", {})) for one in kept
    )


def check_rules(rules: Sequence[Rule], adapter: Adapter) -> None:
    """Refuse a field that is not declared, a field filled twice, and a required one that nothing fills."""
    named = [one.field for one in rules]
    for rule in rules:
        if adapter.field_named(rule.field) is None:
            raise Refusal(say("没有声明“{field}”这个字段", field=rule.field[:40]), field=rule.field)
        if len(rule.source) > LONGEST_PATH or rule.source.count(".") >= DEEPEST:
            raise Refusal(say("来源字段“{source}”太长", source=rule.source[:40]), field=rule.field)
        if named.count(rule.field) > 1:
            raise Refusal(say("“{field}”对应了两次", field=_label(adapter, rule.field)), field=rule.field)
    filled = {one.field for one in rules if one.source or one.fixed}
    for one in adapter.fields:
        if one.required and one.name not in filled:
            raise Refusal(say("必填字段“{field}”还没有对应", field=one.label), field=one.name)


def _label(adapter: Adapter, name: str) -> Any:
    found = adapter.field_named(name)
    return found.label if found else name


def mapped(row: Mapping[str, Any], rules: Iterable[Rule]) -> dict[str, Any]:
    """The declared fields of a row as the other side wrote them."""
    found: dict[str, Any] = {}
    for rule in rules:
        found_at = (_at(row, one) for one in rule.source.split("|")) if rule.source else ()
        value = next((one for one in found_at if one not in (None, "")), None)
        text = "" if value is None else value
        if isinstance(text, str | int | float | bool):
            text = rule.values.get(_said(text), text)
        found[rule.field] = rule.fixed if text == "" else text
    return found


def _at(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = row.get(name) if isinstance(row, Mapping) else None
    return row


def _said(value: str | int | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def formed(values: Mapping[str, Any], adapter: Adapter) -> dict[str, Any]:
    """The values in the forms that are declared. Refused: an empty one that is required, a wrong form."""
    return {one.name: _formed(values.get(one.name), one) for one in adapter.fields}


def _formed(value: Any, declared: Field) -> Any:
    if isinstance(value, Mapping | list):
        raise Refusal(say("“{field}”应是一个值", field=declared.label), field=declared.name)
    text = "" if value is None else _said(value)
    if not storable(text):
        raise Refusal(say("“{field}”里有不能保存的字符", field=declared.label), field=declared.name)
    if not text and declared.required:
        raise Refusal(say("缺少“{field}”", field=declared.label), field=declared.name)
    if len(text) > declared.longest:
        raise Refusal(
            say("“{field}”超过 {n} 个字符", field=declared.label, n=declared.longest), field=declared.name
        )
    if text and declared.choices and text not in declared.choices:
        raise Refusal(
            say("“{field}”不能是“{value}”", field=declared.label, value=text[:20]),
            field=declared.name,
            advice=say("可以是：{choices}", choices="、".join(declared.choices)),
        )
    return _FORMS[declared.form](text, declared)


def storable(text: str) -> bool:
    """Whether a database takes it: no null, and no half of a character that JSON can write."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


def _time(text: str, declared: Field) -> datetime | None:
    """ISO 8601, a space for the T as in most exports; without a zone it is China's."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace("/", "-"))
        return (found if found.tzinfo else found.replace(tzinfo=CHINA)).astimezone(CHINA)
    except (ValueError, OverflowError):
        raise Refusal(
            say("“{field}”不是时间", field=declared.label),
            field=declared.name,
            advice=say("请写成 2026-03-02 09:00:00"),
        ) from None


def _number(text: str, declared: Field) -> float | None:
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise Refusal(say("“{field}”不是数字", field=declared.label), field=declared.name)
    return found


def _yes_no(text: str, declared: Field) -> bool:
    if text.lower() in YES | NO:
        return text.lower() in YES
    raise Refusal(
        say("“{field}”不是“是”或“否”", field=declared.label),
        field=declared.name,
        advice=say("请写“是”或“否”，也可以写 1 或 0"),
    )


_FORMS = {"text": lambda text, declared: text, "time": _time, "number": _number, "yes_no": _yes_no}
