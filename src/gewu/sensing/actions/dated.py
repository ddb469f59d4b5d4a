"""The dated rules of alarms."""

from __future__ import annotations

import csv
import io
import re
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from gewu.catalogue import actions as catalogue
from gewu.catalogue import queries as classes
from gewu.catalogue.queries import Field, Words
from gewu.infra import store, versions
from gewu.kernel.places import checked
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.sensing import rules
from gewu.sensing.models import AlarmRule
from gewu.sensing.queries.known import HELD, device_named, kind_named

_ALARM = re.compile(r"[a-z][a-z_]{1,23}")
_LABELS: dict[str, Text] = {
    "threshold": say("告警线"),
    "clears_at": say("解除线"),
    "minutes": say("时长（分钟）"),
    "times": say("次数"),
    "respond_minutes": say("响应时限（分钟）"),
    "storm": say("同社区多少起并为一单"),
}


def _alarm(given: Words) -> dict[str, str]:
    kind = kind_named(given.get("kind", ""))
    quantity = given.get("quantity", "").strip()
    if quantity not in kind.measures:
        names = "、".join(kind.measures)
        raise Refusal(say("这种设备测量：{names}", names=names), field="quantity")
    device = given.get("device", "").strip()
    if device and device_named(device).kind.code != kind.code:
        raise Refusal(say("设备“{code}”不是这种设备", code=device), field="device")
    return {
        "kind": kind.code,
        "quantity": quantity,
        "device": device,
        "place": checked(given["place"]) if given.get("place") else "",
        **_named(given),
        **_when(given),
        **_what_follows(given),
    }


def _named(given: Words) -> dict[str, str]:
    alarm = given.get("alarm", "").strip()
    if not _ALARM.fullmatch(alarm):
        raise Refusal(say("代码用小写英文字母和下划线，2 到 24 个"), field="alarm")
    names = {name: given.get(name, "").strip() for name in ("name_zh", "name_en")}
    for field, most in (("name_zh", 40), ("name_en", 60)):
        if not 2 <= len(names[field]) <= most or not names[field].isprintable():
            raise Refusal(say("请写中文和英文名称，且不能过长"), field=field)
    return {"alarm": alarm, **names}


def _when(given: Words) -> dict[str, str]:
    """The line, the way back, and the shape; the way back lies on the safe side of the line."""
    side = catalogue.one_of(given, "side", rules.SIDES, say("方向"))
    shape = catalogue.one_of(given, "shape", rules.SHAPES, say("怎样算告警"))
    threshold, clears_at = _number(given, "threshold"), _number(given, "clears_at")
    if (clears_at > threshold) if side == "above" else (clears_at < threshold):
        raise Refusal(say("解除线要在告警线的安全一侧，否则读数稍有波动就反复告警"), field="clears_at")
    least = 0 if shape == "simple" else 1
    minutes = catalogue.whole(given, "minutes", _LABELS["minutes"], least=least, most=7 * 24 * 60)
    fewest = 2 if shape == "repeated" else 1
    begins_ends = given.get("hours", "").strip()
    rules.checked_hours(begins_ends)
    return {
        "side": side,
        "shape": shape,
        "threshold": _plain(threshold),
        "clears_at": _plain(clears_at),
        "minutes": minutes,
        "times": catalogue.whole(given, "times", _LABELS["times"], least=fewest, most=100),
        "days": catalogue.one_of(given, "days", rules.DAYS, say("哪些日子")),
        "hours": begins_ends,
    }


def _what_follows(given: Words) -> dict[str, str]:
    matter = given.get("matter", "").strip()
    if not matter or not classes.begins_a_class(matter):
        raise Refusal(say("目录中没有以 {prefix} 开头的事项", prefix=matter), Kind.MISSING, field="matter")
    return {
        "matter": matter,
        "respond_minutes": catalogue.whole(
            given, "respond_minutes", _LABELS["respond_minutes"], least=1, most=7 * 24 * 60
        ),
        "storm": catalogue.whole(given, "storm", _LABELS["storm"], least=0, most=1000),
    }


def _number(given: Words, name: str) -> Decimal:
    with suppress(InvalidOperation):
        number = Decimal(given.get(name, "").strip())
        if number.is_finite() and abs(number) < 10**8:
            return round(number, 4)
    raise Refusal(say("{field}要是一个数", field=_LABELS[name]), field=name)


def _plain(number: Decimal) -> str:
    return str(classes.plain(number))


ALARM_RULE = catalogue.DatedKind(
    "alarm_rule",
    say("告警规则"),
    say("哪种设备的读数怎样算告警、何时解除、开哪类工单、多久内响应"),
    (
        Field("kind", say("设备种类"), "device_kind"),
        Field("alarm", say("代码")),
        Field("name_zh", say("名称")),
        Field("name_en", say("英文名称")),
        Field("device", say("只对设备"), optional=True),
        Field("place", say("区域"), "place", optional=True),
        Field("quantity", say("测量项"), "quantity"),
        Field("side", say("方向"), "choice", rules.SIDES),
        Field("threshold", _LABELS["threshold"], "number"),
        Field("clears_at", _LABELS["clears_at"], "number"),
        Field("shape", say("怎样算告警"), "choice", rules.SHAPES),
        Field("minutes", _LABELS["minutes"], "number"),
        Field("times", _LABELS["times"], "number"),
        Field("days", say("哪些日子"), "choice", rules.DAYS),
        Field("hours", say("时段")),
        Field("matter", say("事项"), "matter"),
        Field("respond_minutes", _LABELS["respond_minutes"], "number"),
        Field("storm", _LABELS["storm"], "number"),
    ),
    _alarm,
    catalogue.Stored(
        AlarmRule,
        {
            "kind": "kind",
            "alarm": "alarm",
            "name_zh": "name_zh",
            "name_en": "name_en",
            "device": "device",
            "place": "place_prefix",
            "quantity": "quantity",
            "side": "side",
            "threshold": "threshold",
            "clears_at": "clears_at",
            "shape": "shape",
            "minutes": "minutes",
            "times": "times",
            "days": "days",
            "hours": "hours",
            "matter": "matter",
            "respond_minutes": "respond_minutes",
            "storm": "storm",
        },
        ("kind", "alarm", "device", "place"),
        "basis",
        HELD,
    ),
)
#: Kept by this subject.
DATED = (ALARM_RULE,)


def load_rules(path: Path) -> int:
    """Load the alarm rules of a file; one that stands already keeps what was given to it."""
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    with store.writing():
        AlarmRule.objects.bulk_create(
            [AlarmRule(**row, since=date(2000, 1, 1)) for row in rows], ignore_conflicts=True
        )
        versions.changed(HELD)
    return len(rows)
