"""What happens to the platform itself."""

from __future__ import annotations

from dataclasses import dataclass

from gewu.kernel.events import Event
from gewu.kernel.texts import say


@dataclass(frozen=True, kw_only=True)
class SwitchSet(Event):
    """A function was turned on (1) or off (0); the reason stands in its dated row."""

    subject = "switch"
    audit = "switch"
    sentence = say("{actor}把功能“{name}”设为 {on}")
    first = True
    name: str
    on: int
