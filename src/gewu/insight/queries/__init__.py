"""Door for reading: the board, counts over a time, and the lists that people keep under a name."""

from gewu.insight.queries.analysis import CUTS, Call, Table, analysis, calls, digits_below
from gewu.insight.queries.board import (
    Board,
    Period,
    PeriodFigures,
    PlaceFigures,
    board,
    home_of,
    path_of,
    period,
)
from gewu.insight.queries.consoles import (
    COMMUNITY,
    SOURCES,
    Console,
    PanelFacts,
    PanelLine,
    Shown,
    communities_of,
    console,
    panels,
)
from gewu.insight.queries.figures import LADDER
from gewu.insight.queries.finding import KINDS, Group, Sought, search_all, search_kind
from gewu.insight.queries.indexed import Page, offer_pages
from gewu.insight.queries.lists import KeptList, kept_lists
from gewu.insight.queries.reclassing import ReclassedLine, Run, drawn_of, reclassings
from gewu.insight.queries.results import Line
from gewu.insight.queries.similar import past_answers

__all__ = [
    "ReclassedLine",
    "Run",
    "drawn_of",
    "reclassings",
    "KINDS",
    "Group",
    "Line",
    "Page",
    "Sought",
    "offer_pages",
    "past_answers",
    "search_all",
    "search_kind",
    "COMMUNITY",
    "SOURCES",
    "Console",
    "PanelFacts",
    "PanelLine",
    "Shown",
    "communities_of",
    "console",
    "panels",
    "CUTS",
    "LADDER",
    "Board",
    "Call",
    "KeptList",
    "Period",
    "PeriodFigures",
    "PlaceFigures",
    "Table",
    "analysis",
    "board",
    "calls",
    "digits_below",
    "home_of",
    "kept_lists",
    "path_of",
    "period",
]
