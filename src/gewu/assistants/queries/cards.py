"""What is to be known of each assistant: its card, and how sure it must be to speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from gewu.assistants.models import AssistantModel, AssistantThreshold
from gewu.assistants.rules import KINDS, Card, Kind
from gewu.infra.versions import Held

#: The name under which the thresholds are held in memory.
THRESHOLDS = "assistant thresholds"
#: How sure an assistant must be where neither a row nor a card says it.
_USUAL = 0.5


@dataclass(frozen=True)
class CardLine:
    """One kind with the card of the model in use, if anything was learned for it."""

    kind: Kind
    card: Card | None
    sha256: str = ""
    made_at: datetime | None = None


def _load() -> list[tuple[str, date, float]]:
    rows = AssistantThreshold.objects.order_by("-since", "-set_at")
    return list(rows.values_list("kind", "since", "least"))


_held = Held(THRESHOLDS, _load)


def least_of(kind: str, *, on: date) -> float:
    """Below which confidence nothing is proposed on a day: a dated row, else what the card says."""
    rows = (least for name, since, least in _held.get() if name == kind and since <= on)
    found = next(rows, None)
    if found is not None:
        return found
    card = _cards.get().get(kind)
    return card.card.least if card and card.card else _USUAL


def _load_cards() -> dict[str, CardLine]:
    newest: dict[str, CardLine] = {}
    for row in AssistantModel.objects.defer("content").order_by("made_at", "id"):
        card = msgspec.convert(row.card, Card)
        newest[row.kind] = CardLine(KINDS[row.kind], card, row.sha256, row.made_at)
    return newest


#: The name under which the cards are held in memory.
CARDS = "assistant cards"
_cards = Held(CARDS, _load_cards)


def cards() -> tuple[CardLine, ...]:
    """Every kind with the card of the model in use; no query while it is held."""
    found = _cards.get()
    return tuple(found.get(name, CardLine(kind, None)) for name, kind in KINDS.items())


def card_of(kind: str) -> CardLine:
    """One of them."""
    return next(one for one in cards() if one.kind.name == kind)
