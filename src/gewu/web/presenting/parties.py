"""Those called to a case, as its page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from gewu.cases import queries as cases
from gewu.cases.queries import CheckInFacts
from gewu.kernel import worktime
from gewu.kernel.texts import Text, say
from gewu.organisation.queries import Holder
from gewu.web.presenting.names import Choice, called, either
from gewu.web.presenting.parts import OpenStep, Words, steps_of


@dataclass(frozen=True)
class PartyLine:
    """One called party: until when it had to come, when and where it came, what it brought back."""

    id: str
    name: str
    state_label: Words
    open: bool
    come_by: datetime | None
    called_at: datetime
    check_in: CheckInFacts | None
    result: str
    steps: tuple[OpenStep, ...]


@dataclass(frozen=True)
class WhistleCard:
    """One whistle with its parties."""

    id: str
    kind: str
    state_label: Words
    open: bool
    task: str
    result: str
    caller: str
    responsible: str
    supporters: int
    blown_at: datetime
    meet_at: datetime | None
    meet_where: str
    missing: tuple[str, ...]
    parties: tuple[PartyLine, ...]
    steps: tuple[OpenStep, ...]


def whistle_cards(found: cases.Parties, *, typed: Mapping[str, str], taken: str) -> tuple[WhistleCard, ...]:
    """The whistles of a case, the newest first; the step just refused keeps what was typed."""
    return tuple(
        WhistleCard(
            str(one.id), called(one.kind), one.state_label, one.open, one.task, one.result, one.caller,
            one.responsible, one.supporters, one.blown_at, one.meet_at, one.meet_where,
            tuple(map(called, one.missing)),
            tuple(_party(party, typed, taken) for party in one.parties),
            steps_of(one.steps, typed=typed, taken=taken.removeprefix("whistle-")),
        )
        for one in reversed(found.whistles)
    )  # fmt: skip


def _party(one: cases.TaskLine, typed: Mapping[str, str], taken: str) -> PartyLine:
    return PartyLine(
        str(one.id), called(one.unit), _awaited(one) or one.state_label, one.open, one.come_by,
        one.offered_at, one.check_in, one.result,
        steps_of(one.steps, typed=typed, taken=taken.removeprefix("assignment-")),
    )  # fmt: skip


def _awaited(one: cases.TaskLine) -> Text | None:
    """Whoever was called by a whistle has to come, not to sign."""
    return say("待报到") if one.open and one.check_in is None else None


@dataclass(frozen=True)
class KindChoice:
    """A kind of whistle to choose, with its limit; ``too_few`` says why it cannot be blown yet."""

    code: str
    name: str
    limit: Words
    supporters: int
    enough: bool
    by_appointment: bool


def kind_choices(found: cases.CallPage) -> tuple[KindChoice, ...]:
    """The kinds that may be blown here."""
    return tuple(
        KindChoice(
            one.code, called(one.name), _limit(one.limit), one.supporters, one.enough, one.by_appointment
        )
        for one in found.kinds
    )


def _limit(limit: worktime.Limit) -> Text:
    return say("{amount} 个{unit}", amount=f"{float(limit.amount):g}", unit=limit.unit.label)


def official_choices(found: cases.CallPage) -> tuple[Choice, ...]:
    """The officials of the places of a case: who, and on which post."""
    return tuple(
        Choice(str(one.post), one.name, either(one.kind_zh, one.kind_en)) for one in _once(found.officials)
    )


def _once(holders: Iterable[Holder]) -> Iterable[Holder]:
    return {one.post: one for one in holders}.values()
