"""Door for writing: figures that are kept, and lists that people keep under a name."""

from gewu.insight.actions.consoles import PanelDraft, load_panels, set_panels
from gewu.insight.actions.counting import count_every_write, recount
from gewu.insight.actions.figures import sum_up
from gewu.insight.actions.lists import MOST_LISTS, forget_list, keep_list

__all__ = [
    "PanelDraft",
    "load_panels",
    "set_panels",
    "MOST_LISTS",
    "count_every_write",
    "forget_list",
    "keep_list",
    "recount",
    "sum_up",
]
