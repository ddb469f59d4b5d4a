"""Places that stand for others from a day on: moved, merged or split, in one dated act."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from gewu.infra import store, stream
from gewu.infra.successors import Moves
from gewu.kernel import places
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actors
from gewu.security.actors import Actor
from gewu.territory import events, permissions, queries
from gewu.territory.lifecycle import SUCCESSION
from gewu.territory.models import Alias, Succession
from gewu.territory.rules.successions import SuccessionFacts

#: The net of the old codes that successions leave behind.
NET = "succession"
MOST_MOVES = 2000


def check_moves(moves: Moves, *, inside: str) -> None:
    """Refuse moves that are none: unknown places, other levels, places elsewhere, successors that go too.

    A place with grids is not moved as a whole: what its grids become is said grid by grid, because the
    same number in another community is another grid, and the rights of its worker would move to it.
    """
    if not 0 < len(moves) <= MOST_MOVES:
        raise Refusal(say("请写明 1 到 {n} 个区域的去处", n=MOST_MOVES), field="moves")
    known = queries.paths_of({*moves, *moves.values()})
    for old, new in moves.items():
        for code in (old, new):
            if code not in known or not places.is_within(places.checked(code), inside):
                raise Refusal(say("本区域内没有代码为 {code} 的地方", code=code), Kind.MISSING, field="moves")
        if len(old) != len(new) or len(old) < places.Level.COMMUNITY.digits:
            raise Refusal(
                say("{old} 只能由同一级的社区或网格承接，{new} 不是", old=old, new=new), field="moves"
            )
        if new in moves:
            raise Refusal(say("{new} 自己也要被承接，不能承接 {old}", new=new, old=old), field="moves")
    _check_grids(moves)


def _check_grids(moves: Moves) -> None:
    for old in moves:
        below = queries.grids_in(old) if len(old) == places.Level.COMMUNITY.digits else ()
        missing = [code for code in below if code not in moves]
        if missing:
            raise Refusal(
                say("社区 {old} 的网格 {code} 还没有写明去处", old=old, code=missing[0]),
                Kind.CONFLICT,
                field="moves",
            )


def plan_succession(
    moves: Moves, *, since: date, reason: str, inside: str, actor: Actor, now: datetime
) -> Succession:
    """Settle which places stand for which from a later day on.

    Refused are what `check_moves` refuses, a day that is not after today, no reason, and a place that is
    to be succeeded by another plan already.
    """
    permissions.require_manage(actor, inside)
    if since <= timezone.localdate(now):
        raise Refusal(say("改动最早自明天起施行"), field="since")
    if not 2 <= len(reason.strip()) <= 300 or "\0" in reason:
        raise Refusal(say("请写明改动的理由或依据，最多 {n} 个字", n=300), field="reason")
    check_moves(moves, inside=inside)
    with store.writing():
        for row in Succession.objects.select_for_update().filter(state__in=SUCCESSION.names(open=True)):
            both = {*row.moves, *row.moves.values()} & {*moves} or {*row.moves} & {*moves.values()}
            if both:
                raise Refusal(say("{code} 已在另一次承接中", code=min(both)), Kind.CONFLICT, field="moves")
        row = Succession.objects.create(
            inside=inside,
            moves=dict(moves),
            since=since,
            reason=reason.strip(),
            planned_by=actor.ref,
            planned_at=now,
        )
        told = events.SuccessionPlanned(id=row.pk, place=inside, since=since.isoformat(), places=len(moves))
        stream.tell(told, actor=actor, now=now, words={"reason": row.reason})
    return row


def undo_succession(key: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a plan back before its day; one that was carried out stands."""
    with store.writing():
        row = Succession.objects.select_for_update().filter(pk=key).first()
        if row is None:
            raise Refusal(say("没有这次区域承接"), Kind.MISSING)
        permissions.require_manage(actor, row.inside)
        _take(row, "undo", actor=actor, now=now)


def carry_out_successions(now: datetime) -> int:
    """Have the plans whose day has come take force; returns how many.

    What names the places follows by reactions: units, posts and rights, rules and lists, open matters. The
    old codes stay as aliases, so that a file or a letter with one still finds its way.
    """
    with store.writing():
        due = Succession.objects.select_for_update().filter(
            state__in=SUCCESSION.names(open=True), since__lte=timezone.localdate(now)
        )
        rows = list(due.order_by("since", "planned_at"))
        for row in rows:
            Alias.objects.bulk_create(
                (Alias(net=NET, old_code=old, place=new) for old, new in row.moves.items()),
                update_conflicts=True,
                unique_fields=["net", "old_code"],
                update_fields=["place"],
            )
            rule = actors.rule(f"succession:{row.pk}")
            _take(row, "carry_out", actor=rule, now=now, places=len(row.moves))
    return len(rows)


def _take(row: Succession, event: str, *, actor: Actor, now: datetime, **told: Any) -> None:
    step = SUCCESSION.row(event, row.state)
    step.check(SuccessionFacts(ahead=row.since > timezone.localdate(now)), {})
    row.state, row.ended_at = step.to or row.state, now
    row.save(update_fields=["state", "ended_at"])
    stream.tell(step.emits(id=row.pk, place=row.inside, **told), actor=actor, now=now)
