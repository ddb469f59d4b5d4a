"""Door for writing: devices, what they say, and what becomes of their alarms."""

from gewu.sensing.actions.dated import DATED, load_rules
from gewu.sensing.actions.devices import (
    DeviceSpec,
    ToSend,
    ask,
    end_maintenance,
    load_kinds,
    note_answer,
    note_connection,
    register,
    retire,
    set_maintenance,
    take_commands,
)
from gewu.sensing.actions.ingesting import Message, TakenIn, take_in
from gewu.sensing.actions.keeping import find_cases, forget_readings, tell_silent, tell_unanswered
from gewu.sensing.actions.opening import follow_case, open_case
from gewu.sensing.actions.steps import take

__all__ = [
    "DATED",
    "DeviceSpec",
    "Message",
    "TakenIn",
    "ToSend",
    "ask",
    "end_maintenance",
    "find_cases",
    "follow_case",
    "forget_readings",
    "load_kinds",
    "load_rules",
    "note_answer",
    "note_connection",
    "open_case",
    "register",
    "retire",
    "set_maintenance",
    "take",
    "take_commands",
    "take_in",
    "tell_silent",
    "tell_unanswered",
]
