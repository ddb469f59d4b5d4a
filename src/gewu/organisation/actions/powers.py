"""Powers of units: given on a basis, evaluated, ended, and handed over with staff and money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from gewu.infra import store, stream
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.places import is_within
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import events, permissions, queries, rules
from gewu.organisation.actions.posts import appoint, end_post
from gewu.organisation.models import Evaluation, Mandate, MatterTransfer, Post
from gewu.organisation.queries import UnitFacts
from gewu.security.actors import Actor

#: So many signs at least say something.
SHORTEST = 4


@dataclass(frozen=True)
class PowerDraft:
    """A power as it is given. ``unit`` and ``giver`` are codes; ``until`` is the first day without it.

    ``evaluate_every_days`` is the set period of evaluation in days.
    """

    unit: str
    title: str
    matters: tuple[str, ...]
    basis: str
    since: date
    until: date | None = None
    giver: str = ""
    place: str = ""
    evaluate_every_days: int | None = None


def give_power(draft: PowerDraft, *, actor: Actor, now: datetime) -> Mandate:
    """Give a unit a power over classes of matters. Refused without a basis, and what it has already."""
    unit = queries.open_unit(draft.unit)
    permissions.require_powers(actor, unit.place)
    return _given(draft, unit, actor=actor, now=now)


def _given(draft: PowerDraft, unit: UnitFacts, *, actor: Actor, now: datetime) -> Mandate:
    rules.check_matters(draft.matters)
    rules.check_term(
        basis=draft.basis, since=draft.since, until=draft.until, every_days=draft.evaluate_every_days
    )
    if not draft.title.strip():
        raise Refusal(say("请写明清单名称"), field="title")
    with store.writing():
        _refuse_doubled(draft, unit)
        row = Mandate.objects.create(
            id=new_id(), unit_id=unit.id, place=_place(draft, unit), title=draft.title.strip()[:100],
            giver_id=queries.open_unit(draft.giver).id if draft.giver else None,
            matters=list(draft.matters), basis=draft.basis.strip()[:300], since=draft.since,
            until=draft.until, evaluate_every_days=draft.evaluate_every_days,
            evaluation_due=rules.next_evaluation(draft.since, draft.evaluate_every_days),
        )  # fmt: skip
        told = events.PowerGiven(id=row.pk, place=row.place, unit=unit.id, since=row.since.isoformat())
        stream.tell(told, actor=actor, now=now)
        changed(queries.HELD)
    return row


def _place(draft: PowerDraft, unit: UnitFacts) -> str:
    place = draft.place or unit.place
    if not is_within(place, unit.place):
        raise Refusal(say("权力行使的区域要在单位所在区域之内"), field="place")
    return place


def _refuse_doubled(draft: PowerDraft, unit: UnitFacts) -> None:
    """The same class twice would leave nobody sure by which basis the unit acts."""
    for held in queries.powers_of(unit.id):
        if held.until is not None and held.until <= draft.since:
            continue
        for one in draft.matters:
            if one in held.matters and is_within(_place(draft, unit), held.place):
                raise Refusal(
                    say(
                        "“{unit}”已有事项 {code} 的权力（{title}）",
                        unit=unit.name,
                        code=one,
                        title=held.title,
                    ),
                    Kind.CONFLICT,
                    field="matters",
                )


def evaluate_power(
    mandate: UUID, verdict: str, finding: str, *, actor: Actor, now: datetime, until: date | None = None
) -> Evaluation:
    """Evaluate how a power is used; the next evaluation is due a set period later.

    Withdrawn, it ends on ``until``, today unless said otherwise. Refused without a finding, after its end.
    """
    if verdict not in rules.VERDICTS:
        raise Refusal(say("没有这种评估结论"), field="verdict")
    if len(finding.strip()) < SHORTEST:
        raise Refusal(say("请写明评估情况"), field="finding")
    today = timezone.localdate(now)
    with store.writing():
        row = _locked(mandate, today, actor)
        kept = Evaluation.objects.create(
            mandate=row, on=today, verdict=verdict, finding=finding, by=actor.ref
        )
        row.evaluation_due = rules.next_evaluation(today, row.evaluate_every_days)
        row.save(update_fields=["evaluation_due"])
        told = events.PowerEvaluated(id=row.pk, place=row.place, verdict=verdict)
        stream.tell(told, actor=actor, now=now, words={"finding": finding})
        if verdict == rules.Verdict.WITHDRAWN.value:
            _end(row, until or today, actor=actor, now=now, reason=finding)
        changed(queries.HELD)
    return kept


def end_power(mandate: UUID, until: date, reason: str, *, actor: Actor, now: datetime) -> None:
    """End a power from a day on; from that day nobody acts by it. A day that has passed is refused."""
    if len(reason.strip()) < SHORTEST:
        raise Refusal(say("请写明收回的理由"), field="reason")
    today = timezone.localdate(now)
    with store.writing():
        row = _locked(mandate, today, actor)
        if until < today:
            raise Refusal(say("收回日期最早是今天"), field="until")
        _end(row, until, actor=actor, now=now, reason=reason)


def _locked(mandate: UUID, today: date, actor: Actor) -> Mandate:
    row = Mandate.objects.select_for_update().filter(pk=mandate).first()
    if row is None:
        raise Refusal(say("没有这项权力"), Kind.MISSING)
    permissions.require_powers(actor, row.place)
    if row.until is not None and row.until <= today:
        raise Refusal(say("这项权力已于 {day} 结束", day=row.until.isoformat()), Kind.CONFLICT)
    return row


def _end(row: Mandate, until: date, *, actor: Actor, now: datetime, reason: str) -> None:
    row.until = max(until, row.since)
    row.save(update_fields=["until"])
    told = events.PowerEnded(id=row.pk, place=row.place, until=row.until.isoformat())
    stream.tell(told, actor=actor, now=now, words={"reason": reason})
    changed(queries.HELD)


@dataclass(frozen=True)
class TransferDraft:
    """A class of matters handed over: the power that arises, who gives it up, and what moves with it.

    ``posts`` are ids of posts that move with their holders; ``places_of_staff`` established places that move
    vacant; ``yuan`` whole yuan a year out of ``budget_line``.
    """

    power: PowerDraft
    from_unit: str
    posts: tuple[UUID, ...] = ()
    places_of_staff: int = 0
    yuan: int = 0
    budget_line: str = ""


def transfer_matters(draft: TransferDraft, *, actor: Actor, now: datetime) -> MatterTransfer:
    """Hand a class of matters to another unit, at once: its power, its staff and its money in one act.

    Refused without any of the three, to the same unit, and posts that do not belong to the giving unit.
    What the giving unit held of these classes ends today; new cases follow (`catalogue.reactions`).
    """
    before, after = queries.open_unit(draft.from_unit), queries.open_unit(draft.power.unit)
    for unit in (before, after):
        permissions.require_manage(actor, unit.place)
    parts = rules.Parts(
        draft.power.basis, len(draft.posts), draft.places_of_staff, draft.yuan, draft.budget_line
    )
    rules.check_parts(parts)
    if before.id == after.id:
        raise Refusal(say("不能移交给本单位"), field="unit")
    with store.writing():
        _give_up(draft.power.matters, before, actor=actor, now=now)
        power = _given(draft.power, after, actor=actor, now=now)
        _move_posts(draft.posts, before, after, actor=actor, now=now)
        return _written(power, before, parts, actor=actor, now=now)


def _written(
    power: Mandate, before: UnitFacts, parts: rules.Parts, *, actor: Actor, now: datetime
) -> MatterTransfer:
    row = MatterTransfer.objects.create(
        mandate=power, from_unit_id=before.id, posts=parts.posts, places_of_staff=parts.places_of_staff,
        yuan=parts.yuan, budget_line=parts.budget_line.strip()[:100], at=now, by=actor.ref,
    )  # fmt: skip
    told = events.MattersTransferred(id=power.pk, place=power.place, unit=power.unit_id, before=before.id)
    stream.tell(told, actor=actor, now=now)
    return row


def _give_up(matters: tuple[str, ...], before: UnitFacts, *, actor: Actor, now: datetime) -> None:
    """What the giving unit held of exactly these classes ends; a wider list stays, less these."""
    today = timezone.localdate(now)
    for row in Mandate.objects.select_for_update().filter(unit=before.id, since__lte=today):
        given = [one for one in row.matters if rules.covering(one, matters)]
        if not given or (row.until is not None and row.until <= today):
            continue
        if len(given) == len(row.matters):
            _end(row, today, actor=actor, now=now, reason=str(say("事项移交")))
        else:
            row.matters = [one for one in row.matters if one not in given]
            row.save(update_fields=["matters"])


def _move_posts(
    posts: tuple[UUID, ...], before: UnitFacts, after: UnitFacts, *, actor: Actor, now: datetime
) -> None:
    rows = list(queries.in_force(now).filter(pk__in=posts, unit=before.id).select_related("account"))
    if len(rows) < len(set(posts)):
        raise Refusal(say("移交的人员要是“{unit}”现任的人员", unit=before.name), field="posts")
    for row in rows:
        end_post(row.pk, actor=actor, now=now, reason="事随人转", together=False)
        _take_up(row, after, actor=actor, now=now)


def _take_up(row: Post, after: UnitFacts, *, actor: Actor, now: datetime) -> None:
    """The same post in the receiving unit, with what was said of it."""
    appoint(
        row.kind_id, after.code, row.account, actor=actor, now=now, name=row.name, contact=row.contact,
        hours=row.hours, reason="事随人转",
        holder_unit=queries.known_unit(row.holder_unit_id).code if row.holder_unit_id else "",
    )  # fmt: skip
