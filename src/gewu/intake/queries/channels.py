"""The channels, held in memory."""

from __future__ import annotations

from dataclasses import dataclass

from gewu.infra.versions import Held
from gewu.intake.models import Channel
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say


@dataclass(frozen=True)
class ChannelFacts:
    """A channel as the rest of the platform sees it."""

    code: str
    name_zh: str
    name_en: str
    screening: str
    staffed: bool
    #: The rights of which any lets someone of the staff bring a report by it.
    brought_by: tuple[str, ...] = ()

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)


def _load() -> dict[str, ChannelFacts]:
    return {
        row.code: ChannelFacts(
            row.code, row.name_zh, row.name_en, row.screening, row.staffed, tuple(row.brought_by)
        )
        for row in Channel.objects.order_by("code")
    }


_held = Held("channels", _load)


def channels() -> tuple[ChannelFacts, ...]:
    """Every channel, by code."""
    return tuple(_held.get().values())


def channel_named(code: str) -> ChannelFacts:
    """The channel of that code; an unknown one is refused."""
    found = _held.get().get(code)
    if found is None:
        raise Refusal(say("没有“{code}”这个来源渠道", code=code), Kind.MISSING, field="channel")
    return found
