"""Who sees which plan, task and record: the one answer for every list, page and figure."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from gewu.fieldwork.models import Finding, Plan, PlanPlace, Record, Task
from gewu.fieldwork.permissions import DO, READ
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import scopes
from gewu.security.actors import Actor, Relation


def _unit(path: str) -> Q:
    return scopes.below_unit("unit_path", path)


def nobody_by_unit(path: str) -> Q:
    """For rows that lie on no unit's desk."""
    return scopes.NOTHING


def either(*conditions: Q) -> Q:
    """Rows that meet one of these. An empty condition is met by every row, which ``|`` alone would forget."""
    found = scopes.NOTHING
    for one in conditions:
        if not one:
            return one
        found |= one
    return found


def plans(actor: Actor) -> QuerySet[Plan]:
    """Plans of one's units, one's own, and plans that stop somewhere in one's places."""
    found = [scopes.visible(actor, READ, place="place", unit=_unit), Q(made_by=actor.ref)]
    for standing in actor.scopes(READ):
        if standing.relation is Relation.TERRITORY and standing.place:
            here = PlanPlace.objects.filter(scopes.within("place", standing.place), plan=OuterRef("pk"))
            found.append(Q(Exists(here)))
    return Plan.objects.filter(either(*found))


def tasks(actor: Actor) -> QuerySet[Task]:
    """Tasks in one's places, of one's units, and one's own."""
    return Task.objects.filter(either(scopes.visible(actor, READ, place="place", unit=_unit), _named(actor)))


def _named(actor: Actor) -> Q:
    if actor.account_id is None:
        return scopes.NOTHING
    return Q(account_id=actor.account_id) | Q(started_by=actor.ref)


def own_tasks(actor: Actor) -> QuerySet[Task]:
    """Tasks that this person may do: named, of the own unit, or open to whoever does fieldwork there."""
    found = _named(actor)
    for path in actor.seats:
        found |= Q(account=None, unit_path__in=_above(path))
    open_here = scopes.visible(actor, DO, place="place", unit=nobody_by_unit)
    return Task.objects.filter(found | (Q(account=None, unit_path="") & open_here))


def _above(path: str) -> list[str]:
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[: n + 1]) + "/" for n in range(len(parts))]


def records(actor: Actor) -> QuerySet[Record]:
    """Records in one's places, of one's units, and one's own."""
    seen = scopes.visible(actor, READ, place="place", unit=_unit)
    return Record.objects.filter(either(seen, Q(by=actor.ref)))


def findings(actor: Actor) -> QuerySet[Finding]:
    """Findings in one's places and one's own."""
    seen = scopes.visible(actor, READ, place="place", unit=nobody_by_unit)
    return Finding.objects.filter(either(seen, Q(by=actor.ref)))


def require_task(actor: Actor, task_id: UUID) -> Task:
    """The task, as long as this actor may see it; else it is as if it did not exist."""
    seen = (tasks(actor) | own_tasks(actor)).filter(pk=task_id)
    found = seen.select_related("plan", "account", "record", "statement").first()
    if found is None:
        raise Refusal(say("没有这项任务"), Kind.MISSING)
    return found
