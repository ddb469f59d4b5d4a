"""Steps of a task. What was done without a network comes with the time at which it was done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from gewu.fieldwork import events, permissions, queries, rules
from gewu.fieldwork.actions import records
from gewu.fieldwork.lifecycle import TASK
from gewu.fieldwork.models import CheckIn, CheckItem, Look, PlanSigner, Statement, Stop, Task
from gewu.fieldwork.queries import evidence, rests
from gewu.fieldwork.rules import rest
from gewu.fieldwork.rules.visits import DISPUTE, SCREENINGS
from gewu.infra import store, stream
from gewu.kernel import datum
from gewu.kernel.lifecycle import FREE_WORDS
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import queries as security
from gewu.security.actors import CLOCK, Actor

#: A telephone's clock may run ahead of ours by this much.
AHEAD = timedelta(minutes=5)
LONGEST_WORDS = 500


@dataclass(frozen=True)
class Seen:
    """One item looked at, at one stop; ``outcome`` is fine, found or absent."""

    stop: UUID
    item: str
    outcome: str = rules.FINE


@dataclass(frozen=True)
class CheckInDraft:
    """Being somewhere, at a stop or on the way.

    Coordinates in ``datum``; ``mock`` as the telephone says it.
    """

    stop: UUID | None = None
    lon: float | None = None
    lat: float | None = None
    datum: str = "WGS84"
    accuracy_m: float | None = None
    mock: bool = False


def take(
    task_id: UUID,
    event: str,
    *,
    actor: Actor,
    now: datetime,
    made_at: datetime | None = None,
    version: int | None = None,
    key: str = "",
    **given: Any,
) -> Task:
    """Take a step of a task, done at ``made_at`` (now, if not said) and arrived now.

    ``finish`` and ``sign_none`` may bring ``answers`` for the form of the kind, ``sign_none`` a
    ``statement``,
    ``look`` the ``looks`` (`Seen`), ``check_in`` the ``at`` (`CheckInDraft`), ``assign`` the sign-in name
    of an
    ``account``, ``cancel`` a ``reason``. ``noted`` (`records.Noted`) goes with parts that open matters.
    The same deed by the same person again changes and tells nothing:
    a start of what one has started, an end of what one has ended, a check-in with a known ``key``,
    looks that are written already.
    Refused is what the table, the permissions and the guards say, and a time ahead of ours.
    """
    moment = _checked_moment(made_at or now, now)
    records.check_key(key)
    with store.writing():
        row = _locked(task_id)
        if _is_repeated(row, event, actor, key, given):
            return row
        if version is not None and version != row.version:
            raise _changed(row)
        step = TASK.row(event, row.state)
        permissions.require_task(actor, step.by, row)
        _check_words(given)
        starter = actor.ref if event == "start" else ""
        step.check(facts_of(row, now=now, made_at=moment, starter=starter), given)
        row.state = step.to or row.state
        row.version += 1
        details = _EFFECTS[event](row, _Deed(actor, now, moment, key, given))
        row.save(force_update=True)
        stream.tell_step(
            step, row.pk, row.place, details={"made_at": moment, **details}, given=given, actor=actor, now=now
        )
    return row


def open_due(now: datetime, *, most: int = 300) -> int:
    """Open the tasks whose time has come; returns how many."""
    waiting = Task.objects.filter(state="planned", opens_at__lte=now).order_by("opens_at", "pk")
    return _by_the_clock(list(waiting.values_list("pk", flat=True)[:most]), "open", now)


def miss_overdue(now: datetime, *, most: int = 300) -> int:
    """Note as missed what nobody has done in time; one that is going on is waited for. Returns how many."""
    late = Task.objects.filter(state__in=("planned", "due"), due_at__lt=now).order_by("due_at", "pk")
    going = Task.objects.filter(state="started", due_at__lt=now - timedelta(days=1)).order_by("due_at", "pk")
    lost = [
        key
        for key, due_at, kind in going.values_list("pk", "due_at", "kind_id")[:most]
        if due_at + timedelta(days=queries.kind(kind).grace_days) < now
    ]
    return _by_the_clock([*late.values_list("pk", flat=True)[:most], *lost], "miss", now)


def remind_to_rest(now: datetime, *, most: int = 300) -> int:
    """Remind whoever has walked for two hours without a break, once on each patrol; returns how many."""
    going = Task.objects.filter(
        state="started",
        kind__in=rests.patrol_kinds(),
        reminded_at=None,
        started_at__lte=now - rest.REST_AFTER,
    )
    reminded = 0
    with store.writing():
        for row in going.select_for_update(of=("self",)).order_by("started_at", "pk")[:most]:
            if not rests.walked(row.started_by, now).rest_due:
                continue
            Task.objects.filter(pk=row.pk).update(reminded_at=now)
            account = UUID(row.started_by.partition(":")[2])
            stream.tell(events.RestDue(id=row.pk, place=row.place, account=account), actor=CLOCK, now=now)
            reminded += 1
    return reminded


def _by_the_clock(keys: Sequence[UUID], event: str, now: datetime) -> int:
    with store.writing():
        for key in keys:
            take(key, event, actor=CLOCK, now=now)
    return len(keys)


def facts_of(row: Task, *, now: datetime, made_at: datetime, starter: str = "") -> rules.TaskFacts:
    """What the guards want to know: one query, up to three more where a kind asks for proof or signatures.

    The hours of a ``starter`` count where a task is walked.
    """
    kind = queries.kind(row.kind_id)
    stops = row.stops.aggregate(all=Count("pk"), seen=Count("pk", filter=Q(seen_at__isnull=False)))
    return rules.TaskFacts(
        now=now,
        made_at=made_at,
        opens_at=row.opens_at,
        due_at=row.due_at,
        grace=timedelta(days=kind.grace_days),
        signs_none=kind.signs_none,
        checks_in=kind.checks_in,
        check_ins=row.check_ins.count() if row.started_at else 0,
        looks_due=row.looks_due,
        looks_done=row.looks_done,
        found=row.found,
        seen=stops["seen"],
        stops=stops["all"],
        started=row.state == "started",
        backed=kind.backed,
        patrols=evidence.patrols(row.place, row.day, row.last_day).count() if kind.backed else 0,
        found_by_others=_found_by_others(row) if kind.backed else 0,
        unsigned=_unsigned(row) if kind.joint else 0,
        day_full=bool(starter) and kind.tracks and rests.walked(starter, made_at).full,
        about=row.about,
    )


def _found_by_others(row: Task) -> int:
    """What other work found in its place and days, of the classes that it looks for."""
    found = evidence.findings(row.place, row.day, row.last_day).exclude(task=row)
    return found.filter(matter__startswith=DISPUTE if row.kind_id in SCREENINGS else "").count()


def _unsigned(row: Task) -> int:
    return PlanSigner.objects.filter(plan=row.plan_id).count() - row.signatures.count()


@dataclass(frozen=True)
class _Deed:
    actor: Actor
    now: datetime
    made_at: datetime
    key: str
    given: Mapping[str, Any]


def _locked(task_id: UUID) -> Task:
    row = Task.objects.select_for_update(of=("self",)).select_related("plan").filter(pk=task_id).first()
    if row is None:
        raise Refusal(say("没有这项任务"), Kind.MISSING)
    return row


def _is_repeated(row: Task, event: str, actor: Actor, key: str, given: Mapping[str, Any]) -> bool:
    if event == "start":
        return row.started_by == actor.ref and row.state != "missed"
    if event == "check_in" and key:
        return CheckIn.objects.filter(by=actor.ref, key=key).exists()
    if event == "look":
        return row.started_by == actor.ref and _is_seen(row, given.get("looks") or ())
    return row.started_by == actor.ref and (event, row.state) in (
        ("finish", "done"),
        ("sign_none", "signed_none"),
    )


def _is_seen(row: Task, looks: Sequence[Seen]) -> bool:
    """Whether all of this has been written already."""
    rows = row.looks.values_list("stop", "item__code", "outcome")
    return bool(looks) and {(one.stop, one.item, one.outcome) for one in looks} <= set(rows)


def _changed(row: Task) -> Refusal:
    return Refusal(
        say("您打开之后，此任务已变为“{state}”", state=TASK.state(row.state).label),
        Kind.CONFLICT,
        advice=say("请刷新后再办"),
    )


def _checked_moment(made_at: datetime, now: datetime) -> datetime:
    if made_at.tzinfo is None:
        raise Refusal(say("时间须带时区：{moment}", moment=made_at.isoformat()), field="made_at")
    if made_at > now + AHEAD:
        raise Refusal(say("时间比现在还晚"), field="made_at", advice=say("请核对手机的时间"))
    return min(made_at, now)


def _check_words(given: Mapping[str, Any]) -> None:
    for name in (*FREE_WORDS, "statement"):
        text = str(given.get(name) or "")
        if len(text) > LONGEST_WORDS:
            raise Refusal(say("文字过长，最多 {n} 个字", n=LONGEST_WORDS), field=name)
        if "\0" in text:
            raise Refusal(say("文字中有不能保存的字符"), field=name)


Details = Mapping[str, Any]


def _start(row: Task, deed: _Deed) -> Details:
    row.started_at, row.started_by = deed.made_at, deed.actor.ref
    row.ended_at = row.arrived_at = None
    return {}


def _check_in(row: Task, deed: _Deed) -> Details:
    at = deed.given.get("at") or CheckInDraft()
    stop = _stop(row, at.stop) if at.stop else None
    point = _point(at)
    CheckIn.objects.create(
        task=row, stop=stop, by=deed.actor.ref, key=deed.key or None, made_at=deed.made_at,
        arrived_at=deed.now, lon=point[0] if point else None, lat=point[1] if point else None,
        accuracy_m=at.accuracy_m, distance_m=_distance(stop, point), mock=at.mock,
    )  # fmt: skip
    if stop and stop.seen_at is None:
        Stop.objects.filter(pk=stop.pk).update(seen_at=deed.made_at)
    return {"stop": stop.pk if stop else None}


def _point(at: CheckInDraft) -> tuple[float, float] | None:
    point = datum.point_given(at.lon, at.lat, at.datum)
    return point and (round(point[0], 7), round(point[1], 7))


def _distance(stop: Stop | None, point: tuple[float, float] | None) -> float | None:
    """Metres from the point to where the stop is; nothing where either has no point."""
    at = stop and (stop.spot or stop)
    if not at or point is None or at.lon is None or at.lat is None:
        return None
    return round(rules.metres((at.lon, at.lat), point), 1)


def _stop(row: Task, stop_id: UUID) -> Stop:
    found = row.stops.select_related("spot").filter(pk=stop_id).first()
    if found is None:
        raise Refusal(say("任务中没有这个地点"), Kind.MISSING, field="stop")
    return found


def _look(row: Task, deed: _Deed) -> Details:
    seen: Sequence[Seen] = deed.given["looks"]
    look_at(row, seen, by=deed.actor.ref, made_at=deed.made_at)
    return {"count": len(seen)}


def look_at(row: Task, seen: Sequence[Seen], *, by: str, made_at: datetime) -> None:
    """Write what was looked at; the later word about an item at a stop takes the place of the earlier one."""
    stops = {one.pk: one for one in row.stops.all()}
    known = _items(row)
    for one in seen:
        if one.stop not in stops:
            raise Refusal(say("任务中没有这个地点"), Kind.MISSING, field="stop")
        if one.item not in known:
            raise Refusal(say("清单中没有检查项 {code}", code=one.item), Kind.MISSING, field="item")
        if one.outcome not in rules.OUTCOMES:
            raise Refusal(say("检查结果“{outcome}”不认识", outcome=one.outcome), field="outcome")
    latest = {(one.stop, one.item): one for one in seen}
    Look.objects.bulk_create(
        [
            Look(task=row, stop_id=stop, item_id=known[item], outcome=one.outcome, by=by, made_at=made_at)
            for (stop, item), one in latest.items()
        ],
        update_conflicts=True,
        unique_fields=["stop", "item"],
        update_fields=["outcome", "by", "made_at"],
    )
    _count(row)


def _items(row: Task) -> Mapping[str, int]:
    """The items of a task: code to row."""
    found = CheckItem.objects.filter(checklist=row.checklist_id, code__in=row.items)
    return dict(found.values_list("code", "pk"))


def _count(row: Task) -> None:
    counts = dict(Look.objects.filter(task=row).values_list("stop").annotate(n=Count("pk")))
    for stop, n in counts.items():
        Stop.objects.filter(pk=stop).update(looks_done=n)
    row.looks_done = sum(counts.values())


def _finish(row: Task, deed: _Deed) -> Details:
    row.ended_at, row.arrived_at = deed.made_at, deed.now
    given = deed.given
    filled = records.Filled(
        dict(given.get("answers") or {}), deed.key, deed.made_at, dict(given.get("noted") or {})
    )
    records.fill_for(row, filled, actor=deed.actor, now=deed.now)
    return {"looked": row.looks_done, "due": row.looks_due, "found": row.found}


def _sign_none(row: Task, deed: _Deed) -> Details:
    details = _finish(row, deed)
    walked = evidence.patrols(row.place, row.day, row.last_day) if queries.kind(row.kind_id).backed else None
    behind = [] if walked is None else [key.hex for key in walked.values_list("pk", flat=True)]
    Statement.objects.create(
        task=row, place=row.place, since=row.day, until=row.last_day, basis=[row.pk.hex, *behind],
        words=str(deed.given.get("statement") or "").strip(), by=deed.actor.ref, key=deed.key or None,
        made_at=deed.made_at, arrived_at=deed.now,
    )  # fmt: skip
    return details


def _assign(row: Task, deed: _Deed) -> Details:
    found = security.account_named(str(deed.given["account"]))
    if found is None:
        raise Refusal(
            say("没有账号“{name}”", name=str(deed.given["account"])[:60]), Kind.MISSING, field="account"
        )
    if row.plan and queries.is_off_the_list(row.plan, found.pk, deed.now):
        raise Refusal(say("不在这个岗位的工作清单内，要先由联席办同意"), Kind.CONFLICT, field="account")
    row.account_id, row.unit_path = found.pk, ""
    return {"account": found.pk}


def _ended(row: Task, deed: _Deed) -> Details:
    row.ended_at = row.arrived_at = deed.now
    return {}


def _nothing(row: Task, deed: _Deed) -> Details:
    return {}


_EFFECTS: Mapping[str, Callable[[Task, _Deed], Details]] = {
    "open": _nothing,
    "start": _start,
    "check_in": _check_in,
    "look": _look,
    "finish": _finish,
    "sign_none": _sign_none,
    "assign": _assign,
    "cancel": _ended,
    "miss": _ended,
    "settle": _ended,
    "drop": _ended,
}
