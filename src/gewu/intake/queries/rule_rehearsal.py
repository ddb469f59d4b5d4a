"""What a draft of a limit before a case would have meant for past reports."""

from __future__ import annotations

from datetime import date, datetime

from gewu.cases.queries import LOOK_BACK, MOST_CASES, LimitRehearsal, Timed
from gewu.catalogue import queries as catalogue
from gewu.catalogue.queries import Words
from gewu.intake.models import Report, VerificationTask
from gewu.intake.queries.limits import limits
from gewu.intake.rules import choose_limit
from gewu.kernel import worktime
from gewu.kernel.limits import LimitRow
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.security.scopes import within


def rehearse_limit(words: Words, *, since: date, place: str, actor: Actor, now: datetime) -> LimitRehearsal:
    """Which of the newest 500 reports of 180 days a draft limit would have made late: one query.

    Shown is the number of the case that a report became; its text and its reporter never are.
    """
    if not actor.holds_at("catalogue.manage", place):
        raise Refusal(say("没有管理 {place} 事项目录的权限", place=place), Kind.FORBIDDEN)
    limit = catalogue.read_limit(words["amount"], words["unit"])
    draft = LimitRow[worktime.Limit](
        words["kind"], words["channel"], words["matter"], words["place"], limit, since
    )
    past = _accepted if draft.kind == "accept" else _looked
    return LimitRehearsal(tuple(past(draft, place, now)))


def _accepted(draft: LimitRow[worktime.Limit], place: str, now: datetime) -> list[Timed]:
    rows = Report.objects.filter(within("place", place), received_at__gte=now - LOOK_BACK)
    found = rows.select_related("case").order_by("-received_at")[:MOST_CASES]
    return [
        _timed(one, one.received_at, one.due_at, one.decided_at, now, draft)
        for one in found
        if _meant(draft, one)
    ]


def _looked(draft: LimitRow[worktime.Limit], place: str, now: datetime) -> list[Timed]:
    rows = VerificationTask.objects.filter(
        within("place", place), asked_at__gte=now - LOOK_BACK, dropped_at=None
    )
    found = rows.select_related("report__case").order_by("-asked_at")[:MOST_CASES]
    return [
        _timed(one.report, one.asked_at, one.due_at, one.done_at, now, draft)
        for one in found
        if _meant(draft, one.report)
    ]


def _meant(draft: LimitRow[worktime.Limit], report: Report) -> bool:
    """Whether the draft would be the most specific row for this report."""
    rows = [*(one for one in limits() if _key(one) != _key(draft)), draft]
    chosen = choose_limit(
        rows, draft.kind, channel=report.channel_id, matter=report.matter, place=report.place, on=draft.since
    )
    return chosen is draft.limit


def _key(row: LimitRow[worktime.Limit]) -> tuple[str, ...]:
    return row.kind, row.channel, row.matter_prefix, row.place_prefix


def _timed(
    report: Report,
    start: datetime,
    due_at: datetime,
    done_at: datetime | None,
    now: datetime,
    draft: LimitRow[worktime.Limit],
) -> Timed:  # fmt: skip -- one signature
    holes = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in report.pauses]
    limit = draft.limit
    then = worktime.deadline(start, limit.amount, limit.unit, catalogue.calendar(), holes)
    assert then is not None  # none of the holes is open
    done = done_at or now
    number = report.case.number if report.case else ""
    return Timed(number, due_at, then, done_at, done > due_at, done > then)
