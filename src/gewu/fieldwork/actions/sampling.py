"""Samples of statements and findings: drawn by a stored seed, looked at again by someone else."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gewu.fieldwork import events, permissions
from gewu.fieldwork.actions import clues, records
from gewu.fieldwork.actions.records import FindingDraft
from gewu.fieldwork.actions.tasks import CheckInDraft
from gewu.fieldwork.lifecycle import DRAWN
from gewu.fieldwork.models import Draw, Drawn, Finding, Statement
from gewu.fieldwork.rules import drawing
from gewu.infra import store, stream
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import scopes
from gewu.security.actors import Actor
from gewu.territory import queries as territory

STATEMENT, FINDING = "statement", "finding"
OF = (STATEMENT, FINDING)
#: For so many days someone may go and look again.
DAYS = 7
#: More than this are not looked at again by hand.
MOST_DRAWN = 500


@dataclass(frozen=True)
class DrawDraft:
    """What is drawn from: statements signed or findings made in a place between two days, both included."""

    of: str
    place: str
    since: date
    until: date
    percent: int = 10


def draw(draft: DrawDraft, *, actor: Actor, now: datetime, seed: str = "") -> Draw:
    """Draw a sample and lay a task for each thing drawn. The seed is kept, so that anyone can draw it again.

    Without a ``seed`` one is made that nobody could know before. Refused are whoever may not draw there, an
    empty population, and a share that is none or far too much.
    """
    if draft.of not in OF:
        raise Refusal(say("只能抽查无问题声明或上报的问题"), field="of")
    if not 1 <= draft.percent <= 100:
        raise Refusal(say("抽查比例在 1 到 100 之间"), field="percent")
    place = territory.place(draft.place).code
    permissions.require_at(actor, permissions.SAMPLE, place)
    with store.writing():
        found = {one.pk: one for one in population(draft.of, place, draft.since, draft.until)}
        chosen = drawing.drawn(found, seed=(seed := seed or secrets.token_hex(8)), percent=draft.percent)
        _check_size(len(found), len(chosen))
        row = Draw.objects.create(
            of=draft.of, place=place, since=draft.since, until=draft.until, percent=draft.percent, seed=seed,
            population=len(found), digest=drawing.digest_of(found), drawn_by=actor.ref, drawn_at=now,
        )  # fmt: skip
        for n, key in enumerate(chosen, start=1):
            _lay(row, n, found[key], actor=actor, now=now)
        told = events.SampleDrawn(
            id=row.pk, place=place, of=row.of, seed=seed, digest=row.digest, population=len(found),
            drawn=len(chosen),
        )  # fmt: skip
        stream.tell(told, actor=actor, now=now)
    return row


def _check_size(population: int, chosen: int) -> None:
    if not population:
        raise Refusal(say("这段时间没有可抽查的"), Kind.CONFLICT)
    if chosen > MOST_DRAWN:
        raise Refusal(
            say("一次最多抽 {n} 件", n=MOST_DRAWN), field="percent", advice=say("请缩短时间或降低比例")
        )


def population(of: str, place: str, since: date, until: date) -> Sequence[Statement | Finding]:
    """What a sample is drawn from, in no order that matters."""
    inside = scopes.within("place", place)
    if of == STATEMENT:
        return list(Statement.objects.filter(inside, until__gte=since, until__lte=until))
    return list(Finding.objects.filter(inside, made_at__date__gte=since, made_at__date__lte=until))


def _lay(row: Draw, n: int, one: Statement | Finding, *, actor: Actor, now: datetime) -> None:
    item = Drawn(id=new_id(), draw=row, seq=n, place=one.place, author=one.by)
    if isinstance(one, Statement):
        item.statement, title = one, "复查无问题声明"
    else:
        item.finding, title = one, "复查上报的问题"
    item.task = clues.look_task(title, f"drawn:{item.pk.hex}", one.place, DAYS, actor, now)
    item.save(force_insert=True)


def look_again(
    item: UUID,
    event: str,
    *,
    finding: str,
    at: CheckInDraft,
    actor: Actor,
    now: datetime,
    matter: str = "",
    made_at: datetime | None = None,
    version: int | None = None,
) -> Drawn:
    """Say what was seen when looking again: ``uphold`` or ``refute``; with a class a case is opened of it.

    Refused are whoever does no fieldwork there, whoever signed or found it, and whoever was not there.
    """
    moment = made_at or now
    with store.writing():
        row = _locked(item, version)
        step = DRAWN.row(event, row.state)
        clues.require_looker(actor, row.place)
        clues.look(row.task_id, at, made_at=moment, actor=actor, now=now)
        step.check(clues.facts(actor, row.author, row.task_id), {"finding": finding})
        row.state, row.version = step.to or row.state, row.version + 1
        row.looked_by, row.looked_at, row.result = actor.ref, moment, finding.strip()[:1000]
        if matter:
            draft = FindingDraft(
                text=finding, task=row.task_id, matter=matter, place=row.place, made_at=moment
            )
            records.find(draft, actor=actor, now=now)
        result = clues.TRUE if event == "uphold" else clues.FALSE
        clues.end_look(row.task_id, result, finding, moment, actor=actor, now=now)
        row.save(force_update=True)
        given, details = {"finding": row.result}, {"seq": row.seq}
        stream.tell_step(step, row.draw_id, row.place, details=details, given=given, actor=actor, now=now)
    return row


def _locked(item: UUID, version: int | None) -> Drawn:
    row = Drawn.objects.select_for_update(of=("self",)).filter(pk=item).first()
    if row is None:
        raise Refusal(say("没有这件抽查"), Kind.MISSING)
    if version is not None and version != row.version:
        raise Refusal(say("这件抽查刚被别人复查"), Kind.CONFLICT, advice=say("请刷新后再办"))
    return row
