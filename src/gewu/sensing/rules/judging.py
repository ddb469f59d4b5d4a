"""When an alarm is raised and when it is over, one reading after the other. Pure.

Three shapes: *simple* (one reading beyond the threshold), *lasting* (beyond it without interruption for so
many minutes), *repeated* (so many readings beyond it within so many minutes). An alarm is over when the value
is back at ``clears_at``, which lies on the safe side of the threshold: between the two nothing changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from gewu.sensing.rules.choosing import AlarmRule

#: More marks than this are never needed: the rule asks for fewer.
MOST_MARKS = 100


class Verdict(Enum):
    """What a reading makes of an alarm."""

    RAISE = "raise"
    CLEAR = "clear"


@dataclass(frozen=True)
class Progress:
    """How far a rule has come at a device: whether it is met, and the times (ms) of readings that count."""

    met: bool = False
    marks: tuple[int, ...] = ()


AT_REST = Progress()


def judged(
    rule: AlarmRule, progress: Progress, ts: int, value: float, *, watched: bool
) -> tuple[Progress, Verdict | None]:
    """What a reading at ``ts`` makes of the progress; readings come in the order of their device's time.

    Unless ``watched`` nothing is begun: outside the hours of the rule and during maintenance. What was raised
    before is cleared at any time.
    """
    if progress.met:
        return (AT_REST, Verdict.CLEAR) if rule.is_back(value) else (progress, None)
    if not watched:
        return AT_REST, None
    if not rule.is_beyond(value):
        kept = _recent(rule, progress.marks, ts) if rule.shape == "repeated" else ()
        return Progress(False, kept), None
    marks = _marked(rule, progress.marks, ts)
    return (Progress(True), Verdict.RAISE) if _is_met(rule, marks, ts) else (Progress(False, marks), None)


def _marked(rule: AlarmRule, marks: tuple[int, ...], ts: int) -> tuple[int, ...]:
    if rule.shape == "lasting":
        # First and last reading beyond it: after a silence longer than the span nobody knows that it lasted.
        return (marks[0], ts) if marks and ts - marks[-1] <= rule.span_ms else (ts,)
    return (*_recent(rule, marks, ts), ts)[-MOST_MARKS:]


def _recent(rule: AlarmRule, marks: tuple[int, ...], ts: int) -> tuple[int, ...]:
    return tuple(one for one in marks if ts - one < rule.span_ms)


def _is_met(rule: AlarmRule, marks: tuple[int, ...], ts: int) -> bool:
    if rule.shape == "lasting":
        return ts - marks[0] >= rule.span_ms
    return len(marks) >= rule.times
