"""Outside systems: rows in and messages out, once, with errors kept (`connector` of the mechanisms).

A protocol is an `Adapter` of a channel; a system that speaks it is a row with its mapping and its secret.
"""

from gewu.infra.connectors.adapters import (
    Adapter,
    Answer,
    Facts,
    Field,
    Line,
    Option,
    Record,
    Unwanted,
    adapter_named,
    all_adapters,
    register,
)
from gewu.infra.connectors.asking import Fault, keep_cursor
from gewu.infra.connectors.health import FAULTS, note_ill, note_well
from gewu.infra.connectors.keeping import (
    MANAGE,
    Declared,
    Trial,
    declare,
    load_set,
    preview,
    require,
    revise_mapping,
    rotate_secret,
    set_options,
    take_step,
)
from gewu.infra.connectors.mapping import Rule, rules_of
from gewu.infra.connectors.outgoing import owe
from gewu.infra.connectors.overview import Outside, in_use, named, outside, reaching, standing, standings
from gewu.infra.connectors.queue import CORRECT, correct, drop, retry
from gewu.infra.connectors.signing import admit, secrets_of, signed
from gewu.infra.connectors.taking import (
    MOST_ROWS,
    Outcome,
    Result,
    add_counts,
    last_kind,
    outside_id_of,
    record_of,
    running,
    take,
)

__all__ = [
    "CORRECT",
    "FAULTS",
    "MANAGE",
    "MOST_ROWS",
    "Adapter",
    "Answer",
    "Declared",
    "Facts",
    "Fault",
    "Field",
    "Line",
    "Option",
    "Outcome",
    "Outside",
    "Record",
    "Result",
    "Rule",
    "Unwanted",
    "adapter_named",
    "Trial",
    "add_counts",
    "admit",
    "all_adapters",
    "correct",
    "declare",
    "drop",
    "in_use",
    "keep_cursor",
    "last_kind",
    "load_set",
    "named",
    "note_ill",
    "note_well",
    "outside",
    "outside_id_of",
    "owe",
    "preview",
    "reaching",
    "record_of",
    "register",
    "require",
    "retry",
    "revise_mapping",
    "rotate_secret",
    "rules_of",
    "running",
    "secrets_of",
    "set_options",
    "signed",
    "standing",
    "standings",
    "take",
    "take_step",
]
