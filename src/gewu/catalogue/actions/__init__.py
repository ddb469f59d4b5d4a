"""Door for writing: the catalogue, lists and applications, the rules of routing, the units of a district."""

from gewu.catalogue.actions.applications import ApplicationSpec, apply, take_application
from gewu.catalogue.actions.classes import ClassSpec, add_classes
from gewu.catalogue.actions.dated import DatedKind, propose, propose_end, take_change
from gewu.catalogue.actions.dated_kinds import (
    DATED,
    LIMIT,
    ORIGIN_LIMIT,
    WHERE,
    limit_words,
    one_of,
    where_words,
    whole,
)
from gewu.catalogue.actions.district import load_district
from gewu.catalogue.actions.guard import check_may_be_given, count_unrouted
from gewu.catalogue.actions.items import ItemSpec, ItemsRead, put_items, read_items, remove_item, spec_of
from gewu.catalogue.actions.limits import revise_limit
from gewu.catalogue.actions.list_seeds import load_kinds, publish_seeds
from gewu.catalogue.actions.lists import draft, take
from gewu.catalogue.actions.opinions import answer_opinion, give_opinion
from gewu.catalogue.actions.routes import RouteSpec, add_route, announce_route, draft_of, end_route
from gewu.catalogue.actions.rulings import Ruling, record_ruling
from gewu.catalogue.actions.seeds import Loaded, load_seeds
from gewu.catalogue.actions.stored import Stored

__all__ = [
    "DATED",
    "LIMIT",
    "ORIGIN_LIMIT",
    "WHERE",
    "DatedKind",
    "Stored",
    "limit_words",
    "one_of",
    "propose",
    "propose_end",
    "take_change",
    "where_words",
    "whole",
    "ApplicationSpec",
    "ClassSpec",
    "ItemSpec",
    "ItemsRead",
    "Loaded",
    "RouteSpec",
    "Ruling",
    "add_classes",
    "add_route",
    "announce_route",
    "answer_opinion",
    "apply",
    "check_may_be_given",
    "count_unrouted",
    "draft",
    "draft_of",
    "end_route",
    "give_opinion",
    "load_district",
    "load_kinds",
    "load_seeds",
    "publish_seeds",
    "put_items",
    "read_items",
    "remove_item",
    "revise_limit",
    "spec_of",
    "take",
    "take_application",
    "record_ruling",
]
