"""Units: set up, named, moved, closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.places import checked
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import events, permissions, queries, rules
from gewu.organisation.models import Mandate, Post, Shift, Unit, UnitAlias
from gewu.security import actions as security
from gewu.security.actors import Actor
from gewu.territory import queries as territory

#: Length of the column of the path, and of the unit in a standing.
LONGEST_PATH = 200


@dataclass(frozen=True)
class UnitSpec:
    """A unit as data. ``parent`` is the code of the unit above; ``since`` is today when not given."""

    kind: str
    code: str
    name_zh: str
    place: str
    parent: str = ""
    name_en: str = ""
    department: str = ""
    contact: str = ""
    since: date | None = None


def add_unit(spec: UnitSpec, *, actor: Actor, now: datetime) -> Unit:
    """Set up one unit; a code in use is refused, and whatever `add_units` refuses."""
    with store.writing():
        if Unit.objects.filter(code=spec.code).exists():
            raise Refusal(say("单位代码“{code}”已被使用", code=spec.code), Kind.CONFLICT, field="code")
        return add_units([spec], actor=actor, now=now)[0]


def add_units(specs: Iterable[UnitSpec], *, actor: Actor, now: datetime) -> list[Unit]:
    """Set up the units whose code is new, a parent before its parts; returns only those.

    Refuses a wrong parent kind or place level (a skipped level), a second unit where a place has one,
    and a place that nobody knows. Nothing is written when one is refused.
    """
    wanted = list(specs)
    _check_places({spec.place for spec in wanted}, actor)
    with store.writing():
        known = _known(wanted)
        fresh = [spec for spec in wanted if spec.code not in known]
        taken = _taken({spec.place for spec in fresh})
        rows = [_placed(spec, known, taken, now) for spec in fresh]
        Unit.objects.bulk_create(rows)
        for row in rows:
            stream.tell(_added(row, known), actor=actor, now=now)
        changed(queries.HELD)
    return rows


def _check_places(places: set[str], actor: Actor) -> None:
    for place in places:
        permissions.require_manage(actor, checked(place))
    for place in sorted(places - territory.paths_of(places).keys()):
        raise Refusal(say("没有代码为 {code} 的区划或网格", code=place), Kind.MISSING, field="place")


def _known(specs: Iterable[UnitSpec]) -> dict[str, Unit]:
    codes = {code for spec in specs for code in (spec.code, spec.parent) if code}
    return {row.code: row for row in Unit.objects.filter(code__in=codes)}


def _taken(places: set[str]) -> set[tuple[str, str]]:
    rows = Unit.objects.filter(place__in=places, until__isnull=True)
    return set(rows.values_list("kind_id", "place"))


def _placed(spec: UnitSpec, known: dict[str, Unit], taken: set[tuple[str, str]], now: datetime) -> Unit:
    """A checked row, entered into what is known and taken so that the next one sees it."""
    kind = _kind(spec.kind)
    parent = _parent(spec.parent, known)
    rules.check_unit(
        kind, parent_kind=parent.kind_id if parent else "", place=spec.place, kinds=queries.unit_kinds()
    )
    rules.check_alone(kind, spec.place, taken)
    row = Unit(
        id=new_id(),
        kind_id=kind.code,
        code=spec.code,
        name_zh=spec.name_zh,
        name_en=spec.name_en,
        place=spec.place,
        parent=parent,
        path=_path(parent, spec.code),
        department=spec.department,
        contact=spec.contact,
        since=spec.since or timezone.localdate(now),
    )
    known[spec.code] = row
    taken.add((kind.code, spec.place))
    return row


def _kind(code: str) -> rules.KindFacts:
    found = queries.unit_kinds().get(code)
    if found is None:
        raise Refusal(say("没有“{code}”这种单位", code=code), Kind.MISSING, field="kind")
    return found


def _parent(code: str, known: Mapping[str, Unit]) -> Unit | None:
    if not code:
        return None
    found = known.get(code)
    if found is None or found.until is not None:
        raise Refusal(say("没有上级单位“{code}”，或它已撤销", code=code), Kind.MISSING, field="parent")
    return found


def _path(parent: Unit | None, code: str) -> str:
    if not code or "/" in code:
        raise Refusal(say("单位代码不能为空，也不能含“/”"), field="code")
    path = rules.path_under(parent.path if parent else "", code)
    if len(path) > LONGEST_PATH:
        raise Refusal(say("单位层级的代码合计过长（最多 {n} 个字符）", n=LONGEST_PATH), field="code")
    return path


def _added(row: Unit, known: Mapping[str, Unit]) -> events.UnitAdded:
    parent = row.parent.code if row.parent else ""
    return events.UnitAdded(id=row.pk, place=row.place, code=row.code, kind=row.kind_id, parent=parent)


def close_unit(code: str, *, actor: Actor, now: datetime) -> None:
    """Close a unit from today on. One with open units below or people on its posts is refused."""
    with store.writing():
        row = _open(code)
        permissions.require_manage(actor, row.place)
        if Unit.objects.filter(parent=row, until__isnull=True).exists():
            raise Refusal(say("“{name}”之下还有单位，不能撤销", name=row.name_zh), Kind.CONFLICT)
        if queries.in_force(now).filter(unit=row).exists():
            raise Refusal(
                say("“{name}”还有人在岗，不能撤销", name=row.name_zh),
                Kind.CONFLICT,
                advice=say("请先结束现任的任职"),
            )
        row.until = timezone.localdate(now)
        row.save(update_fields=["until"])
        stream.tell(events.UnitClosed(id=row.pk, place=row.place, code=code), actor=actor, now=now)
        changed(queries.HELD)


def _open(code: str) -> Unit:
    row = Unit.objects.select_for_update().filter(code=code, until__isnull=True).first()
    if row is None:
        raise Refusal(say("没有单位“{code}”，或它已撤销", code=code), Kind.MISSING, field="unit")
    return row


def rename_unit(code: str, name_zh: str, *, actor: Actor, now: datetime, name_en: str = "") -> None:
    """Give a unit another name; the old one stays as an alias, so that files with it still fit."""
    with store.writing():
        row = _open(code)
        permissions.require_manage(actor, row.place)
        if not name_zh.strip():
            raise Refusal(say("单位名称不能为空"), field="name")
        UnitAlias.objects.get_or_create(name=row.name_zh, defaults={"unit": row})
        row.name_zh, row.name_en = name_zh.strip(), name_en or row.name_en
        row.save(update_fields=["name_zh", "name_en"])
        stream.tell(events.UnitRenamed(id=row.pk, place=row.place, code=code), actor=actor, now=now)
        changed(queries.HELD)


def add_alias(code: str, name: str, *, actor: Actor, now: datetime) -> None:
    """Note another name of a unit; a name that belongs to another unit is refused."""
    with store.writing():
        row = _open(code)
        permissions.require_manage(actor, row.place)
        alias, made = UnitAlias.objects.get_or_create(name=name.strip(), defaults={"unit": row})
        if alias.unit_id != row.pk:
            raise Refusal(say("“{name}”已是另一单位的别名", name=name), Kind.CONFLICT, field="name")
        if made:
            stream.tell(events.UnitAliasAdded(id=row.pk, place=row.place, code=code), actor=actor, now=now)
            changed(queries.HELD)


def move_unit(code: str, *, parent: str, actor: Actor, now: datetime, place: str = "") -> None:
    """Put a unit with everything below it under another one, and at another place when given.

    Posts and rights below move along. Refuses what a new unit would be refused, and a unit below itself.
    """
    with store.writing():
        row = _open(code)
        above = _parent(parent, {one.code: one for one in Unit.objects.filter(code=parent)})
        seat = place or row.place
        permissions.require_manage(actor, row.place)
        _check_places({seat}, actor)
        _check_move(row, above, seat)
        old = row.path
        row.parent = above
        row.save(update_fields=["parent"])
        _move_subtree(row, _path(above, row.code), seat, now)
        moved = events.UnitMoved(id=row.pk, place=seat, old_path=old, new_path=_path(above, row.code))
        stream.tell(moved, actor=actor, now=now)
        changed(queries.HELD)


def _check_move(row: Unit, above: Unit | None, seat: str) -> None:
    if above is not None and above.path.startswith(row.path):
        raise Refusal(say("单位不能移到自己之下"), field="parent")
    kind = _kind(row.kind_id)
    rules.check_unit(kind, parent_kind=above.kind_id if above else "", place=seat, kinds=queries.unit_kinds())
    if seat != row.place:
        rules.check_alone(kind, seat, _taken({seat}))


def _move_subtree(top: Unit, path: str, place: str, now: datetime) -> None:
    old_path, old_place = top.path, top.place
    rows = list(Unit.objects.filter(path__startswith=old_path))
    for row in rows:
        row.path = rules.moved(row.path, old_path, path)
        row.place = rules.moved(row.place, old_place, place)
        if len(row.path) > LONGEST_PATH:
            raise Refusal(say("单位层级的代码合计过长（最多 {n} 个字符）", n=LONGEST_PATH), field="parent")
    Unit.objects.bulk_update(rows, ["path", "place"])
    for row in rows:
        Shift.objects.filter(unit=row, begins_at__gte=now).update(place=row.place)
        _move_powers(row, old_place, place)
    _move_posts({row.pk: row for row in rows})


def _move_powers(unit: Unit, old: str, new: str) -> None:
    """A power holds where its unit now stands, as far inside it as before."""
    for power in Mandate.objects.filter(unit=unit):
        power.place = rules.moved(power.place, old, new)
        power.save(update_fields=["place"])


def _move_posts(units: Mapping[object, Unit]) -> None:
    """Rights follow the post: what was given for a unit is given for where it now stands."""
    posts = list(Post.objects.filter(unit__in=list(units)).select_related("standing"))
    for post in posts:
        unit = units[post.unit_id]
        post.place = unit.place
        if post.standing is not None:
            security.move_role(post.standing, place=unit.place, unit_path=unit.path)
    Post.objects.bulk_update(posts, ["place"])
