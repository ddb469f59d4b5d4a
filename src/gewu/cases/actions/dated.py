"""The dated rules of cases: kinds of whistle, and which closed cases are asked about."""

from __future__ import annotations

import re

from gewu.cases.models import CallKind, FollowUpRule
from gewu.catalogue import actions as catalogue
from gewu.catalogue.queries import Field, Words
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say

CALLERS: tuple[tuple[str, Text], ...] = (
    ("street", say("街道或社区")),
    ("grid", say("网格员")),
    ("residents", say("居民")),
    ("lead", say("主办单位")),
)
#: As the column takes them.
YES_NO: tuple[tuple[str, Text], ...] = (("True", say("是")), ("False", say("否")))
_CODE = re.compile(r"[a-z][a-z_]{1,23}")


def _call(given: Words) -> dict[str, str]:
    code, name_zh, name_en = (given.get(one, "").strip() for one in ("code", "name_zh", "name_en"))
    if not _CODE.fullmatch(code):
        raise Refusal(say("代码用小写英文字母和下划线，2 到 24 个"), field="code")
    for field, text, most in (("name_zh", name_zh, 40), ("name_en", name_en, 60)):
        if not 2 <= len(text) <= most or "\0" in text:
            raise Refusal(say("请写中文和英文名称，且不能过长"), field=field)
    return {
        "code": code,
        "name_zh": name_zh,
        "name_en": name_en,
        "caller": catalogue.one_of(given, "caller", CALLERS, say("谁可吹哨")),
        "supporters": catalogue.whole(given, "supporters", say("至少几人反映"), least=1, most=1000),
        "automatic": catalogue.one_of(given, "automatic", YES_NO, say("够人数时自动吹哨")),
        **catalogue.limit_words(given),
    }


def _follow_up(given: Words) -> dict[str, str]:
    percent = catalogue.whole(given, "percent", say("回访比例"), least=0, most=100)
    return {**catalogue.where_words(given), "percent": percent, **catalogue.limit_words(given)}


CALL_KIND = catalogue.DatedKind(
    "call_kind",
    say("吹哨种类"),
    say("谁可以吹哨、要几人反映、各方多久内报到"),
    (
        Field("code", say("代码")),
        Field("name_zh", say("名称")),
        Field("name_en", say("英文名称")),
        Field("caller", say("谁可吹哨"), "choice", CALLERS),
        Field("supporters", say("至少几人反映"), "number"),
        Field("automatic", say("够人数时自动吹哨"), "choice", YES_NO),
        *catalogue.LIMIT,
    ),
    _call,
    catalogue.Stored(
        CallKind,
        {
            "code": "code",
            "name_zh": "name_zh",
            "name_en": "name_en",
            "caller": "caller",
            "supporters": "supporters",
            "automatic": "automatic",
            "amount": "amount",
            "unit": "time_unit",
        },
        ("code",),
        "basis",
        carried=("by_appointment",),
    ),
)
FOLLOW_UP_RULE = catalogue.DatedKind(
    "follow_up_rule",
    say("回访规则"),
    say("办结工单回访百分之几，多久内回访"),
    (*catalogue.WHERE, Field("percent", say("回访比例（%）"), "number"), *catalogue.LIMIT),
    _follow_up,
    catalogue.Stored(
        FollowUpRule,
        {
            "matter": "matter_prefix",
            "place": "place_prefix",
            "percent": "percent",
            "amount": "amount",
            "unit": "time_unit",
        },
        ("matter", "place"),
        "basis",
    ),
)
#: Kept by this subject.
DATED = (CALL_KIND, FOLLOW_UP_RULE)
