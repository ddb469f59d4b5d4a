"""Which rights exclude each other, and which accounts need a second factor. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

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
            "devices.manage",
            "connectors.manage",
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


#: All that an account of an enterprise may ever hold, and for a unit alone.
OUTSIDE = frozenset({"hazards.report", "cases.read", "cases.handle"})
#: What of it nobody else holds: to speak for an enterprise.
OUTSIDE_ALONE = frozenset({"hazards.report"})


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
class KeyPurpose:
    """What a secret of access opens. One of a person is made and withdrawn by that person alone."""

    name: Text
    personal: bool
    lasts: timedelta


#: Everything that is opened by a secret instead of signing in. A new one is one line here.
KEY_PURPOSES: Mapping[str, KeyPurpose] = {
    "open311": KeyPurpose(say("Open311：外部系统提交反映"), personal=False, lasts=timedelta(days=366)),
    "alerts": KeyPurpose(say("CAP：外部系统送来预警"), personal=False, lasts=timedelta(days=366)),
    "calendar": KeyPurpose(say("日历：本人的值班和期限"), personal=True, lasts=timedelta(days=366)),
}


@dataclass(frozen=True)
class Kept:
    """One kind of data: how long it is kept unless decided otherwise, and the least the law allows."""

    name: Text
    since: Text
    days: int
    least_days: int
    basis: Text
    #: The most that anyone may decide: for what would watch people if it were kept.
    most_days: int = 100 * 366


_OURS = say("平台默认，可由单位改定")
#: Retention by kind of data. A new kind is one line here and one sweep in the subject that holds it.
RETENTION: Mapping[str, Kept] = {
    "reporter_identity": Kept(say("反映人身份"), say("办结或答复之日"), 365, 30, _OURS),
    "evidence_photos": Kept(say("现场照片"), say("办结之日"), 730, 180, _OURS),
    "matter_record": Kept(say("办件中的文字和剩余身份"), say("办结之日"), 1826, 365, _OURS),
    "tracks": Kept(
        say("巡查轨迹"), say("巡查结束之日"), 90, 1, say("平台规定，只能缩短；到期后只留次数"), most_days=90
    ),
}
#: Events of accounts, reveals, exports and rules are never deleted: the law asks for six months, we keep all.
