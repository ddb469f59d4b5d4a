"""Long lists as files: more rows than one may take out alone are asked for and granted by a second person.

The file is made by an errand (`infra.errands`), outside of any request. It is its asker's alone, and is taken
once; for an hour after that the same person may take it again, because a line may break.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import QuerySet

from gewu.infra import errands, store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security import events
from gewu.security.actions import consents
from gewu.security.actors import CLOCK, Actor
from gewu.security.models import ExportRequest

ASK, APPROVE = "cases.export", "exports.approve"
#: How long a consent may be used.
USABLE_FOR = timedelta(hours=24)
#: How long a file may be taken again after the first time, and at least waits when it was ready late.
AGAIN_FOR = timedelta(hours=1)
#: So many files may wait for one person at a time, of those that nobody else agreed to.
MOST_AT_A_TIME = 5
#: The errand that makes the file.
ERRAND = "export"


def ask_export(query: str, *, rows: int, place: str, reason: str, actor: Actor, now: datetime) -> UUID:
    """Ask to take out a list of so many rows; ``query`` is the list as its address names it.

    Refused: without the right to export, without a reason, and while one's own request for it waits or holds.
    """
    if actor.account_id is None or not actor.holds(ASK):
        raise Refusal(say("您不能导出工单"), Kind.FORBIDDEN)
    short = say("请写明为什么要导出，至少 {n} 个字", n=consents.SHORTEST_REASON)
    words = consents.checked_reason(reason, refusal=short)
    with store.writing():
        mine = ExportRequest.objects.filter(query=query, asked_by_id=actor.account_id, used_at=None)
        consents.check_none_open(mine, now=now, refusal=say("您已申请过，请等待审批或先导出"))
        row = ExportRequest.objects.create(
            query=query, rows=rows, place=place, reason=words, asked_by_id=actor.account_id, asked_at=now
        )
        told = events.ExportAsked(id=row.pk, place=place, rows=rows)
        stream.tell(told, actor=actor, now=now, words={"reason": words})
    return row.pk


def decide_export(request_id: UUID, granted: bool, *, reason: str, actor: Actor, now: datetime) -> None:
    """Grant or decline, as a second person who may do so at that place.

    Refused: one's own request, without the right, decided or run out already, a no without its reason.
    """
    with store.writing():
        row = ExportRequest.objects.select_for_update().filter(pk=request_id).first()
        if row is None or actor.account_id is None or not actor.holds_at(APPROVE, row.place):
            raise Refusal(say("没有这项申请，或不由您审批"), Kind.MISSING)
        consents.decide(row, granted, reason=reason, usable_for=USABLE_FOR, actor=actor, now=now)
        kind = events.ExportGranted if granted else events.ExportDeclined
        told = kind(id=row.pk, place=row.place, rows=row.rows)
        stream.tell(told, actor=actor, now=now, words={"reason": row.decision})


def begin_export(query: str, *, rows: int, place: str, language: str, actor: Actor, now: datetime) -> UUID:
    """Have a list of no more rows than one may take out alone made into a file; the caller knows how many.

    Refused: without the right to export, while the same list is under way or waits to be taken, and while
    :data:`MOST_AT_A_TIME` others do.
    """
    if actor.account_id is None or not actor.holds(ASK):
        raise Refusal(say("您不能导出工单"), Kind.FORBIDDEN)
    with store.writing():
        mine = ExportRequest.objects.filter(asked_by_id=actor.account_id, used_at=None)
        consents.check_none_open(
            mine.filter(query=query), now=now, refusal=say("这个列表的文件正在制作或已经备好，见“我的申请”")
        )
        if mine.filter(granted=True, decided_by=None, until__gt=now).count() >= MOST_AT_A_TIME:
            raise Refusal(
                say("最多同时有 {n} 个文件等您下载", n=MOST_AT_A_TIME),
                Kind.CONFLICT,
                advice=say("请先下载已备好的文件"),
            )
        row = ExportRequest.objects.create(
            query=query, rows=rows, place=place, reason="", asked_by_id=actor.account_id, asked_at=now,
            decided_at=now, granted=True, until=now + USABLE_FOR,
        )  # fmt: skip
        stream.tell(events.ExportBegun(id=row.pk, place=place, rows=rows), actor=actor, now=now)
        errands.want(ERRAND, row.pk, by=actor.ref, language=language, expected=rows, now=now)
    return row.pk


def want_export(request_id: UUID, *, language: str, actor: Actor, now: datetime) -> None:
    """Have the file made to which a second person has agreed; after a fault, have it made again.

    Refused: without a consent that holds, and while it is under way or ready.
    """
    with store.writing():
        row = _own(ExportRequest.objects.select_for_update(), request_id, actor)
        if row.used_at or not consents.holds(row, usable_for=USABLE_FOR, now=now):
            raise Refusal(
                say("没有可用的授权：尚未同意、已用过或已过期"),
                Kind.FORBIDDEN,
                advice=say("需要时请重新申请"),
            )
        before = errands.of([row.pk]).get(row.pk)
        if row.made_at or (before and before.is_open):
            raise Refusal(say("这个列表的文件正在制作或已经备好，见“我的申请”"), Kind.CONFLICT)
        stream.tell(events.ExportWanted(id=row.pk, place=row.place, rows=row.rows), actor=actor, now=now)
        errands.want(ERRAND, row.pk, by=actor.ref, language=language, expected=row.rows, now=now)


def wanted_list(request_id: UUID) -> str:
    """The list whose file is to be made, as its address names it."""
    return ExportRequest.objects.get(pk=request_id).query


def file_of(request_id: UUID) -> Path:
    """Where the file of a request lies once it is made."""
    return errands.folder(ERRAND) / f"{request_id.hex}.xlsx"


def note_made(request_id: UUID, *, rows: int, now: datetime) -> None:
    """The file is whole and lies in its place; in the transaction that ends its errand."""
    with store.writing():
        row = ExportRequest.objects.select_for_update().get(pk=request_id)
        row.made_at, row.made_rows = now, rows
        row.save(update_fields=["made_at", "made_rows"])
        stream.tell(events.ExportMade(id=row.pk, place=row.place, rows=rows), actor=CLOCK, now=now)


def note_failed(request_id: UUID, reason: Text, now: datetime) -> None:
    """The file could not be made; the consent still stands."""
    with store.writing():
        row = ExportRequest.objects.get(pk=request_id)
        told = events.ExportFailed(id=row.pk, place=row.place, rows=row.rows)
        stream.tell(told, actor=CLOCK, now=now, words={"reason": str(reason)})


def kept_until(row: ExportRequest) -> datetime | None:
    """Until when a file that was made may be taken; nothing before it is made."""
    if row.made_at is None or row.until is None:
        return None
    return row.used_at + AGAIN_FOR if row.used_at else max(row.until, row.made_at + AGAIN_FOR)


def take_export(request_id: UUID, *, actor: Actor, now: datetime) -> tuple[Path, int]:
    """The file of one's own request and how many rows it has; the first time uses the consent up.

    Refused: another's, one not made yet, and one whose time is over.
    """
    with store.writing():
        row = _own(ExportRequest.objects.select_for_update(), request_id, actor)
        until, path = kept_until(row), file_of(row.pk)
        if until is None:
            raise Refusal(say("文件还没有做成"), Kind.CONFLICT)
        if now >= until or not path.exists():
            raise Refusal(
                say("文件已过期删除，或已下载超过一小时"), Kind.FORBIDDEN, advice=say("需要时请重新申请")
            )
        by_consent = row.used_at is None and row.decided_by_id is not None
        if row.used_at is None:
            row.used_at = now
            row.save(update_fields=["used_at"])
        kind = events.ExportUsed if by_consent else events.ExportTaken
        stream.tell(kind(id=row.pk, place=row.place, rows=row.made_rows), actor=actor, now=now)
    return path, row.made_rows


def remove_exports(now: datetime) -> int:
    """Remove the files that nobody may take any more, and what broken tries left; returns how many files."""
    found = {path: path.name[:32] for path in errands.folder(ERRAND).iterdir()}
    ids = {key: UUID(key) for key in found.values()}
    rows = {row.pk.hex: row for row in ExportRequest.objects.filter(pk__in=ids.values())}
    at_work = {id.hex for id, progress in errands.of(list(ids.values())).items() if progress.is_open}
    count = 0
    for path, key in found.items():
        until = kept_until(rows[key]) if key in rows else None
        if key in at_work or (until is not None and now < until):
            continue
        errands.clear(path)
        count += 1
        if until is not None:
            with store.writing():
                told = events.ExportRemoved(id=ids[key], place=rows[key].place, rows=rows[key].made_rows)
                stream.tell(told, actor=CLOCK, now=now)
    return count


def _own(requests: QuerySet[ExportRequest], request_id: UUID, actor: Actor) -> ExportRequest:
    row = requests.filter(pk=request_id, asked_by_id=actor.account_id).first()
    if row is None or actor.account_id is None:
        raise Refusal(say("没有这项申请"), Kind.MISSING)
    return row
