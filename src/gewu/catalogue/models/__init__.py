"""Rows of the catalogue: classes and rules, lists and what follows from them."""

from gewu.catalogue.models.lists import (
    Application,
    Edition,
    ListItem,
    ListKind,
    Opinion,
    RefusedTask,
)
from gewu.catalogue.models.questions import Question
from gewu.catalogue.models.rules import (
    Criterion,
    Department,
    MatterClass,
    OriginLimit,
    Route,
    RuleChange,
    Rung,
    Stage,
    StageLimit,
    Tag,
    WorkdayRow,
)

__all__ = [
    "Application",
    "Criterion",
    "Department",
    "Edition",
    "ListItem",
    "ListKind",
    "MatterClass",
    "Opinion",
    "OriginLimit",
    "Question",
    "RefusedTask",
    "Route",
    "RuleChange",
    "Rung",
    "Stage",
    "StageLimit",
    "Tag",
    "WorkdayRow",
]
