"""The kinds of units, posts, crews and roles that come with the platform."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import events, permissions, queries, rules
from gewu.organisation.models import CrewModel, DutyKind, PostDuty, PostKind, Structure, UnitKind
from gewu.organisation.rules import FORCES, Seat
from gewu.security import actions as security
from gewu.security.actors import Actor, Relation

SEEDS = Path(__file__).resolve().parent.parent / "seeds"

Row = Mapping[str, str]


@dataclass(frozen=True)
class Loaded:
    """How many rows of each sort were read."""

    unit_kinds: int
    post_kinds: int
    crew_models: int
    roles: int


def load_seeds(*, actor: Actor, now: datetime, folder: Path = SEEDS) -> Loaded:
    """Write the kinds and roles of a folder of CSV files; what exists is brought up to date.

    Refuses a kind that names an unknown kind, level or seat; then nothing is written.
    """
    permissions.require_manage(actor, "")
    with store.writing():
        roles = _load_roles(_rows(folder / "roles.csv"))
        unit_kinds = _load_unit_kinds(_rows(folder / "unit_kinds.csv"))
        post_kinds = _load_post_kinds(_rows(folder / "post_kinds.csv"))
        crew_models = _load_crew_models(_rows(folder / "crew_models.csv"))
        _load_structures(_rows(folder / "structures.csv"))
        _load_duty_kinds(_rows(folder / "duty_kinds.csv"))
        _load_post_duties(_rows(folder / "post_duties.csv"))
        told = events.OrganisationSeedsLoaded(
            id=new_id(), unit_kinds=unit_kinds, post_kinds=post_kinds, crew_models=crew_models
        )
        stream.tell(told, actor=actor, now=now)
        changed(queries.HELD)
    return Loaded(unit_kinds, post_kinds, crew_models, roles)


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _load_roles(rows: Iterable[Row]) -> int:
    return security.load_roles(
        security.RoleSpec(
            row["code"],
            row["name_zh"],
            row["name_en"],
            Relation(row["relation"]),
            tuple(right for right in row["rights"].split(";") if right),
        )
        for row in rows
    )


def _load_unit_kinds(rows: list[Row]) -> int:
    known = {row["code"] for row in rows} | set(queries.unit_kinds())
    for row in rows:
        for code in _parents(row):
            _require(not code or code in known, code)
        level = row["place_level"].upper()
        _require(not level or level in Level.__members__, row["place_level"])
    for row in rows:
        UnitKind.objects.update_or_create(
            code=row["code"],
            defaults={
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
                "parent_kinds": _parents(row),
                "place_level": row["place_level"],
                "one_per_place": row["one_per_place"] == "yes",
            },
        )
    return len(rows)


def _parents(row: Row) -> list[str]:
    """The kinds above, ``-`` for standing at the top."""
    return ["" if code == "-" else code for code in row["parent_kinds"].split(";") if code]


def _load_post_kinds(rows: list[Row]) -> int:
    known = {row["code"] for row in rows}
    seats = {seat.value for seat in Seat}
    for row in rows:
        _require(not row["linked"] or row["linked"] in known, row["linked"])
        _require(row["seat"] in seats, row["seat"])
        PostKind.objects.update_or_create(
            code=row["code"],
            defaults={
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
                "seat": row["seat"],
                "slots": int(row["slots"]),
                "term_days": int(row["term_days"]) if row["term_days"] else None,
                "role": row["role"],
                "linked": row["linked"],
            },
        )
    return len(rows)


def _load_crew_models(rows: Iterable[Row]) -> int:
    models: dict[str, tuple[Row, list[dict[str, str | int]]]] = {}
    for row in rows:
        _require(PostKind.objects.filter(code=row["post_kind"]).exists(), row["post_kind"])
        part: dict[str, str | int] = {name: row[name] for name in ("part_zh", "part_en", "post_kind")}
        models.setdefault(row["code"], (row, []))[1].append({**part, "slots": int(row["slots"])})
    for code, (row, parts) in models.items():
        CrewModel.objects.update_or_create(
            code=code, defaults={"name_zh": row["name_zh"], "name_en": row["name_en"], "parts": parts}
        )
    return len(models)


def _load_structures(rows: Iterable[Row]) -> None:
    found: dict[str, tuple[Row, list[str]]] = {}
    for row in rows:
        _require(UnitKind.objects.filter(code=row["unit_kind"]).exists(), row["unit_kind"])
        found.setdefault(row["code"], (row, []))[1].append(row["unit_kind"])
    for code, (row, levels) in found.items():
        Structure.objects.update_or_create(
            code=code, defaults={"name_zh": row["name_zh"], "name_en": row["name_en"], "levels": levels}
        )


def _load_duty_kinds(rows: Iterable[Row]) -> None:
    for row in rows:
        _require(row["force"] in FORCES, row["force"])
        DutyKind.objects.update_or_create(
            code=row["code"],
            defaults={
                "name_zh": row["name_zh"],
                "name_en": row["name_en"],
                "force": row["force"],
                "most_hours": int(row["most_hours"]) if row["most_hours"] else None,
            },
        )


def _load_post_duties(rows: Iterable[Row]) -> None:
    """Duties of the kinds that have none yet; what an administrator set stays."""
    set_already = set(PostDuty.objects.values_list("post_kind_id", flat=True))
    new = [row for row in rows if row["post_kind"] not in set_already]
    for row in new:
        _require(PostKind.objects.filter(code=row["post_kind"]).exists(), row["post_kind"])
        rules.check_duty(row["text_zh"], row["rhythm"], int(row["on_day"]) if row["on_day"] else None)
    PostDuty.objects.bulk_create(
        PostDuty(
            post_kind_id=row["post_kind"],
            seq=int(row["seq"]),
            text_zh=row["text_zh"],
            text_en=row["text_en"],
            rhythm=row["rhythm"],
            on_day=int(row["on_day"]) if row["on_day"] else None,
        )
        for row in new
    )


def _require(known: bool, word: str) -> None:
    if not known:
        raise Refusal(say("组织机构种子文件里有未知的词“{word}”", word=word), Kind.MISSING)
