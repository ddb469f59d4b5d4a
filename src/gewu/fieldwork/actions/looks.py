"""Looks asked for elsewhere: someone near and free is sent, and the task ends with the result given there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count

from gewu.catalogue import queries as catalogue
from gewu.fieldwork import events, permissions, rules
from gewu.fieldwork.actions import tasks
from gewu.fieldwork.lifecycle import TASK
from gewu.fieldwork.models import CheckIn, Stop, Task
from gewu.infra import store, stream
from gewu.organisation import queries as organisation
from gewu.security import actors
from gewu.security import queries as security
from gewu.security.actions import Account
from gewu.security.actors import Actor
from gewu.territory import queries as territory

KIND = "onsite_check"
#: The rule that sends and settles.
RULE = "nearest_and_free"
#: A check-in older than this no longer says where someone is.
FRESH = timedelta(hours=4)
Point = tuple[float, float]


@dataclass(frozen=True)
class LookWanted:
    """A look that someone has to take: of what, where, until when, and who may not take it.

    ``right`` is what whoever goes must hold beside fieldwork; ``barred`` are references of people,
    ``barred_path`` the unit whose people may not go, with those below it.
    """

    about: str
    place: str
    point: Point | None
    due_at: datetime
    right: str
    barred: Collection[str] = ()
    barred_path: str = ""


def send(wanted: LookWanted, *, now: datetime) -> Task | None:
    """Send whoever is near and free; where a look of this is out already, that one. None where nobody can go.

    Where someone is, is known from their last check-in in a task of today and, without one, from the place of
    their post: nobody is located for this.
    """
    with store.writing():
        out = Task.objects.filter(about=wanted.about, state__in=TASK.names(open=True)).first()
        if out is not None:
            return out
        account = rules.whom_to_send(_candidates(wanted, now))
        return None if account is None else _written(wanted, account, now)


def _written(wanted: LookWanted, account: UUID, now: datetime) -> Task:
    row = Task(
        kind_id=KIND, about=wanted.about, place=wanted.place,
        day=catalogue.day_of(now), last_day=catalogue.day_of(wanted.due_at), opens_at=now,
        due_at=max(wanted.due_at, now), account_id=account, laid_at=now,
    )  # fmt: skip
    row.save(force_insert=True)
    lon, lat = wanted.point or (None, None)
    Stop.objects.create(task=row, seq=1, place=wanted.place, lon=lon, lat=lat)
    by = actors.rule(RULE)
    laid = events.TaskLaid(id=row.pk, place=row.place, kind=KIND, about=wanted.about)
    stream.tell(laid, actor=by, now=now)
    stream.tell(events.LookerSent(id=row.pk, place=row.place, account=account), actor=by, now=now)
    return row


def _candidates(wanted: LookWanted, now: datetime) -> Iterable[rules.Candidate]:
    able = {one.pk: one for one in security.accounts_with(wanted.right, place=wanted.place, now=now)}
    found = [one for one in _fieldworkers(wanted.place, now) if one.pk in able]
    found = [one for one in found if f"account:{one.pk.hex}" not in wanted.barred]
    if wanted.barred_path:
        found = security.without_seats_in(found, wanted.barred_path, now=now)
    away = organisation.on_leave([one.pk for one in found], catalogue.day_of(now))
    keys = [one.pk for one in found if one.pk not in away]
    waiting = _waiting(keys)
    where = _whereabouts(keys, now) if wanted.point else {}
    for key in keys:
        at = where.get(key)
        metres = rules.metres(at, wanted.point) if at and wanted.point else None
        yield rules.Candidate(key, metres, waiting.get(key, 0))


def _fieldworkers(place: str, now: datetime) -> list[Account]:
    return security.accounts_with(permissions.DO, place=place, now=now)


def _waiting(keys: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many looks each of these has, and whatever they are in the middle of."""
    busy = Task.objects.filter(account__in=keys, state__in=TASK.names(open=True))
    looks = busy.filter(kind=KIND) | busy.filter(state="started")
    return dict(looks.values_list("account").annotate(n=Count("pk")).order_by())


def _whereabouts(keys: Sequence[UUID], now: datetime) -> Mapping[UUID, Point]:
    """Where each of these last checked in, else the middle of the place of their post."""
    refs = {f"account:{key.hex}": key for key in keys}
    seen = CheckIn.objects.filter(by__in=refs, made_at__gte=now - FRESH, mock=False, lon__isnull=False)
    found: dict[UUID, Point] = {}
    for by, lon, lat in seen.order_by("made_at").values_list("by", "lon", "lat"):
        if lon is not None and lat is not None:
            found[refs[by]] = (lon, lat)
    for key in keys:
        if key not in found and (middle := _post_of(key, now)):
            found[key] = middle
    return found


def _post_of(key: UUID, now: datetime) -> Point | None:
    held = organisation.posts_of(key, now=now)
    return territory.middle_of(held[0].place) if held else None


def settle(about: str, *, by: str, now: datetime) -> int:
    """End the looks of something whose result has come: done by whoever was sent, else no longer needed.

    Returns how many. ``by`` is the reference of whoever gave the result.
    """
    actor, count = actors.rule(RULE), 0
    with store.writing():
        rows = Task.objects.filter(about=about).exclude(state__in=("done", "signed_none", "cancelled"))
        for row in rows.order_by("pk"):
            mine = by in (row.started_by, f"account:{row.account_id.hex}" if row.account_id else "")
            count += _ended(row, "settle" if mine else "drop", actor, now)
    return count


def _ended(row: Task, event: str, actor: Actor, now: datetime) -> int:
    if event not in {step.event for step in TASK.steps_from(row.state)}:
        return 0
    tasks.take(row.pk, event, actor=actor, now=now)
    return 1
