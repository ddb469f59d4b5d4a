"""Door for reading: the queue of reports, one report, and what its reporter may know."""

from gewu.intake.queries.channels import ChannelFacts, channel_named, channels
from gewu.intake.queries.nearby import Near, near
from gewu.intake.queries.queue import Filters, ReportLine, counters, queue, visible_to
from gewu.intake.queries.receipts import receipt
from gewu.intake.queries.record import (
    Progress,
    ReporterFacts,
    ReportPage,
    may_see_file,
    page,
    progress,
    reporters_of,
    reports_of,
    supporters,
)
from gewu.intake.rules import LONGEST_TEXT, MOST_PHOTOS

__all__ = [
    "LONGEST_TEXT",
    "MOST_PHOTOS",
    "ChannelFacts",
    "Filters",
    "Near",
    "Progress",
    "ReportLine",
    "ReportPage",
    "ReporterFacts",
    "channel_named",
    "channels",
    "counters",
    "may_see_file",
    "near",
    "page",
    "progress",
    "queue",
    "receipt",
    "reporters_of",
    "reports_of",
    "supporters",
    "visible_to",
]
