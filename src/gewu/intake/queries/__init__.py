"""Door for reading: the queue of reports, one report, and what its reporter may know."""

from gewu.intake.queries.callers import Earlier, earlier, spot_of
from gewu.intake.queries.channels import ChannelFacts, channel_named, channels
from gewu.intake.queries.hits import Correction, Figures, Hits, figures
from gewu.intake.queries.nearby import Near, Spot, here_open, near, near_spot
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
from gewu.intake.queries.replies import FirstReplies, first_replies
from gewu.intake.queries.residents import OwnLine, own, resident_called, resident_is
from gewu.intake.queries.suggesting import Suggestion, matters_for, route_for, suggestions_of
from gewu.intake.queries.visits import VisitLine, visits
from gewu.intake.rules import LONGEST_TEXT, MOST_PHOTOS

__all__ = [
    "FirstReplies",
    "first_replies",
    "LONGEST_TEXT",
    "MOST_PHOTOS",
    "ChannelFacts",
    "Correction",
    "Earlier",
    "Figures",
    "Filters",
    "Hits",
    "Near",
    "OwnLine",
    "Progress",
    "ReportLine",
    "ReportPage",
    "ReporterFacts",
    "Spot",
    "Suggestion",
    "VisitLine",
    "channel_named",
    "channels",
    "counters",
    "earlier",
    "figures",
    "here_open",
    "matters_for",
    "may_see_file",
    "near",
    "near_spot",
    "own",
    "page",
    "progress",
    "queue",
    "receipt",
    "reporters_of",
    "reports_of",
    "resident_called",
    "resident_is",
    "route_for",
    "spot_of",
    "suggestions_of",
    "supporters",
    "visible_to",
    "visits",
]
