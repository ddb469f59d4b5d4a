"""Door for reading places: what they are called, where a point lies, what the map shows."""

from gewu.territory.models import GridKind, Layer
from gewu.territory.queries.batches import Batch, batch, batches
from gewu.territory.queries.location import Located, locate, locate_many
from gewu.territory.queries.maps import MapLayer, MapTile, cells, middle_of, tile
from gewu.territory.queries.mentions import Mention, mentions
from gewu.territory.queries.names import (
    OldCode,
    Place,
    by_old_code,
    children_of,
    grids_in,
    lost_codes,
    old_codes_of,
    paths_of,
    place,
    search,
    suggest,
    without_grid,
)
from gewu.territory.queries.net import forget, version
from gewu.territory.queries.shapes import outline, touched
from gewu.territory.queries.successions import SuccessionLine, succession, successions
from gewu.territory.rules.tiles import Tile

__all__ = [
    "Mention",
    "mentions",
    "Batch",
    "GridKind",
    "Layer",
    "Located",
    "MapLayer",
    "MapTile",
    "OldCode",
    "Place",
    "SuccessionLine",
    "Tile",
    "batch",
    "batches",
    "by_old_code",
    "cells",
    "children_of",
    "forget",
    "grids_in",
    "locate",
    "middle_of",
    "locate_many",
    "lost_codes",
    "old_codes_of",
    "outline",
    "paths_of",
    "place",
    "search",
    "succession",
    "successions",
    "suggest",
    "tile",
    "touched",
    "version",
    "without_grid",
]
