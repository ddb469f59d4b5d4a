"""Putting the facts of a spot right: edits made apart are joined, or a person decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gewu.cases.queries import without_numbers
from gewu.fieldwork import events, permissions, queries
from gewu.fieldwork.models import Spot, SpotConflict, SpotVersion
from gewu.fieldwork.queries.corrections import edit_of, versions_of
from gewu.fieldwork.rules import facts
from gewu.infra import store, stream
from gewu.kernel.branches import Clash, Edit, Joined, join
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor


@dataclass(frozen=True)
class SpotEdit:
    """One step of a branch: the facts that were changed, on top of version ``trunk`` or the step before."""

    spot: UUID
    branch: UUID
    trunk: int
    values: Mapping[str, str]
    step: int = 1


@dataclass(frozen=True)
class Corrected:
    """What became of an edit: the version it made, over the ``others``' changes; or a ``conflict``.

    In a conflict nothing was written, and ``number`` is the version that stands there.
    """

    number: int
    others: tuple[str, ...] = ()
    conflict: UUID | None = None
    clashes: tuple[Clash, ...] = ()


def correct_spot(
    edit: SpotEdit, *, key: UUID, actor: Actor, now: datetime, made_at: datetime | None = None
) -> Corrected:
    """Put the facts of a spot right. Where others changed other facts since, the edit goes on top of theirs.

    Where both changed the same fact nothing is written: the edit is kept by its ``key`` until a person has
    decided. The same step of a branch, or the same key, again changes nothing. Refused are whoever neither
    works nor plans in the grid, facts that spots do not have, numbers of persons, and a step whose step
    before it has not been taken.
    """
    values = facts.checked(edit.values, kinds=queries.SPOT_KINDS, struck=without_numbers)
    with store.writing():
        row = _locked(edit.spot)
        _require(actor, row)
        earlier = SpotVersion.objects.filter(spot=row, branch=edit.branch, step=edit.step).first()
        if earlier is not None:
            return Corrected(earlier.number, tuple(earlier.others))
        joined = join(Edit(edit.branch, edit.trunk, edit.step, values), versions_of([row.pk])[row.pk])
        moment = min(made_at or now, now)
        if joined.clashes:
            _keep(row, edit, values, key, moment, actor=actor, now=now)
            return Corrected(row.version, joined.others, key, joined.clashes)
        made = _write(row, joined, edit.branch, edit.step, moment, actor=actor, now=now)
        told = events.SpotCorrected(id=row.pk, place=row.place, number=made.number, made_at=moment)
        stream.tell(told, actor=actor, now=now)
    return made


def _locked(spot: UUID) -> Spot:
    row = Spot.objects.select_for_update().filter(pk=spot, closed_at=None).first()
    if row is None:
        raise Refusal(say("没有这个点位"), Kind.MISSING)
    return row


def _require(actor: Actor, row: Spot) -> None:
    if not any(actor.holds_at(right, row.place) for right in (permissions.DO, permissions.MAKE)):
        raise Refusal(say("您没有在此地办理这件事的权限"), Kind.FORBIDDEN)


def _keep(
    row: Spot,
    edit: SpotEdit,
    values: dict[str, str],
    key: UUID,
    made_at: datetime,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    kept, is_new = SpotConflict.objects.get_or_create(
        pk=key,
        defaults={
            "spot": row, "place": row.place, "branch": edit.branch, "trunk": edit.trunk, "step": edit.step,
            "values": values, "by": actor.ref, "made_at": made_at, "arrived_at": now,
        },
    )  # fmt: skip
    if kept.by != actor.ref or kept.spot_id != row.pk or kept.values != values:
        raise Refusal(say("此提交编号已用于另一内容"), Kind.CONFLICT, field="id")
    if is_new:
        told = events.SpotEditKept(id=row.pk, place=row.place, conflict=key, made_at=made_at)
        stream.tell(told, actor=actor, now=now)


def _write(
    row: Spot, joined: Joined, branch: UUID, step: int, made_at: datetime, *, actor: Actor, now: datetime
) -> Corrected:
    """The next version of a spot, on top of the newest."""
    name = joined.values["name"]
    if Spot.objects.filter(place=row.place, name=name, closed_at=None).exclude(pk=row.pk).exists():
        raise Refusal(say("此地已有名为“{name}”的点位", name=name), Kind.CONFLICT, field="name")
    row.version += 1
    for fact in facts.FACTS:
        setattr(row, fact, joined.values[fact])
    row.save(update_fields=[*facts.FACTS, "version"])
    SpotVersion.objects.create(
        spot=row, number=row.version, values=dict(joined.values), branch=branch, step=step,
        others=list(joined.others), by=actor.ref, made_at=made_at, arrived_at=now,
    )  # fmt: skip
    return Corrected(row.version, joined.others)


def decide_spot(
    conflict: UUID, choice: Mapping[str, str], *, version: int, actor: Actor, now: datetime
) -> Corrected:
    """Decide an edit that clashed: for each fact that both changed, ``mine`` (the edit's) or ``theirs``.

    ``version`` is the one that was compared with. Refused are a version that no longer stands, a clash
    without a choice, and a conflict that someone else has decided otherwise.
    """
    with store.writing():
        kept = SpotConflict.objects.select_for_update().filter(pk=conflict).first()
        if kept is None:
            raise Refusal(say("没有这处待定的改动"), Kind.MISSING)
        row = _locked(kept.spot_id)
        _require(actor, row)
        if kept.decided_at is not None:
            return _decided(kept, row, choice, actor)
        if version != row.version:
            raise Refusal(say("您对照之后这个点位又有改动"), Kind.CONFLICT, advice=say("请重新对照"))
        history = versions_of([row.pk])[row.pk]
        joined = join(edit_of(kept), history)
        values = facts.settled(kept.values, joined.clashes, choice)
        whole = Joined({**history[-1].values, **values}, joined.others)
        made = _write(row, whole, kept.branch, kept.step, kept.made_at, actor=actor, now=now)
        kept.decided_at, kept.decided_by, kept.kept = now, actor.ref, dict(choice)
        kept.save(update_fields=["decided_at", "decided_by", "kept"])
        told = events.SpotCorrected(
            id=row.pk, place=row.place, number=made.number, made_at=now, conflict=kept.pk
        )
        stream.tell(told, actor=actor, now=now)
    return made


def _decided(kept: SpotConflict, row: Spot, choice: Mapping[str, str], actor: Actor) -> Corrected:
    """The same decision by the same person again is that decision."""
    if kept.decided_by != actor.ref or kept.kept != dict(choice):
        raise Refusal(say("这处改动已由别人定下"), Kind.CONFLICT, advice=say("请刷新后再看"))
    made = SpotVersion.objects.get(spot=row, branch=kept.branch, step=kept.step)
    return Corrected(made.number, tuple(made.others))
