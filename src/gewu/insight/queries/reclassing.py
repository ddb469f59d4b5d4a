"""Past matters classified again: how many changed, and how often the sample found old and new class right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q

from gewu.insight.models import Reclassed, Reclassing
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.shares import Rate, rate
from gewu.kernel.texts import Name, say
from gewu.security.actors import Actor

RIGHT = "catalogue.manage"
#: The newest runs that are shown.
MOST = 20


@dataclass(frozen=True)
class ReclassedLine:
    """One drawn matter: its old class, the new one with its reason, and what a person found."""

    number: str
    old: str
    new: str
    confidence: float
    why: Name
    found: str


@dataclass(frozen=True)
class Run:
    """One time of classifying again: how many matters, changed and unnamed, and what the sample says."""

    id: UUID
    place: str
    begins: date
    ends: date
    version: str
    made_at: datetime
    matters: int
    changed: int
    unnamed: int
    drawn: int
    looked_at: int
    old_right: Rate
    new_right: Rate


_COUNTS = {
    "matters": Count("pk"),
    "unnamed": Count("pk", filter=Q(new="")),
    "changed": Count("pk", filter=~Q(new="") & ~Q(new=F("old"))),
    "drawn": Count("pk", filter=Q(drawn=True)),
    "looked_at": Count("pk", filter=~Q(found="")),
    "old_right": Count("pk", filter=~Q(found="") & Q(found=F("old"))),
    "new_right": Count("pk", filter=~Q(found="") & Q(found=F("new"))),
}


def reclassings(actor: Actor) -> tuple[Run, ...]:
    """The newest runs with their figures: two queries; refused without the right."""
    _require(actor)
    runs = list(Reclassing.objects.order_by("-made_at")[:MOST])
    counted = Reclassed.objects.filter(reclassing__in=[one.pk for one in runs]).values("reclassing")
    by_run: dict[UUID, dict[str, Any]] = {one["reclassing"]: {**one} for one in counted.annotate(**_COUNTS)}
    return tuple(_run(one, by_run[one.pk]) for one in runs)


def _require(actor: Actor) -> None:
    if not actor.holds(RIGHT):
        raise Refusal(say("没有管理目录的权限"), Kind.FORBIDDEN)


def _run(one: Reclassing, n: dict[str, Any]) -> Run:
    looked_at = n["looked_at"]
    return Run(
        one.pk, one.place, one.begins, one.ends, one.version, one.made_at,
        n["matters"], n["changed"], n["unnamed"], n["drawn"], looked_at,
        rate(n["old_right"], looked_at), rate(n["new_right"], looked_at),
    )  # fmt: skip


def drawn_of(actor: Actor, id: UUID) -> tuple[ReclassedLine, ...]:
    """The sample of one run, what nobody has looked at first: one query."""
    _require(actor)
    rows = Reclassed.objects.filter(reclassing=id, drawn=True).order_by("found", "number")
    return tuple(
        ReclassedLine(row.number, row.old, row.new, row.confidence, Name(row.why_zh, row.why_en), row.found)
        for row in rows
    )
