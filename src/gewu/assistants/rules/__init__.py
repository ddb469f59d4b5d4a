"""What assistants decide by: pure functions over texts and arrays."""

from gewu.assistants.rules.artefact import Card
from gewu.assistants.rules.kinds import KINDS, Item, Kind, kind_of, refuse_personal
from gewu.assistants.rules.linear import Model
from gewu.assistants.rules.measuring import Measured
from gewu.assistants.rules.mentions import Mention, Names
from gewu.assistants.rules.near import Issues
from gewu.assistants.rules.tables import Table, joined, table_of

__all__ = [
    "KINDS",
    "Card",
    "Issues",
    "Item",
    "Kind",
    "Measured",
    "Mention",
    "Model",
    "Names",
    "Table",
    "joined",
    "kind_of",
    "refuse_personal",
    "table_of",
]
