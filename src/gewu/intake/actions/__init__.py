"""Door for writing: receiving reports, every step of their table, the reporter's verdict."""

from gewu.intake.actions.receiving import ReportDraft, load_channels, receive
from gewu.intake.actions.steps import give_verdict, take

__all__ = ["ReportDraft", "give_verdict", "load_channels", "receive", "take"]
