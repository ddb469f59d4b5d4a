"""Door for reading: the queue of reports, one report, and what its reporter may know."""

from gewu.infra.connectors import Outside
from gewu.intake.queries.abilities import abilities
from gewu.intake.queries.brought import cases_brought
from gewu.intake.queries.callers import Earlier, earlier, spot_of
from gewu.intake.queries.channels import ChannelFacts, channel_named, channels
from gewu.intake.queries.hits import Correction, Figures, Hits, figures
from gewu.intake.queries.learned import spoken_names
from gewu.intake.queries.nearby import Near, Spot, here_open, near, near_spot
from gewu.intake.queries.queue import Filters, ReportLine, counters, line_of, queue, visible_to
from gewu.intake.queries.receipts import receipt
from gewu.intake.queries.record import (
    Progress,
    ReporterFacts,
    ReportPage,
    case_numbers,
    concerns_of,
    may_see_file,
    open_to,
    page,
    progress,
    reporters_of,
    reports_of,
    require_visible,
    supporters,
)
from gewu.intake.queries.replies import FirstReplies, first_replies
from gewu.intake.queries.requests import PublicRequest, number_for, request, requests
from gewu.intake.queries.residents import OwnLine, own, resident_called, resident_is
from gewu.intake.queries.rule_rehearsal import rehearse_limit
from gewu.intake.queries.searched import (
    STATES,
    ReportWords,
    how_many,
    keys_after,
    lines_among,
    seen_among,
    words_of,
)
from gewu.intake.queries.services import OUTSIDE, Service, service, services, wrong_answers
from gewu.intake.queries.successions import following
from gewu.intake.queries.suggesting import (
    SWITCHES,
    Suggestion,
    facts_of,
    matters_for,
    route_for,
    suggestions_of,
    version_of_classes,
)
from gewu.intake.queries.visits import OpenLook, VisitLine, open_look, visits
from gewu.intake.rules import LONGEST_TEXT, MOST_PHOTOS, Band
from gewu.intake.rules.services import Numbering

__all__ = [
    "version_of_classes",
    "STATES",
    "ReportWords",
    "how_many",
    "keys_after",
    "lines_among",
    "seen_among",
    "spoken_names",
    "words_of",
    "SWITCHES",
    "facts_of",
    "cases_brought",
    "Numbering",
    "OUTSIDE",
    "PublicRequest",
    "Service",
    "number_for",
    "request",
    "requests",
    "service",
    "services",
    "Band",
    "following",
    "abilities",
    "rehearse_limit",
    "line_of",
    "open_to",
    "require_visible",
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
    "Outside",
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
    "case_numbers",
    "concerns_of",
    "reports_of",
    "resident_called",
    "resident_is",
    "route_for",
    "spot_of",
    "suggestions_of",
    "supporters",
    "visible_to",
    "OpenLook",
    "open_look",
    "visits",
    "wrong_answers",
]
