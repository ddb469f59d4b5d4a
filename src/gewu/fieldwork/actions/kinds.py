"""Kinds, forms and checklists come from files; a list is replaced by a new edition."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import events, permissions, queries, rules
from gewu.fieldwork.actions import clues
from gewu.fieldwork.models import CheckItem, Checklist, LoadLimit, PlanKind, PlanTemplate, RecordForm
from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor
from gewu.territory import queries as territory

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
Row = Mapping[str, str]
#: So many items can be looked at; more is a slip.
MOST_ITEMS = 1000
#: More tasks on one day than this are no limit.
MOST_TASKS = 100


@dataclass(frozen=True)
class ItemDraft:
    """One line of a new edition."""

    code: str
    category: str
    category_zh: str
    name_zh: str
    category_en: str = ""
    name_en: str = ""
    frequency: str = "daily"
    matter: str = ""
    evidence: tuple[str, ...] = ()
    record_type: str = ""
    privacy: str = "internal"


def load_seeds(*, actor: Actor, now: datetime, place: str, folder: Path = SEEDS) -> int:
    """Bring kinds and forms up to date from their files, and load each checklist that is not there yet.

    A list that stands is never touched: the city may have published its own edition. Returns how many
    items there are. Refused is a file whose row cannot be read, by file and line.
    """
    permissions.require_at(actor, permissions.MANAGE, place)
    with store.writing():
        clues.load_rules(folder / "clue_rules.csv")
        forms, kinds = _load_forms(folder), _load_kinds(folder)
        _load_templates(folder)
        _load_limits(folder)
        fresh = [row for row in _rows(folder / "checklists.csv") if not _stands(row["code"])]
        for row in fresh:
            _first_edition(row, folder, actor=actor, now=now)
        if fresh:
            told = events.FieldworkLoaded(
                id=new_id(), place=place, kinds=kinds, forms=forms, lists=len(fresh)
            )
            stream.tell(told, actor=actor, now=now)
        changed(queries.HELD)
        changed(queries.HELD_LIMITS)
    return sum(len(one.items) for one in queries.checklists())


def _stands(code: str) -> bool:
    return Checklist.objects.filter(code=code).exists()


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _load_forms(folder: Path) -> int:
    fields: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(folder / "form_fields.csv"):
        fields.setdefault(row["form"], []).append(_field(row))
    found = [
        RecordForm(**row, fields=fields.get(row["code"], []), seq=seq)
        for seq, row in enumerate(_rows(folder / "record_forms.csv"))
    ]
    return _put(RecordForm, found)


def _field(row: Row) -> dict[str, Any]:
    if row["type"] not in rules.FIELD_TYPES:
        raise Refusal(say("表格字段类型“{type}”不认识", type=row["type"]))
    return {
        "code": row["code"],
        "name_zh": row["name_zh"],
        "name_en": row["name_en"],
        "type": row["type"],
        "choices": [one for one in row["choices"].split("|") if one],
        "required": row["required"] == "yes",
        "matter": row["matter"],
        "matters": [one for one in row["matters"].split("|") if one],
    }


#: What a kind has or has not.
_FLAGS = ("listed", "signs_none", "checks_in", "unplanned", "tracks", "backed", "joint")


def _load_kinds(folder: Path) -> int:
    readers: Mapping[str, Callable[[str], Any]] = {
        **dict.fromkeys(_FLAGS, lambda text: text == "yes"),
        **dict.fromkeys(("opens_at", "closes_at"), lambda text: time.fromisoformat(text) if text else None),
        **dict.fromkeys(("again_days", "grace_days"), int),
    }
    found = []
    for seq, row in enumerate(_rows(folder / "plan_kinds.csv")):
        values = {name: readers.get(name, str)(text) for name, text in row.items() if name != "form"}
        found.append(PlanKind(**values, form_id=row["form"], seq=seq))
    return _put(PlanKind, found)


def _load_templates(folder: Path) -> int:
    found = [
        PlanTemplate(
            **{
                name: row[name]
                for name in ("code", "name_zh", "name_en", "who", "whom", "checklist", "rhythm", "duty")
            },
            kind_id=row["kind"],
            categories=_parts(row["categories"]),
            weekdays=[int(one) for one in _parts(row["weekdays"])],
            month_days=[int(one) for one in _parts(row["month_days"])],
            workdays=row["workdays"] == "yes",
            key_period=row["key_period"] == "yes",
            seq=seq,
        )
        for seq, row in enumerate(_rows(folder / "plan_templates.csv"))
    ]
    return _put(PlanTemplate, found)


def _parts(text: str) -> list[str]:
    return [one for one in text.split(";") if one]


def _load_limits(folder: Path) -> int:
    """Limits that are there already keep what was given to them."""
    rows = [LoadLimit(**{**row, "tasks": int(row["tasks"])}) for row in _rows(folder / "load_limits.csv")]
    LoadLimit.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def set_load_limit(place: str, tasks: int, *, basis: str, actor: Actor, now: datetime) -> LoadLimit:
    """Say how many tasks a grid may have on one day, in a place and all that lies in it; told and dated.

    Refused are whoever does not keep the catalogue there, a number that is no limit, and no basis.
    """
    permissions.require_at(actor, permissions.MANAGE, place)
    if not 1 <= tasks <= MOST_TASKS:
        raise Refusal(say("每天的任务数要在 1 到 {n} 之间", n=MOST_TASKS), field="tasks")
    if not basis.strip():
        raise Refusal(say("请写明依据"), field="basis")
    if place:
        territory.place(place)
    with store.writing():
        row, _ = LoadLimit.objects.update_or_create(
            place=place, defaults={"tasks": tasks, "basis": basis.strip()[:300]}
        )
        told = events.LoadLimitSet(id=new_id(), place=place, tasks=tasks)
        stream.tell(told, actor=actor, now=now, words={"reason": basis.strip()[:300]})
        changed(queries.HELD_LIMITS)
    return row


def _put(model: Any, found: Sequence[Any]) -> int:
    names = [one.name for one in model._meta.concrete_fields if one.name != "code"]
    model.objects.bulk_create(found, update_conflicts=True, unique_fields=["code"], update_fields=names)
    return len(found)


def _first_edition(row: Row, folder: Path, *, actor: Actor, now: datetime) -> None:
    drafts = [item_of(line) for line in _rows(folder / row["file"])]
    head = {name: row[name] for name in ("code", "name_zh", "name_en", "basis")}
    _write(Checklist(**head, edition=1, since=date.fromisoformat(row["since"])), drafts, actor=actor, now=now)


def item_of(row: Row) -> ItemDraft:
    """A line of a file of items: patrol items and duties name their columns a little differently."""
    item = "item" if "item_code" in row else "duty"
    return ItemDraft(
        code=row[f"{item}_code"],
        category=row["category_code"],
        category_zh=row["category_zh"],
        category_en=row.get("category_en", ""),
        name_zh=row[f"{item}_zh"],
        name_en=row.get(f"{item}_en", ""),
        frequency=row.get("frequency", "daily"),
        matter=row.get("matter_code", ""),
        evidence=tuple(one for one in row.get("evidence", "").split(";") if one),
        record_type=row.get("record_type", ""),
        privacy=row.get("privacy_class", "") or "internal",
    )


def revise_checklist(
    code: str,
    items: Sequence[ItemDraft],
    *,
    since: date,
    basis: str,
    place: str,
    actor: Actor,
    now: datetime,
) -> Checklist:
    """Publish the next edition of a checklist, from a day on; the one before holds until then.

    Tasks that were laid before keep the edition they were laid with. Refused are a day that is not after
    the last edition began, no items, a code that comes twice, an unknown class, a missing basis.
    """
    permissions.require_at(actor, permissions.MANAGE, place)
    last = queries.editions_of(code)[0]
    if since <= last.since:
        raise Refusal(say("新的一版要晚于现行版的生效日期 {day}", day=last.since.isoformat()), field="since")
    if not basis.strip():
        raise Refusal(say("请写明依据"), field="basis")
    _check(items, since)
    with store.writing():
        Checklist.objects.filter(pk=last.id).update(until=since)
        row = Checklist(
            code=code, edition=last.edition + 1, name_zh=last.name_zh, name_en=last.name_en,
            basis=basis.strip()[:300], since=since,
        )  # fmt: skip
        _write(row, items, actor=actor, now=now)
        changed(queries.HELD)
    return row


def _check(items: Sequence[ItemDraft], since: date) -> None:
    if not 0 < len(items) <= MOST_ITEMS:
        raise Refusal(say("清单要有 1 到 {n} 项", n=MOST_ITEMS), field="items")
    seen: set[str] = set()
    for n, one in enumerate(items, start=1):
        if not one.code or not one.name_zh or one.code in seen:
            raise _bad(n, say("代码和名称不能为空，代码不能重复"))
        seen.add(one.code)
        if one.matter:
            catalogue.matter(one.matter, on=since)


def _bad(line: int, what: Text) -> Refusal:
    return Refusal(say("第 {line} 项：{what}", line=line, what=what), field="items")


def _write(row: Checklist, items: Sequence[ItemDraft], *, actor: Actor, now: datetime) -> None:
    row.made_by, row.made_at = actor.ref, now
    row.save(force_insert=True)
    CheckItem.objects.bulk_create(
        CheckItem(
            checklist=row, code=one.code, category=one.category, category_zh=one.category_zh,
            category_en=one.category_en or one.category_zh, name_zh=one.name_zh,
            name_en=one.name_en or one.name_zh, frequency=one.frequency, matter=one.matter,
            evidence=list(one.evidence), record_type=one.record_type, privacy=one.privacy, seq=seq,
        )
        for seq, one in enumerate(items)
    )  # fmt: skip
    told = events.ChecklistRevised(id=row.pk, code=row.code, edition=row.edition, items=len(items))
    stream.tell(told, actor=actor, now=now)
