"""Door for writing: telling people, by inbox, by mail or on their phone, in the words of a template."""

from gewu.notifications.actions.pushing import Subscription, subscribe, unsubscribe
from gewu.notifications.actions.telling import (
    LEASE,
    RETRIES,
    UNDO_FOR,
    bring_forward,
    erase_words,
    load_templates,
    mark_read,
    mark_unread,
    send_waiting,
    tell_accounts,
    tell_reporter,
)

__all__ = [
    "LEASE",
    "RETRIES",
    "UNDO_FOR",
    "Subscription",
    "bring_forward",
    "erase_words",
    "load_templates",
    "mark_read",
    "mark_unread",
    "send_waiting",
    "subscribe",
    "tell_accounts",
    "tell_reporter",
    "unsubscribe",
]
