"""The items of a draft: written by hand or read from a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from gewu.catalogue import events, permissions, queries, rules
from gewu.catalogue.models import Edition, ListItem
from gewu.catalogue.rules import KindFacts
from gewu.infra import sheets, store, stream
from gewu.kernel.places import checked, is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, TextList, say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor

#: Columns of a table that are parts of the item itself; any other column is a word of it.
COLUMNS = (
    "code",
    "title_zh",
    "title_en",
    "category",
    "matters",
    "place",
    "lead",
    "lead_task",
    "assistants",
    "basis",
    "approver",
    "since",
    "until",
)  # fmt: skip -- a list of names
LONGEST_WORD = 2000
MOST_ITEMS = 5000


@dataclass(frozen=True)
class ItemSpec:
    """An item as data. ``assistants`` are pairs of who and task; codes of departments or units."""

    code: str
    title_zh: str
    title_en: str = ""
    category: str = ""
    matters: tuple[str, ...] = ()
    place: str = ""
    lead: str = ""
    lead_task: str = ""
    assistants: tuple[tuple[str, str], ...] = ()
    basis: str = ""
    approver: str = ""
    since: date | None = None
    until: date | None = None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BadRow:
    """A row of a table that cannot become an item, and why."""

    line: int
    text: Text


@dataclass(frozen=True)
class ItemsRead:
    """What a table would bring: items, and the rows that must be mended first."""

    items: tuple[ItemSpec, ...]
    bad: tuple[BadRow, ...]


def put_items(edition_id: UUID, specs: Iterable[ItemSpec], *, actor: Actor, now: datetime) -> int:
    """Write items into a draft; an item of the same code is replaced. Returns how many.

    Refused are: an edition that is no draft, and items that their kind does not accept.
    """
    wanted = {spec.code: spec for spec in specs}
    with store.writing():
        edition = _draft(edition_id, actor)
        kind = queries.list_kind(edition.kind_id)
        for spec in wanted.values():
            check(kind, edition.place, spec)
        _write(edition, wanted)
        codes = "、".join(sorted(wanted)[:8])
        told = events.ItemsChanged(id=edition.pk, place=edition.place, codes=codes, items=len(wanted))
        stream.tell(told, actor=actor, now=now)
    return len(wanted)


def _write(edition: Edition, wanted: Mapping[str, ItemSpec]) -> None:
    held = dict(edition.items.values_list("code", "seq"))
    if len(held.keys() | wanted.keys()) > MOST_ITEMS:
        raise Refusal(say("一版清单最多 {n} 条", n=MOST_ITEMS), Kind.TOO_LARGE)
    edition.items.filter(code__in=list(wanted)).delete()
    last = max(held.values(), default=0)
    new = [code for code in wanted if code not in held]
    seqs = held | {code: last + n for n, code in enumerate(new, start=1)}
    ListItem.objects.bulk_create([_row(edition, spec, seqs[code]) for code, spec in wanted.items()])


def _row(edition: Edition, spec: ItemSpec, seq: int) -> ListItem:
    return ListItem(
        edition=edition,
        code=spec.code,
        seq=seq,
        title_zh=spec.title_zh,
        title_en=spec.title_en,
        category=spec.category,
        matters=list(spec.matters),
        place=spec.place,
        lead=spec.lead,
        lead_task=spec.lead_task,
        assistants=[{"who": who, "task": task} for who, task in spec.assistants],
        basis=spec.basis,
        approver=spec.approver,
        words={name: text for name, text in spec.words.items() if text},
        since=spec.since,
        until=spec.until,
    )


def remove_item(edition_id: UUID, code: str, *, actor: Actor, now: datetime) -> None:
    """Take an item out of a draft; one that is not there is refused."""
    with store.writing():
        edition = _draft(edition_id, actor)
        gone, _ = edition.items.filter(code=code).delete()
        if not gone:
            raise Refusal(say("清单中没有条目“{code}”", code=code), Kind.MISSING)
        told = events.ItemsChanged(id=edition.pk, place=edition.place, codes=code, items=1)
        stream.tell(told, actor=actor, now=now)


def _draft(edition_id: UUID, actor: Actor) -> Edition:
    edition = Edition.objects.select_for_update().filter(pk=edition_id).first()
    if edition is None:
        raise Refusal(say("没有这一版清单"), Kind.MISSING)
    permissions.require_manage(actor, edition.place)
    if edition.state != "draft":
        raise Refusal(say("只有草案可以修改条目"), Kind.CONFLICT, advice=say("请先退回修改，或另起一版"))
    return edition


def check(kind: KindFacts, place: str, spec: ItemSpec) -> None:
    """Refuse an item that its kind does not accept, or that names what does not exist."""
    _check_lengths(spec)
    missing = rules.missing_words(kind, spec.words)
    if missing:
        labels = TextList(tuple(rules.WORD_LABELS.get(one, Text(one)) for one in missing))
        raise Refusal(say("条目 {code} 缺少：{what}", code=spec.code, what=labels), field=missing[0])
    if kind.categories and spec.category not in kind.categories:
        raise Refusal(
            say("条目 {code} 的类别“{value}”不可用", code=spec.code, value=spec.category), field="category"
        )
    if spec.place and not is_within(checked(spec.place), place):
        raise Refusal(say("条目 {code} 的区域不在清单的区域内", code=spec.code), field="place")
    if spec.since and spec.until and spec.until <= spec.since:
        raise Refusal(say("停用日期要晚于启用日期"), field="until")
    link = spec.words.get("link", "")
    if link and not link.startswith(("https://", "http://", "/")):
        raise Refusal(say("条目 {code} 的办理入口不是网址", code=spec.code), field="link")
    for code in (*([spec.lead] if spec.lead else []), *(who for who, _ in spec.assistants)):
        if code not in queries.departments() and organisation.unit(code) is None:
            raise Refusal(say("没有部门或单位“{code}”", code=code), Kind.MISSING, field="lead")


def _check_lengths(spec: ItemSpec) -> None:
    if not spec.code or not spec.title_zh:
        raise Refusal(say("条目要有编号和名称"), field="code")
    limits = {"code": 20, "title_zh": 120, "title_en": 200, "basis": 300, "approver": 100, "lead_task": 300}
    for name, most in limits.items():
        if len(getattr(spec, name)) > most:
            raise Refusal(say("文字过长，最多 {n} 个字", n=most), field=name)
    said = (*spec.words.values(), *(task for _, task in spec.assistants), spec.title_zh, spec.basis)
    if any(len(text) > LONGEST_WORD or "\0" in text for text in said):
        raise Refusal(say("条目 {code} 的文字过长或有不能保存的字符", code=spec.code), field="words")


def read_items(kind: str, place: str, sheet: sheets.Sheet) -> ItemsRead:
    """A table as items, written nowhere; every row that cannot become one is named with the reason."""
    sheet.require(("code", "title_zh"))
    known = queries.list_kind(kind)
    good: list[ItemSpec] = []
    bad: list[BadRow] = []
    seen: set[str] = set()
    for row in sheet.rows:
        try:
            spec = spec_of(row.cells)
            check(known, place, spec)
            if spec.code in seen:
                raise Refusal(say("编号“{code}”重复", code=spec.code))
            seen.add(spec.code)
            good.append(spec)
        except Refusal as refused:
            bad.append(BadRow(row.line, refused.text))
    return ItemsRead(tuple(good), tuple(bad))


def spec_of(cells: Mapping[str, str]) -> ItemSpec:
    """A row of a table as an item. Several classes are parted by blanks, assistants by ``；``."""
    get = cells.get
    return ItemSpec(
        code=get("code", ""),
        title_zh=get("title_zh", ""),
        title_en=get("title_en", ""),
        category=get("category", ""),
        matters=tuple("" if one == "*" else one for one in get("matters", "").replace(";", " ").split()),
        place=get("place", ""),
        lead=get("lead", ""),
        lead_task=get("lead_task", ""),
        assistants=assistants_of(get("assistants", "")),
        basis=get("basis", ""),
        approver=get("approver", ""),
        since=_day(get("since", ""), "since"),
        until=_day(get("until", ""), "until"),
        words={name: text for name, text in cells.items() if name not in COLUMNS and text},
    )


def assistants_of(text: str) -> tuple[tuple[str, str], ...]:
    """``code：task；code：task`` as pairs; a blank task is kept and refused later where it must be said."""
    parts = [one for one in text.replace(";", "；").replace("\n", "；").split("；") if one.strip()]
    pairs: Sequence[tuple[str, str, str]] = [one.replace(":", "：", 1).partition("：") for one in parts]
    return tuple((who.strip(), task.strip()) for who, _, task in pairs)


def _day(text: str, name: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise Refusal(say("“{value}”不是 2026-10-01 这样的日期", value=text), field=name) from None
