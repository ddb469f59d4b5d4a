"""Door for writing: figures that are kept, the search index, and lists that people keep under a name."""

from gewu.insight.actions.consoles import PanelDraft, load_panels, set_panels
from gewu.insight.actions.counting import count_every_write, recount
from gewu.insight.actions.feeding import feed_search, make_anew, walk_again
from gewu.insight.actions.figures import sum_up
from gewu.insight.actions.lists import MOST_LISTS, forget_list, keep_list
from gewu.insight.actions.reclassing import reclassify, review

__all__ = [
    "PanelDraft",
    "load_panels",
    "set_panels",
    "MOST_LISTS",
    "count_every_write",
    "feed_search",
    "forget_list",
    "keep_list",
    "make_anew",
    "reclassify",
    "recount",
    "review",
    "sum_up",
    "walk_again",
]
