"""The table of a place on a shift: booked, there, missing or taken off again."""

from __future__ import annotations

from gewu.kernel.lifecycle import Clock, Lifecycle, State, Step
from gewu.kernel.texts import say
from gewu.organisation import events

BOOKING = Lifecycle(
    "booking",
    say("值班"),
    states=(
        State("booked", say("已排班"), say("已排班")),
        State("attended", say("已到岗"), say("已到岗")),
        State("missed", say("未到岗"), say("未到岗"), open=False, clock=Clock.STOPPED),
        State("withdrawn", say("已撤下"), say("已撤下"), open=False, clock=Clock.STOPPED),
    ),
    steps=(
        Step("attend", say("到岗"), ("booked", "missed"), "attended", "self or keeper", events.DutyTakenUp),
        Step("miss", say("记未到岗"), ("booked",), "missed", "keeper", events.DutyMissed),
        Step("withdraw", say("撤下"), ("booked",), "withdrawn", "keeper", events.BookingWithdrawn),
    ),
)
