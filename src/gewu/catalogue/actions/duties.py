"""Duty items become rows of routing; rulings become duty items."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q

from gewu.catalogue import queries
from gewu.catalogue.actions import rulings
from gewu.catalogue.models import Edition, ListItem, Route
from gewu.infra.versions import changed
from gewu.organisation import queries as organisation


def source_of(edition: Edition) -> str:
    """The beginning of the `source` of every route that follows from an edition."""
    return f"list:{edition.pk.hex}:"


def drive_routes(edition: Edition) -> None:
    """Write the routes of an edition that takes force: one for each class that an item names a lead for."""
    rows = []
    for item in edition.items.order_by("seq", "code"):
        if item.lead:
            rows += [_route(edition, item, prefix) for prefix in item.matters]
    Route.objects.bulk_create(rows)
    changed(queries.HELD)


def _route(edition: Edition, item: ListItem, prefix: str) -> Route:
    named = queries.list_kind(edition.kind_id).name
    unit = None if item.lead in queries.departments() else organisation.known_unit(item.lead)
    return Route(
        matter_prefix=prefix,
        place_prefix=item.place or edition.place,
        department="" if unit else item.lead,
        unit_id=unit.id if unit else None,
        assists=[one["who"] for one in item.assistants],
        reason_zh=f"《{named.zh}》第 {edition.number} 版 {item.code}：{item.title_zh}"[:200],
        reason_en=f"{named.en}, edition {edition.number}, {item.code}: {item.title_en or item.title_zh}"[
            :300
        ],
        since=max(edition.since or date.min, item.since or date.min),
        until=item.until,
        source=f"{source_of(edition)}{item.code}",
    )


def end_routes(edition: Edition, on: date) -> None:
    """Have the routes of an edition end; those that had not begun by then never begin."""
    rows = Route.objects.filter(source__startswith=source_of(edition))
    rows.filter(since__gte=on).update(until=F("since"))
    rows.filter(Q(until__isnull=True) | Q(until__gt=on), since__lt=on).update(until=on)
    changed(queries.HELD)


def take_up_rulings(edition: Edition, on: date) -> None:
    """Put into a new draft what arbiters ruled since: each ruling in force that no item holds yet."""
    found = (
        Route.objects.filter(source__startswith=rulings.SOURCE, place_prefix__startswith=edition.place)
        .filter(Q(until__isnull=True) | Q(until__gt=on))
        .select_related("unit")
        .order_by("since", "id")
    )
    held = set(edition.items.values_list("code", flat=True))
    last = edition.items.count()
    fresh = {_code(row): row for row in found if _code(row) not in held}
    ListItem.objects.bulk_create(
        ListItem(
            edition=edition,
            code=code,
            seq=last + n,
            title_zh=f"裁定：{queries.matter_name(row.matter_prefix)}",
            title_en=f"Ruling: {queries.name_of(row.matter_prefix).en}",
            category="department_only",
            matters=[row.matter_prefix],
            place=row.place_prefix if row.place_prefix != edition.place else "",
            lead=row.department or (row.unit.code if row.unit else ""),
            assistants=[{"who": one, "task": "配合主办单位办理"} for one in row.assists],
            basis=row.reason_zh,
        )
        for n, (code, row) in enumerate(fresh.items(), start=1)
    )


def _code(row: Route) -> str:
    """The code of a ruling among the items: stable, so that the next draft knows it again."""
    return f"R{row.pk.hex[-12:]}"
