"""What a list says of a matter, whether work may be given by it, and how two editions differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher

from gewu.kernel.places import is_within
from gewu.kernel.texts import Name, Text, say

#: What a kind of list does when work is given: nothing, only what is listed, never what is listed.
ONLY_LISTED, NEVER_LISTED = "only_listed", "never_listed"

#: What the words of an item are called on screens and in refusals.
WORD_LABELS: Mapping[str, Text] = {
    "link": say("办理入口"),
    "limit": say("办理时限"),
    "papers": say("所需材料"),
    "result": say("办理结果"),
    "law": say("法律法规"),
    "article": say("条款"),
    "text": say("条文"),
    "steps": say("办理步骤"),
    "follows": say("遵循的规范"),
    "criteria": say("办结标准"),
    "evidence": say("办理凭证"),
    "post": say("责任岗位"),
    "group": say("类别"),
    "frequency": say("频次"),
    "note": say("说明"),
}
#: What the other parts of an item are called.
PART_LABELS: Mapping[str, Text] = {
    "title": say("名称"),
    "category": say("类别"),
    "matters": say("事项类别"),
    "lead": say("主办"),
    "lead_task": say("主办任务"),
    "assistants": say("协办"),
    "basis": say("依据"),
    "until": say("截至"),
}
#: The sorts of item that kinds of list know.
CATEGORY_LABELS: Mapping[str, Text] = {
    "department_only": say("部门专有"),
    "street_only": say("街道专有"),
    "shared": say("共同承担"),
    "handle": say("处置"),
    "verify": say("核实"),
    "must": say("依法履行"),
    "assist": say("协助"),
}


@dataclass(frozen=True)
class KindFacts:
    """A kind of list as data: what its items must say, and what follows from being listed."""

    code: str
    name: Name
    purpose: Name
    guard: str
    #: The kinds of unit whose work the guard watches.
    unit_kinds: tuple[str, ...]
    #: Words that every item must carry, by name.
    needs: tuple[str, ...]
    #: The sorts of item that the kind knows; any when empty.
    categories: tuple[str, ...]
    #: Whether its items become rows of routing.
    routes: bool
    #: Whether departments may apply for an item between two editions.
    open_to_applications: bool
    public: bool
    #: Whether its items hold by their own days, whenever the edition was published.
    own_days: bool
    rule: Name
    #: Posts whose work it lists.
    post_kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assistant:
    """A unit or department that helps, and with what."""

    who: str
    task: str


@dataclass(frozen=True)
class Item:
    """One line of an edition, with the days in which it counts (the last one not included)."""

    id: str
    kind: str
    code: str
    title: Name
    place: str
    #: The edition it stands in, and its number as people say it: the second, the third.
    edition: str
    number: int
    category: str = ""
    matters: tuple[str, ...] = ()
    lead: str = ""
    lead_task: str = ""
    assistants: tuple[Assistant, ...] = ()
    basis: str = ""
    approver: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    since: date = date.min
    until: date | None = None

    def in_force(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on < self.until)

    def prefix_of(self, matter: str) -> str | None:
        """The longest of its prefixes that this class begins with; an empty one stands for every class."""
        found = [one for one in self.matters if matter.startswith(one)]
        return max(found, key=len) if found else None

    def speaks_of(self, matter: str, place: str, on: date) -> bool:
        return self.in_force(on) and is_within(place, self.place) and self.prefix_of(matter) is not None


@dataclass(frozen=True)
class InForce:
    """An edition in force: the list binds where there is one."""

    edition: str
    kind: str
    place: str
    number: int
    since: date
    until: date | None
    #: How the office that keeps it is reached.
    office: str = ""

    def binds(self, place: str, on: date) -> bool:
        return is_within(place, self.place) and self.since <= on and (self.until is None or on < self.until)


def applying(items: Iterable[Item], matter: str, place: str, on: date) -> tuple[Item, ...]:
    """The items that speak of a class in a place on a day, the most specific first."""
    found = [one for one in items if one.speaks_of(matter, place, on)]
    return tuple(
        sorted(
            found, key=lambda one: (len(one.prefix_of(matter) or ""), len(one.place), one.since), reverse=True
        )
    )


@dataclass(frozen=True)
class Barred:
    """Why work may not be given: the kind of list, the item if one is cited, and what to say."""

    kind: KindFacts
    item: Item | None
    #: The edition that says so.
    number: int
    text: Text
    advice: Text


def barred(
    kinds: Iterable[KindFacts],
    editions: Iterable[InForce],
    items: Mapping[str, tuple[Item, ...]],
    *,
    matter: str,
    name: Name,
    place: str,
    unit_kind: str,
    task: str,
    on: date,
) -> Barred | None:
    """The first list that forbids giving a task of this class to a unit of this kind; None when none does.

    A negative list is asked before a list of what is admitted. A list binds where an edition is in force.
    """
    watching = [one for one in kinds if one.guard and unit_kind in one.unit_kinds]
    held = tuple(editions)
    for kind in sorted(watching, key=lambda one: one.guard != NEVER_LISTED):
        edition = next((one for one in held if one.kind == kind.code and one.binds(place, on)), None)
        if edition is None:
            continue
        said = applying(items.get(kind.code, ()), matter, place, on)
        if kind.guard == NEVER_LISTED and said:
            return _listed(kind, said[0], name)
        if kind.guard == ONLY_LISTED and not any(
            one.category in ("", task) or task not in kind.categories for one in said
        ):
            return _unlisted(kind, edition, name)
    return None


def _listed(kind: KindFacts, item: Item, name: Name) -> Barred:
    return Barred(
        kind,
        item,
        item.number,
        say(
            "“{matter}”列入《{list}》第 {edition} 版第 {code} 项“{item}”，不能交办；依据：{basis}",
            matter=name,
            list=kind.name,
            edition=item.number,
            code=item.code,
            item=item.title,
            basis=item.basis,
        ),
        say("请由主管部门自行办理，或改派有职责的单位"),
    )


def _unlisted(kind: KindFacts, edition: InForce, name: Name) -> Barred:
    return Barred(
        kind,
        None,
        edition.number,
        say(
            "“{matter}”不在《{list}》第 {edition} 版内，不能交办；依据：{rule}",
            matter=name,
            list=kind.name,
            edition=edition.number,
            rule=kind.rule,
        ),
        say("请改派有职责的单位；确需交办的，由主管部门先申请准入，批准公布后再交办"),
    )


def missing_words(kind: KindFacts, words: Mapping[str, str]) -> tuple[str, ...]:
    """The words that this kind asks for and an item does not say."""
    return tuple(name for name in kind.needs if not words.get(name, "").strip())


def unsplit(items: Iterable[Item]) -> tuple[str, ...]:
    """The codes of shared items that do not say who leads, who assists and with which tasks."""
    return tuple(
        one.code
        for one in items
        if one.category == "shared"
        and not (one.lead and one.lead_task and one.assistants and all(each.task for each in one.assistants))
    )


def rivals_of(items: Iterable[Item]) -> tuple[str, ...]:
    """The codes of items that name different leads for the same class in the same place."""
    said: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    codes: dict[tuple[str, str], list[str]] = {}
    for one in items:
        for prefix in one.matters if one.lead else ():
            said.setdefault((prefix, one.place), set()).add(
                (one.lead, *(each.who for each in one.assistants))
            )
            codes.setdefault((prefix, one.place), []).append(one.code)
    return tuple(sorted({code for key, leads in said.items() if len(leads) > 1 for code in codes[key]}))


@dataclass(frozen=True)
class EditionFacts:
    """What the guards of an edition want to know."""

    actor: str
    drafted_by: str
    items: int = 0
    without_basis: tuple[str, ...] = ()
    without_approver: tuple[str, ...] = ()
    unsplit: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    unanswered: int = 0


@dataclass(frozen=True)
class Mark:
    """A stretch of words: kept, added or removed."""

    sort: str
    words: str


def marked(before: str, after: str) -> tuple[Mark, ...]:
    """Two texts as one, with what was added and removed marked."""
    marks: list[Mark] = []
    for sort, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if sort == "equal":
            marks.append(Mark("kept", before[a:b]))
            continue
        if b > a:
            marks.append(Mark("removed", before[a:b]))
        if d > c:
            marks.append(Mark("added", after[c:d]))
    return tuple(marks)


@dataclass(frozen=True)
class Change:
    """One item in two editions: ``added``, ``removed``, ``changed`` or ``kept``, and which parts changed."""

    sort: str
    before: Item | None
    after: Item | None
    parts: tuple[str, ...] = ()

    @property
    def item(self) -> Item:
        found = self.after or self.before
        assert found is not None
        return found


def difference(older: Iterable[Item], newer: Iterable[Item]) -> tuple[Change, ...]:
    """Item by item what one edition changes against another, in the order of the newer; removed ones last."""
    before = {one.code: one for one in older}
    after = {one.code: one for one in newer}
    changes = [_change(before.get(code), one) for code, one in after.items()]
    gone = [Change("removed", one, None) for code, one in before.items() if code not in after]
    return (*changes, *gone)


def _change(before: Item | None, after: Item) -> Change:
    if before is None:
        return Change("added", None, after)
    was, now = parts_of(before), parts_of(after)
    changed = tuple(name for name in {**was, **now} if was.get(name, "") != now.get(name, ""))
    return Change("changed" if changed else "kept", before, after, changed)


def parts_of(item: Item) -> Mapping[str, str]:
    """What an item says, part by part; the day it began in its edition is no part of its words."""
    helpers = "；".join(f"{one.who}：{one.task}" for one in item.assistants)
    return {
        "title": item.title.zh,
        "category": item.category,
        "matters": " ".join(item.matters),
        "lead": item.lead,
        "lead_task": item.lead_task,
        "assistants": helpers,
        "basis": item.basis,
        "until": item.until.isoformat() if item.until else "",
        **item.words,
    }
