"""The dated rules of the catalogue: limits of stages, the ladder of supervision, limits by origin."""

from __future__ import annotations

from contextlib import suppress

from gewu.catalogue import queries, rules
from gewu.catalogue.actions.dated import DatedKind
from gewu.catalogue.actions.stored import Stored
from gewu.catalogue.models import OriginLimit, Rung, StageLimit
from gewu.catalogue.queries import terms
from gewu.catalogue.rules import Field, Words
from gewu.kernel.places import checked
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say

#: The two words of every limit.
LIMIT = (Field("amount", say("时限"), "number"), Field("unit", say("单位"), "unit"))
WHERE = (
    Field("matter", say("事项"), "matter", optional=True),
    Field("place", say("区域"), "place", optional=True),
)

STAGES: tuple[tuple[str, Text], ...] = (
    ("dispatch", say("派遣时限")),
    ("sign_for", say("签收时限")),
    ("check", say("核查时限")),
    ("reopening", say("重新办理期限")),
    ("shelving", say("挂账最长期限")),
)
#: Who can hear of a case that runs late, by the right they hold.
TELLS: tuple[tuple[str, Text], ...] = (
    ("cases.handle", say("承办单位")),
    ("cases.dispatch", say("派遣员")),
    ("cases.supervise", say("督查员")),
    ("cases.oversee", say("分管领导")),
)


def limit_words(given: Words) -> dict[str, str]:
    """The two words of a limit in the form in which they are kept; refused like `rules.read_limit`."""
    limit = rules.read_limit(given.get("amount", ""), given.get("unit", ""))
    return {"amount": str(limit.amount), "unit": limit.unit.value}


def where_words(given: Words) -> dict[str, str]:
    """The class and the place that a row speaks of, empty for all. Unknown ones are refused."""
    matter, place = given.get("matter", ""), given.get("place", "")
    if matter and not queries.begins_a_class(matter):
        raise Refusal(say("目录中没有以 {prefix} 开头的事项", prefix=matter), Kind.MISSING, field="matter")
    return {"matter": matter, "place": checked(place) if place else ""}


def one_of(given: Words, name: str, known: tuple[tuple[str, Text | Name], ...], label: Text) -> str:
    """A word that is one of those known; another one is refused."""
    if given.get(name, "") not in dict(known):
        raise Refusal(say("请选{field}", field=label), field=name)
    return given[name]


def whole(given: Words, name: str, label: Text, *, least: int, most: int) -> str:
    """A whole number between two bounds, as text; anything else is refused."""
    with suppress(ValueError):
        if least <= int(given.get(name, "")) <= most:
            return str(int(given[name]))
    raise Refusal(
        say("{field}要是 {least} 到 {most} 的整数", field=label, least=least, most=most), field=name
    )


def _stage(given: Words) -> dict[str, str]:
    return {"stage": one_of(given, "stage", STAGES, say("阶段")), **limit_words(given)}


def _rung(given: Words) -> dict[str, str]:
    percent = whole(given, "percent", say("百分比"), least=10, most=1000)
    return {"percent": percent, "tells": one_of(given, "tells", TELLS, say("告知谁"))}


def _origin(given: Words) -> dict[str, str]:
    return {"channel": given["channel"], **where_words(given), **limit_words(given)}


STAGE_LIMIT = DatedKind(
    "stage_limit",
    say("环节时限"),
    say("派遣、签收、核查等各环节最多用多久"),
    (Field("stage", say("阶段"), "choice", STAGES), *LIMIT),
    _stage,
    Stored(
        StageLimit,
        {"stage": "stage", "amount": "limit_amount", "unit": "limit_unit"},
        ("stage",),
        "source",
        terms.HELD,
        carried=("name_zh", "name_en"),
    ),
    may_end=False,
)
LADDER = DatedKind(
    "ladder",
    say("督办阶梯"),
    say("承办时限用到百分之几，告知谁"),
    (Field("percent", say("用到时限的百分之几"), "number"), Field("tells", say("告知谁"), "choice", TELLS)),
    _rung,
    Stored(Rung, {"percent": "percent", "tells": "tells"}, ("percent", "tells"), "source", terms.HELD),
)
ORIGIN_LIMIT = DatedKind(
    "origin_limit",
    say("按来源的处置时限"),
    say("12345 转办等来源的工单另有期限的；写了事项的代替该类时限，不写事项的只缩短、不延长"),
    (Field("channel", say("来源"), "channel"), *WHERE, *LIMIT),
    _origin,
    Stored(
        OriginLimit,
        {
            "channel": "channel",
            "matter": "matter_prefix",
            "place": "place_prefix",
            "amount": "amount",
            "unit": "time_unit",
        },
        ("channel", "matter", "place"),
        "basis",
        terms.HELD,
    ),
)
#: Kept by this subject; that by origin is offered where origins are known.
DATED = (STAGE_LIMIT, LADDER)
