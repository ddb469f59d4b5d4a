"""From an alarm to one case, through the door of intake, and from the case back to the alarm."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from gewu.infra import store, stream
from gewu.intake import actions as intake
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.security.actors import Actor, Relation, Standing
from gewu.sensing import events
from gewu.sensing.actions import steps
from gewu.sensing.models import Alarm
from gewu.sensing.queries.wording import number_words

#: The channel of intake by which devices report.
CHANNEL = "device"
#: Alarms of one kind in one community within this time belong together.
STORM = timedelta(minutes=30)


def open_case(alarm: UUID, *, now: datetime) -> Alarm:
    """Open the case of an alarm, or have it join the case of the storm it is part of. Done once.

    The report carries the alarm's id as its outside number, so that a second try finds it taken. A class
    that is not in force leaves the report on the desk of the acceptors, without a class.
    """
    with store.writing():
        row = Alarm.objects.select_for_update(of=("self",)).select_related("device", "rule").get(pk=alarm)
        if row.case_id is not None:
            return row
        first = _storm_of(row)
        if first is not None:
            return _join(row, first, now)
        report = _received(row, now)
        if report.case is not None:
            row.case = report.case
            row.save(update_fields=["case"])
            told = events.AlarmCaseOpened(
                id=row.pk, place=row.place, case=report.case.pk, number=report.case.number
            )
            stream.tell(told, actor=acting(row), now=now)
    return row


def acting(row: Alarm) -> Actor:
    """The rule that raised the alarm; it may open a case in the place of its device and nothing else."""
    right = Standing("alarm_rule", frozenset({"reports.screen"}), Relation.TERRITORY, row.place)
    return Actor(f"rule:alarm:{row.rule_id}", row.name_zh, (right,))


def _received(row: Alarm, now: datetime) -> intake.Report:
    try:
        with store.attempt():
            return intake.receive(_draft(row, row.rule.matter), actor=acting(row), now=now, accept=True)
    except Refusal:
        return intake.receive(_draft(row, ""), actor=acting(row), now=now)


def _draft(row: Alarm, matter: str) -> intake.ReportDraft:
    device = row.device
    beyond = "高于" if row.rule.side == "above" else "低于"
    figures = f"读数 {number_words(row.value)}，{beyond}告警线 {number_words(row.threshold)}"
    return intake.ReportDraft(
        channel=CHANNEL,
        text=f"{device.name}：{row.name_zh}。{figures}。",
        lon=device.lon,
        lat=device.lat,
        place="" if device.lon is not None else device.place,
        address=device.address,
        matter=matter,
        outside_id=row.pk.hex,
    )


def _storm_of(row: Alarm) -> Alarm | None:
    """The first alarm of its kind in the same community lately, when so many came that they are one thing."""
    if not row.rule.storm:
        return None
    near = Alarm.objects.filter(
        alarm=row.alarm,
        place__startswith=row.place[: Level.COMMUNITY.digits],
        raised_at__gt=row.raised_at - STORM,
        raised_at__lte=row.raised_at,
    ).exclude(pk=row.pk)
    if near.count() + 1 < row.rule.storm:
        return None
    # Locked, so that two alarms of one storm join the same case and open none beside it.
    running = near.filter(case__isnull=False, case_ended_at=None, storm_of=None)
    return running.select_for_update(of=("self",)).select_related("case").order_by("raised_at", "pk").first()


def _join(row: Alarm, first: Alarm, now: datetime) -> Alarm:
    assert first.case is not None
    row.case, row.storm_of = first.case, first
    row.responded_at = first.responded_at and now
    row.save(update_fields=["case", "storm_of", "responded_at"])
    told = events.AlarmGrouped(id=row.pk, place=row.place, case=first.case.pk, number=first.case.number)
    stream.tell(told, actor=acting(row), now=now)
    joined = events.CaseAlarmJoined(id=first.case.pk, place=row.place, alarm=row.pk)
    stream.tell(joined, actor=acting(row), now=now)
    return row


def follow_case(case: UUID, event: str, *, now: datetime) -> int:
    """Write back to its alarms what became of a case: signed for, ended, reopened; how many changed."""
    with store.writing():
        rows = Alarm.objects.select_for_update(of=("self",)).select_related("case").filter(case=case)
        changed = [row for row in rows.order_by("pk") if _is_new(row, event)]
        for row in changed:
            steps.apply(row, event, actor=acting(row), now=now)
    return len(changed)


def _is_new(row: Alarm, event: str) -> bool:
    """A reaction may come twice; the second time nothing is left to write."""
    facts = steps.facts_of(row)
    return {"respond": not facts.answered, "end_case": not facts.case_ended, "reopen_case": facts.case_ended}[
        event
    ]
