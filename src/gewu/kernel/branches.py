"""Edits of a record that were made apart from each other, brought together again.

The words are those of ODK's entities: a device goes out with the *trunk* version of a record and makes a
*branch* of one or more steps on it. The *base* of a step is what the device had before its eyes: the trunk
with its own earlier steps, whatever these were put on top of here. If others changed the record since, but
not the same fields, the step is put on top of theirs and that is told (a soft conflict); where both changed
one field to different values a person decides (a hard conflict).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say


@dataclass(frozen=True)
class Version:
    """A record as it stood; ``branch`` and ``step`` name the edit from a device that made it so."""

    number: int
    values: Mapping[str, Any]
    branch: UUID | None = None
    step: int = 0


@dataclass(frozen=True)
class Edit:
    """One step of a branch: the fields that were changed, and nothing else. The first step is 1."""

    branch: UUID
    trunk: int
    step: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Clash:
    """A field that both changed: what it was, what the device made of it, what others made of it."""

    field: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Joined:
    """A record with an edit in it. ``others`` are the fields that someone else changed in the meantime.

    With ``clashes`` nothing may be written: ``values`` is then the record without the edit.
    """

    values: Mapping[str, Any]
    others: tuple[str, ...] = ()
    clashes: tuple[Clash, ...] = ()

    @property
    def soft(self) -> bool:
        """Whether both changed the record without changing the same."""
        return bool(self.others) and not self.clashes


def join(edit: Edit, history: Sequence[Version]) -> Joined:
    """Put an edit on top of the newest version of a record.

    Refused: an edit of a version that never was, and a step whose step before it has not arrived.
    """
    newest, base = history[-1].values, _base(edit, history)
    others = tuple(sorted(_changed(base, newest)))
    clashes = tuple(
        Clash(name, base.get(name), mine, newest.get(name))
        for name, mine in sorted(edit.values.items())
        if name in others and newest.get(name) != mine
    )
    if clashes:
        return Joined(newest, others, clashes)
    return Joined({**newest, **edit.values}, others)


def _base(edit: Edit, history: Sequence[Version]) -> Mapping[str, Any]:
    """What the device had before its eyes: the trunk, and on it what its own steps before had changed."""
    trunk = next((one for one in history if one.number == edit.trunk), None)
    if trunk is None:
        raise Refusal(say("没有第 {n} 版，不能在它上面改", n=edit.trunk), Kind.CONFLICT, field="base")
    own = [n for n, one in enumerate(history) if one.branch == edit.branch and one.step < edit.step]
    if edit.step > 1 and (not own or history[own[-1]].step != edit.step - 1):
        raise Refusal(say("这处改动的前一步还没有收到"), Kind.CONFLICT, field="base")
    seen = dict(trunk.values)
    for n in own:
        made, before = history[n].values, history[n - 1].values if n else {}
        seen |= {name: made[name] for name in _changed(before, made) if name in made}
    return seen


def _changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    return {name for name in {*before, *after} if before.get(name) != after.get(name)}
