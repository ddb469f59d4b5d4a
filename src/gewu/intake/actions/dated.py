"""The dated rules before a case: how long accepting a report and looking at the spot may take."""

from __future__ import annotations

from dataclasses import replace

from gewu.catalogue import actions as catalogue
from gewu.catalogue.queries import Field, Words
from gewu.intake.models import IntakeLimit
from gewu.intake.queries.channels import channel_named
from gewu.intake.queries.limits import HELD
from gewu.kernel.texts import Text, say

KINDS: tuple[tuple[str, Text], ...] = (("accept", say("受理时限")), ("verify", say("现场核实时限")))


def _limit(given: Words) -> dict[str, str]:
    kind = catalogue.one_of(given, "kind", KINDS, say("时限种类"))
    channel = channel_named(given["channel"]).code if given.get("channel") else ""
    return {
        "kind": kind,
        "channel": channel,
        **catalogue.where_words(given),
        **catalogue.limit_words(given),
    }


def _origin(given: Words) -> dict[str, str]:
    return catalogue.ORIGIN_LIMIT.read({**given, "channel": channel_named(given.get("channel", "")).code})


INTAKE_LIMIT = catalogue.DatedKind(
    "intake_limit",
    say("受理与核实时限"),
    say("收到反映后多久内受理、多久内到现场核实，可按来源、事项和区域另定"),
    (
        Field("kind", say("时限种类"), "choice", KINDS),
        Field("channel", say("来源"), "channel", optional=True),
        *catalogue.WHERE,
        *catalogue.LIMIT,
    ),
    _limit,
    catalogue.Stored(
        IntakeLimit,
        {
            "kind": "kind",
            "channel": "channel",
            "matter": "matter_prefix",
            "place": "place_prefix",
            "amount": "amount",
            "unit": "time_unit",
        },
        ("kind", "channel", "matter", "place"),
        "basis",
        HELD,
    ),
)
#: Kept by this subject, which knows the origins.
DATED = (INTAKE_LIMIT, replace(catalogue.ORIGIN_LIMIT, read=_origin))
