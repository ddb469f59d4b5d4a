"""Taking in the shapes of places, checked before they take force."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import shapely
from django.db.models import Q

from gewu.infra import store, stream
from gewu.kernel.datum import Datum
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.security.scopes import within
from gewu.territory import events, permissions, queries
from gewu.territory.actions.editions import Source, keep_findings, new_batch, put_in_force
from gewu.territory.models import BatchState, Boundary, Division, Grid, GridKind, ImportBatch, Layer
from gewu.territory.queries.ground import ground
from gewu.territory.rules import coverage, geojson, words
from gewu.territory.rules.findings import Finding
from gewu.territory.rules.geojson import Columns, Feature


@dataclass(frozen=True)
class BoundaryFile:
    """A GeoJSON file with what must be said about it: the whole net of ``within`` from the day ``since``."""

    content: bytes
    file_name: str
    within: str
    since: date
    datum: Datum | None = None
    layer: Layer = Layer.GRID
    tolerance_m2: float = coverage.TOLERANCE_M2
    columns: Columns = field(default_factory=Columns)


@dataclass(frozen=True)
class Terms:
    """On what terms features take force, wherever they come from."""

    within: str
    since: date
    layer: Layer
    file_name: str
    digest: str
    datum: Datum
    tolerance_m2: float = coverage.TOLERANCE_M2
    schematic: bool = False


def check_boundaries(file: BoundaryFile, *, actor: Actor, now: datetime) -> ImportBatch:
    """A dry run: reads and checks the file and keeps what was found; nothing takes force."""
    permissions.require_manage(actor, file.within)
    features, terms, findings = read(file)
    findings += found(features, terms)
    batch = new_batch(_source(terms), now=now)
    keep_check(batch, features, findings, actor=actor, now=now)
    return batch


def import_boundaries(file: BoundaryFile, *, actor: Actor, now: datetime) -> ImportBatch:
    """Check the file and, when nothing stands in the way, put it in force from its day.

    Refuses when the check finds anything beyond notices; the kept batch tells what.
    """
    permissions.require_manage(actor, file.within)
    features, terms, findings = read(file)
    return take_force(features, terms, findings, actor=actor, now=now)


def take_force(
    features: Sequence[Feature], terms: Terms, findings: list[Finding], *, actor: Actor, now: datetime
) -> ImportBatch:
    """Check features against what stands and put them in force; the one way by which shapes get in."""
    seen = queries.version()
    findings = findings + found(features, terms)
    batch = new_batch(_source(terms), now=now)
    keep_check(batch, features, findings, actor=actor, now=now)
    if batch.counts["blocking"]:
        raise _blocked(batch)
    with store.writing():
        put_instead(batch, features, terms, seen=seen, actor=actor, now=now)
    return batch


def put_instead(
    batch: ImportBatch, features: Sequence[Feature], terms: Terms, *, seen: str, actor: Actor, now: datetime
) -> None:
    """Put checked features in the place of what stands, in the open transaction.

    Refused: when the net is not the one that they were checked against, whose version was ``seen``.
    """
    if queries.version() != seen:
        raise Refusal(say("检查期间网格已被他人调整，请重新检查"), Kind.CONFLICT)
    _refuse_past(features, terms)
    _replace(features, terms, batch)
    put_in_force(batch)
    told = events.BoundariesTookForce(
        id=batch.pk, place=terms.within, since=terms.since.isoformat(), features=len(features)
    )
    stream.tell(told, actor=actor, now=now)


def read(file: BoundaryFile) -> tuple[tuple[Feature, ...], Terms, list[Finding]]:
    """The shapes of a file, on what terms they take force, and what is to be said of them already."""
    reading = geojson.read(file.content, datum=file.datum, columns=file.columns)
    digest = hashlib.sha256(file.content).hexdigest()
    terms = Terms(
        file.within, file.since, file.layer, file.file_name, digest, reading.datum, file.tolerance_m2
    )
    return reading.features, terms, list(reading.findings)


def found(features: Sequence[Feature], terms: Terms) -> list[Finding]:
    """What the check against the net in force finds."""
    standing = ground(terms.within, terms.layer, terms.since, features)
    return coverage.check(features, standing, tolerance_m2=terms.tolerance_m2)


def keep_check(
    batch: ImportBatch, features: Sequence[Feature], findings: list[Finding], *, actor: Actor, now: datetime
) -> None:
    """Keep what the check of a taking-in has found, and tell."""
    with store.writing():
        waited = batch.state == BatchState.WAITING
        keep_findings(batch, {"features": len(features)}, findings)
        kind = events.WaitingBoundariesChecked if waited else events.BoundariesChecked
        checked = kind(
            id=batch.pk, place=batch.within, features=len(features), blocking=batch.counts["blocking"]
        )
        stream.tell(checked, actor=actor, now=now)


def _source(terms: Terms) -> Source:
    return Source(terms.file_name, terms.digest, terms.within, terms.layer, terms.since)


def _blocked(batch: ImportBatch) -> Refusal:
    blocking = (one for one in map(Finding.from_json, batch.findings) if one.blocks)
    return Refusal(
        say("边界有 {count} 处问题，未施行", count=batch.counts["blocking"]),
        Kind.CONFLICT,
        field="file",
        advice=next(blocking).text,
    )


def _standing(features: Sequence[Feature], terms: Terms) -> Q:
    """Boundaries that these replace: the whole net of the place; of divisions only those in the file."""
    if terms.layer is Layer.DIVISION:
        return Q(layer=terms.layer, place__in=[one.code for one in features])
    return Q(layer=terms.layer) & within("place", terms.within)


def _refuse_past(features: Sequence[Feature], terms: Terms) -> None:
    later = Boundary.objects.filter(_standing(features, terms), since__gte=terms.since).order_by("-since")
    newest = later.values_list("since", flat=True).first()
    if newest:
        raise Refusal(
            say("已有自 {day} 起施行的边界，新的必须更晚", day=newest.isoformat()),
            Kind.CONFLICT,
            field="since",
        )


def _replace(features: Sequence[Feature], terms: Terms, batch: ImportBatch) -> None:
    standing = Boundary.objects.filter(_standing(features, terms), until__isnull=True)
    standing.update(until=terms.since)
    if terms.layer is not Layer.DIVISION:
        _replace_grids(features, terms)
    Boundary.objects.bulk_create([_boundary(one, terms, batch) for one in features], batch_size=500)


def _replace_grids(features: Sequence[Feature], terms: Terms) -> None:
    """End the grids that are gone or called otherwise now, and begin the new ones; others just go on."""
    current = Grid.objects.filter(within("code", terms.within), layer=terms.layer, until__isnull=True)
    standing = {(row.code, row.name, row.kind, row.schematic): row.pk for row in current}
    home = terms.within[: Level.COMMUNITY.digits]
    communities = dict(Division.objects.filter(within("code", home)).values_list("code", "name"))
    wanted = {_described(one, terms, communities): one for one in features}
    ended = [pk for described, pk in standing.items() if described not in wanted]
    for start in range(0, len(ended), 500):
        Grid.objects.filter(pk__in=ended[start : start + 500]).update(until=terms.since)
    begun = [described for described in wanted if described not in standing]
    Grid.objects.bulk_create([_grid(*described, terms) for described in begun], batch_size=500)


def _described(feature: Feature, terms: Terms, communities: dict[str, str]) -> tuple[str, str, str, bool]:
    kind = GridKind.UNIT if terms.layer is Layer.UNIT else feature.kind or GridKind.COMPREHENSIVE
    name = feature.name or words.grid_name(feature.code, communities[feature.code[: Level.COMMUNITY.digits]])
    return feature.code, name[:100], kind, terms.schematic


def _grid(code: str, name: str, kind: str, schematic: bool, terms: Terms) -> Grid:
    return Grid(
        code=code,
        layer=terms.layer,
        kind=kind,
        name=name,
        community_id=code[: Level.COMMUNITY.digits],
        since=terms.since,
        schematic=schematic,
    )


def _boundary(feature: Feature, terms: Terms, batch: ImportBatch) -> Boundary:
    west, south, east, north = feature.shape.bounds
    return Boundary(
        place=feature.code,
        layer=terms.layer,
        since=terms.since,
        geometry=shapely.to_wkb(feature.shape),
        source_datum=terms.datum.value,
        batch=batch,
        west=west,
        south=south,
        east=east,
        north=north,
    )
