"""Door for reading: alerts in force, all that came and went, one with its versions."""

from gewu.command.lifecycle import ALERT
from gewu.command.queries.force import AlertLine, concerning, in_force, public_alerts
from gewu.command.queries.kinds import KindFacts, kind_for, kind_named, kinds
from gewu.command.queries.messages import message_named, messages_since
from gewu.command.queries.places import places_of
from gewu.command.queries.record import AlertPage, abilities, facts_of, listed, may_draft, open_to, page
from gewu.command.rules import COLOURS, STATUSES, Area, Circle, Info, Message, Reference, Resource, faults

__all__ = [
    "ALERT",
    "COLOURS",
    "STATUSES",
    "AlertLine",
    "AlertPage",
    "Area",
    "Circle",
    "Info",
    "KindFacts",
    "Message",
    "Reference",
    "Resource",
    "abilities",
    "concerning",
    "facts_of",
    "faults",
    "in_force",
    "kind_for",
    "kind_named",
    "kinds",
    "listed",
    "may_draft",
    "message_named",
    "messages_since",
    "open_to",
    "page",
    "places_of",
    "public_alerts",
]
