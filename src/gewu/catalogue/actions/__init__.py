"""Door for writing: the catalogue, the rules of routing, and the units of a district."""

from gewu.catalogue.actions.classes import ClassSpec, add_classes
from gewu.catalogue.actions.district import load_district
from gewu.catalogue.actions.routes import RouteSpec, add_route, draft_of, end_route
from gewu.catalogue.actions.seeds import Loaded, load_seeds

__all__ = [
    "ClassSpec",
    "Loaded",
    "RouteSpec",
    "add_classes",
    "add_route",
    "draft_of",
    "end_route",
    "load_district",
    "load_seeds",
]
