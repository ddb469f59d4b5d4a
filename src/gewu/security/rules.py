"""Which rights exclude each other, and which accounts need a second factor. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gewu.kernel.texts import Text, say

#: The three administrators of GB/T 22239 level 3. A right of one is never held with a right of another,
#: nor with any right over reports and cases. A right named here belongs to that administrator alone.
ADMINISTRATORS: Mapping[str, frozenset[str]] = {
    "system": frozenset(
        {
            "grids.manage",
            "organisation.manage",
            "catalogue.manage",
            "imports.run",
            "switches.manage",
            "health.read",
        }
    ),
    "security": frozenset({"accounts.manage", "retention.manage"}),
    "audit": frozenset({"audit.read"}),
}

NAMES: Mapping[str, Text] = {
    "system": say("系统管理员"),
    "security": say("安全管理员"),
    "audit": say("审计管理员"),
    "work": say("业务岗位"),
}


def kinds_of(rights: Iterable[str]) -> frozenset[str]:
    """Which of the three administrators, or ordinary work, these rights belong to."""
    held = frozenset(rights)
    kinds = {name for name, own in ADMINISTRATORS.items() if held & own}
    owned = frozenset().union(*ADMINISTRATORS.values())
    return frozenset(kinds | ({"work"} if held - owned else set()))


def excluded(*sets: Iterable[str]) -> tuple[Text, Text] | None:
    """Two kinds of rights that one account may not hold together, or nothing."""
    kinds = frozenset().union(*(kinds_of(one) for one in sets))
    if len(kinds) < 2:
        return None
    first, second = sorted(kinds, key=list(NAMES).index)[:2]
    return NAMES[first], NAMES[second]


def needs_second_factor(roles: Iterable[tuple[Iterable[str], bool]]) -> bool:
    """Whether one of these roles asks for it: an administrator's always, another where its row says so."""
    return any(asked or kinds_of(rights) - {"work"} for rights, asked in roles)


@dataclass(frozen=True)
class Kept:
    """One kind of data: how long it is kept unless decided otherwise, and the least the law allows."""

    name: Text
    since: Text
    days: int
    least_days: int
    basis: Text


_OURS = say("平台默认，可由单位改定")
#: Retention by kind of data. A new kind is one line here and one sweep in the subject that holds it.
RETENTION: Mapping[str, Kept] = {
    "reporter_identity": Kept(say("反映人身份"), say("办结或答复之日"), 365, 30, _OURS),
    "evidence_photos": Kept(say("现场照片"), say("办结之日"), 730, 180, _OURS),
    "matter_record": Kept(say("办件中的文字和剩余身份"), say("办结之日"), 1826, 365, _OURS),
}
#: Events of accounts, reveals, exports and rules are never deleted: the law asks for six months, we keep all.
