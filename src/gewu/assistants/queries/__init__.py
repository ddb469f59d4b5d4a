"""Door for reading: what assistants propose, and what is known of each."""

from gewu.assistants.queries.cards import CardLine, card_of, cards, least_of
from gewu.assistants.queries.proposing import (
    Proposal,
    classes_of,
    is_learned,
    of_model,
    opened,
    proposals,
    propose,
    rate,
    version_of,
)
from gewu.assistants.rules import (
    KINDS,
    Card,
    Issues,
    Item,
    Kind,
    Measured,
    Mention,
    Names,
    Table,
    joined,
    kind_of,
    table_of,
)
from gewu.assistants.rules.artefact import Band, Figure

__all__ = [
    "KINDS",
    "Band",
    "Card",
    "CardLine",
    "Figure",
    "Issues",
    "Item",
    "Kind",
    "Measured",
    "Mention",
    "Names",
    "Proposal",
    "Table",
    "card_of",
    "cards",
    "classes_of",
    "is_learned",
    "joined",
    "kind_of",
    "least_of",
    "of_model",
    "opened",
    "proposals",
    "propose",
    "rate",
    "table_of",
    "version_of",
]
