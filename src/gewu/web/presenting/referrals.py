"""What is handed over between the desk and bodies outside, as pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gewu.cases.queries import ReferralKindLine, ReferralLine
from gewu.kernel import worktime
from gewu.kernel.texts import Text, say
from gewu.web.presenting.names import called, places_named, whereabouts
from gewu.web.presenting.parts import Line, OpenStep, lines_of, steps_of


@dataclass(frozen=True)
class ReferralCard:
    """One handing over: its facts, its kind and place by name, its steps and its history."""

    facts: ReferralLine
    kind: str
    where: str
    steps: tuple[OpenStep, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ReferralChoice:
    """A way of handing over to choose, with both limits."""

    code: str
    name: str
    joint: bool
    accept: Text
    handle: Text
    basis: str


def referral_cards(
    found: Iterable[ReferralLine], *, typed: Mapping[str, str] | None = None, taken: str = ""
) -> tuple[ReferralCard, ...]:
    """The handings over with names; the step just refused keeps what was typed."""
    rows = tuple(found)
    places = places_named([one.place for one in rows])
    return tuple(
        ReferralCard(
            one,
            called(one.kind),
            whereabouts(places, one.place),
            steps_of(one.steps, typed=typed, taken=taken.removeprefix("referral-")),
            lines_of(one.lines),
        )
        for one in rows
    )


def referral_choices(found: Iterable[ReferralKindLine]) -> tuple[ReferralChoice, ...]:
    """The ways in which a case may be handed over now."""
    return tuple(
        ReferralChoice(
            one.code, called(one.name), one.joint, _limit(one.accept), _limit(one.handle), one.basis
        )
        for one in found
    )


def _limit(limit: worktime.Limit) -> Text:
    if limit.amount < 1 and limit.unit is worktime.Unit.URGENT_HOUR:
        return say("{n} 分钟", n=int(limit.amount * 60))
    return say("{amount} 个{unit}", amount=f"{float(limit.amount):g}", unit=limit.unit.label)
