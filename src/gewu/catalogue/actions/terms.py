"""Loading the terms of cases: limits of stages, the ladder of supervision, tags and maps of stages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gewu.catalogue.actions import sheets
from gewu.catalogue.actions.sheets import Line
from gewu.catalogue.models import Rung, Stage, StageLimit, Tag
from gewu.catalogue.queries import terms
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.worktime import Unit

_LIMIT = ("stage", "name_zh", "name_en", "limit_value", "limit_unit", "since", "source")
_RUNG = ("percent", "tells", "since", "source")
_TAG = ("code", "name_zh", "name_en", "since", "source")
_STAGE = ("map", "seq", "name_zh", "name_en", "events")
_UNITS = tuple(unit.value for unit in Unit)


def load(folder: Path) -> None:
    """Bring the terms up to date with the files of a folder; a bad row is refused with file and line.

    Part of a write transaction. A catalogue without these files leaves the terms as they are.
    """
    if not (folder / "stage_limits.csv").is_file():
        return
    limits = sheets.read(folder / "stage_limits.csv", _LIMIT, key=["stage", "since"])
    rungs = sheets.read(folder / "ladder.csv", _RUNG, key=["percent", "tells", "since"])
    tags = sheets.read(folder / "tags.csv", _TAG, key=["code"])
    stages = sheets.read(folder / "stage_maps.csv", _STAGE, key=["map", "seq"])
    upsert(StageLimit, [_limit(line) for line in limits], ["stage", "since"])
    upsert(Rung, [_rung(line) for line in rungs], ["percent", "tells", "since"])
    upsert(Tag, [_tag(line) for line in tags], ["code"])
    upsert(Stage, [_stage(line) for line in stages], ["map", "seq"])
    changed(terms.HELD)


def _limit(line: Line) -> StageLimit:
    return StageLimit(
        id=new_id(),
        stage=line.required("stage"),
        name_zh=line.required("name_zh"),
        name_en=line.required("name_en"),
        limit_amount=line.number_of("limit_value"),
        limit_unit=line.one_of("limit_unit", _UNITS),
        since=line.date_of("since"),
        source=line["source"],
    )


def _rung(line: Line) -> Rung:
    return Rung(
        id=new_id(),
        percent=int(line.number_of("percent")),
        tells=line.required("tells"),
        since=line.date_of("since"),
        source=line["source"],
    )


def _tag(line: Line) -> Tag:
    return Tag(
        id=new_id(),
        code=line.required("code"),
        name_zh=line.required("name_zh"),
        name_en=line.required("name_en"),
        since=line.date_of("since"),
        source=line["source"],
    )


def _stage(line: Line) -> Stage:
    return Stage(
        id=new_id(),
        map=line.required("map"),
        seq=int(line.number_of("seq")),
        name_zh=line.required("name_zh"),
        name_en=line.required("name_en"),
        events=[one for one in line.required("events").split(";") if one],
    )


def upsert(model: Any, rows: list[Any], unique: list[str]) -> None:
    """Insert or bring up to date by the columns that make a row unique; keys and ends of old rows stay."""
    kept = {*unique, "id", "until"}
    names = [field.name for field in model._meta.concrete_fields if field.name not in kept]
    model.objects.bulk_create(rows, update_conflicts=True, unique_fields=unique, update_fields=names)
