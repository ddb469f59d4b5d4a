"""Kinds, forms and checklists, held in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from gewu.fieldwork import rules
from gewu.fieldwork.models import CheckItem, Checklist, PlanKind, RecordForm
from gewu.infra.versions import Held
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, say

#: The name under which kinds and lists are held in memory.
HELD = "fieldwork"


@dataclass(frozen=True)
class FormFacts:
    """A form of records."""

    code: str
    name_zh: str
    name_en: str
    role: str
    duty: str
    fields: tuple[rules.FormField, ...]

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)


@dataclass(frozen=True)
class KindFacts:
    """A kind of plan with its rules."""

    code: str
    name_zh: str
    name_en: str
    form: str
    listed: bool
    signs_none: bool
    checks_in: bool
    unplanned: bool
    tracks: bool
    backed: bool
    joint: bool
    opens_at: time | None
    closes_at: time | None
    again_days: int
    grace_days: int
    channel: str

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)


@dataclass(frozen=True)
class ItemFacts:
    """One thing to look at. ``id`` is that of its edition; ``code`` lasts over all of them."""

    id: int
    code: str
    category: str
    category_zh: str
    category_en: str
    name_zh: str
    name_en: str
    frequency: str
    matter: str
    evidence: tuple[str, ...]
    record_type: str
    privacy: str

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)

    @property
    def category_name(self) -> Name:
        return Name(self.category_zh, self.category_en)


@dataclass(frozen=True)
class ListFacts:
    """One edition of a checklist with its items in order."""

    id: UUID
    code: str
    edition: int
    name_zh: str
    name_en: str
    basis: str
    since: date
    until: date | None
    items: tuple[ItemFacts, ...]

    @property
    def name(self) -> Name:
        return Name(self.name_zh, self.name_en)

    @property
    def categories(self) -> tuple[tuple[str, Name], ...]:
        """The categories in their order: code and name."""
        return tuple({one.category: one.category_name for one in self.items}.items())

    def chosen(self, codes: tuple[str, ...]) -> tuple[ItemFacts, ...]:
        """The items of these codes, in the order of the list; without any all of them."""
        return tuple(one for one in self.items if not codes or one.code in codes)

    def item(self, code: str) -> ItemFacts:
        """The item of that code; an unknown one is refused."""
        found = next((one for one in self.items if one.code == code), None)
        if found is None:
            raise Refusal(say("清单中没有检查项 {code}", code=code), Kind.MISSING, field="item")
        return found

    def covers(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True)
class _Held:
    kinds: Mapping[str, KindFacts]
    forms: Mapping[str, FormFacts]
    lists: Mapping[str, tuple[ListFacts, ...]]
    by_id: Mapping[UUID, ListFacts]


def _load() -> _Held:
    lists = _load_lists()
    by_code: dict[str, list[ListFacts]] = {}
    for one in lists:
        by_code.setdefault(one.code, []).append(one)
    return _Held(
        {row.code: _kind(row) for row in PlanKind.objects.order_by("seq")},
        {row.code: _form(row) for row in RecordForm.objects.order_by("seq")},
        {code: tuple(found) for code, found in by_code.items()},
        {one.id: one for one in lists},
    )


def _kind(row: PlanKind) -> KindFacts:
    return KindFacts(
        row.code, row.name_zh, row.name_en, row.form_id, row.listed, row.signs_none, row.checks_in,
        row.unplanned, row.tracks, row.backed, row.joint, row.opens_at, row.closes_at, row.again_days,
        row.grace_days, row.channel,
    )  # fmt: skip


def _form(row: RecordForm) -> FormFacts:
    return FormFacts(row.code, row.name_zh, row.name_en, row.role, row.duty, rules.fields_of(row.fields))


def _load_lists() -> list[ListFacts]:
    items: dict[UUID, list[ItemFacts]] = {}
    for row in CheckItem.objects.order_by("seq", "id"):
        items.setdefault(row.checklist_id, []).append(_item(row))
    return [
        ListFacts(
            row.pk, row.code, row.edition, row.name_zh, row.name_en, row.basis, row.since, row.until,
            tuple(items.get(row.pk, ())),
        )
        for row in Checklist.objects.order_by("code", "-edition")
    ]  # fmt: skip


def _item(row: CheckItem) -> ItemFacts:
    return ItemFacts(
        row.pk, row.code, row.category, row.category_zh, row.category_en, row.name_zh, row.name_en,
        row.frequency, row.matter, tuple(row.evidence), row.record_type, row.privacy,
    )  # fmt: skip


_held: Held[_Held] = Held(HELD, _load)


def kinds() -> tuple[KindFacts, ...]:
    """The kinds of plan, in their order."""
    return tuple(_held.get().kinds.values())


def kind(code: str) -> KindFacts:
    """The kind of that code; an unknown one is refused."""
    found = _held.get().kinds.get(code)
    if found is None:
        raise Refusal(say("没有“{code}”这种计划", code=code), Kind.MISSING, field="kind")
    return found


def forms() -> tuple[FormFacts, ...]:
    """The forms of records, in their order."""
    return tuple(_held.get().forms.values())


def form(code: str) -> FormFacts:
    """The form of that code; an unknown one is refused."""
    found = _held.get().forms.get(code)
    if found is None:
        raise Refusal(say("没有“{code}”这种记录表", code=code), Kind.MISSING, field="form")
    return found


def checklists() -> tuple[ListFacts, ...]:
    """The newest edition of each checklist, by code."""
    return tuple(editions[0] for editions in _held.get().lists.values())


def editions_of(code: str) -> tuple[ListFacts, ...]:
    """Every edition of a checklist, the newest first; an unknown list is refused."""
    found = _held.get().lists.get(code)
    if not found:
        raise Refusal(say("没有“{code}”这份清单", code=code), Kind.MISSING, field="checklist")
    return found


def checklist(code: str, on: date) -> ListFacts:
    """The edition of a list in force on a day. Refused are an unknown list and a day before its first one."""
    for one in editions_of(code):
        if one.covers(on):
            return one
    raise Refusal(say("清单“{code}”在{day}还没有生效", code=code, day=on.isoformat()), field="checklist")


def edition(key: UUID) -> ListFacts:
    """An edition by its id."""
    return _held.get().by_id[key]


def duty(code: str, on: date) -> ItemFacts:
    """An item of the duty list of grid workers in force on a day."""
    return checklist(DUTIES, on).item(code)


#: The list of patrol items and the list of duties, as they are shipped.
PATROL, DUTIES = "grid_patrol", "grid_duty"
