"""The table of a succession of places."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gewu.kernel.lifecycle import Clock, Guard, Lifecycle, State, Step
from gewu.kernel.texts import say
from gewu.territory import events
from gewu.territory.rules.successions import SuccessionFacts


def _lies_ahead(facts: SuccessionFacts, given: Mapping[str, Any]) -> bool:
    return facts.ahead


def _has_come(facts: SuccessionFacts, given: Mapping[str, Any]) -> bool:
    return not facts.ahead


AHEAD = Guard(_lies_ahead, say("施行日期已到，不能再撤销"))
COME = Guard(_has_come, say("还没有到施行日期"))

SUCCESSION = Lifecycle(
    "succession",
    say("区域承接"),
    states=(
        State("planned", say("待施行"), say("待施行")),
        State("done", say("已施行"), say("已施行"), open=False, clock=Clock.STOPPED, stage=1),
        State("undone", say("已撤销"), say("已撤销"), open=False, clock=Clock.STOPPED),
    ),
    steps=(
        Step(
            "undo", say("撤销"), ("planned",), "undone", "keeper", events.SuccessionUndone, only_if=(AHEAD,),
            danger=True,
        ),
        Step(
            "carry_out", say("施行"), ("planned",), "done", "clock", events.PlacesSucceeded, only_if=(COME,),
        ),
    ),
)  # fmt: skip
