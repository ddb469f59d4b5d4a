"""Door for writing: alerts drafted, approved, followed and received."""

from gewu.command.actions.drafting import AlertSpec, draft, draft_cancel, draft_update, rewrite
from gewu.command.actions.kinds import load_kinds
from gewu.command.actions.receiving import Received, receive
from gewu.command.actions.steps import acknowledge, expire_due, take

__all__ = [
    "AlertSpec",
    "Received",
    "acknowledge",
    "draft",
    "draft_cancel",
    "draft_update",
    "expire_due",
    "load_kinds",
    "receive",
    "rewrite",
    "take",
]
