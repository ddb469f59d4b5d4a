"""The table of a connector, from its naming to its running."""

from __future__ import annotations

from gewu.infra import events
from gewu.kernel.lifecycle import Clock, Lifecycle, State, Step
from gewu.kernel.texts import say

CONNECTOR = Lifecycle(
    "connector",
    say("对接"),
    states=(
        State("declared", say("已登记"), say("未启用"), open=False, clock=Clock.STOPPED),
        State("tried", say("已试过"), say("未启用"), open=False, clock=Clock.STOPPED),
        State("running", say("运行中"), say("正常")),
        State("failing", say("连续失败"), say("中断")),
        State("paused", say("已暂停"), say("暂停"), open=False, clock=Clock.PAUSED),
    ),
    steps=(
        Step("try", say("用样例试"), ("declared", "tried"), "tried", "integrator", events.ConnectorTriedOut),
        Step("start", say("启用"), ("tried", "paused"), "running", "integrator", events.ConnectorStarted),
        Step("pause", say("暂停"), ("running", "failing"), "paused", "integrator", events.ConnectorPaused),
        Step("fail", say("连续失败"), ("running",), "failing", "clock", events.ConnectorFailed),
        Step("recover", say("恢复"), ("failing",), "running", "clock", events.ConnectorRecovered),
    ),
)
