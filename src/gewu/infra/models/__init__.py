"""All rows of the machinery below the subjects."""

from gewu.infra.models.arriving import Command, Upload
from gewu.infra.models.connectors import (
    Connector,
    ConnectorBatch,
    ConnectorRow,
    ConnectorSecret,
    Outgoing,
    OutsideId,
    SeenSignature,
)
from gewu.infra.models.platform import (
    BadRow,
    Batch,
    ConnectorState,
    Counter,
    Errand,
    File,
    Switch,
    Version,
)
from gewu.infra.models.search import SearchEntry, SearchFeed
from gewu.infra.models.stream import (
    Anchor,
    AuditEntry,
    Chain,
    Delivery,
    EventRow,
    Words,
)

__all__ = [
    "Anchor",
    "AuditEntry",
    "BadRow",
    "Batch",
    "Chain",
    "Command",
    "Connector",
    "ConnectorBatch",
    "ConnectorRow",
    "ConnectorSecret",
    "ConnectorState",
    "Counter",
    "Delivery",
    "Errand",
    "EventRow",
    "File",
    "Outgoing",
    "OutsideId",
    "SearchEntry",
    "SearchFeed",
    "SeenSignature",
    "Switch",
    "Upload",
    "Version",
    "Words",
]
