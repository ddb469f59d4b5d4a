"""What 110 is told, and what came from it follows its report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.channels.police import telling
from gewu.infra import connectors
from gewu.infra.stream import Told
from gewu.intake import queries as intake
from gewu.security.actors import Actor


def is_connected() -> bool:
    """Whether any 110 is connected, so that it may want to know."""
    return connectors.in_use("police")


def tell(told: Told, *, now: datetime) -> None:
    """The system with which this matter is exchanged; not what it said itself."""
    found = queries.handed(told.subject_id, told.type)
    if not telling.is_news(told, found):
        return
    connectors.owe(
        connectors.named(found.system).pk,
        told,
        topic=telling.TOPICS[told.type],
        record_id=told.subject_id,
        body=telling.body_of(told, found),
        now=now,
    )


def follow_report(told: Told, *, now: datetime) -> None:
    """What came in is taken, sent back or answered as its report is."""
    reports, by = [told.subject_id], Actor(told.actor, "")
    if told.type == "ReportDeclined":
        _follow(reports, "refuse", by, told, reason=told.words.get("reason", ""))
        return
    case = told.data.get("case")
    cases.follow(reports, "accept", case=UUID(str(case)) if case else None, by=by, now=told.at)
    if told.type == "ReportAnswered":
        _follow(reports, "finish", by, told, result=told.words.get("answer", ""))


def follow_case(told: Told, *, now: datetime) -> None:
    """What came in ends with the case that it became."""
    reports, by = intake.reports_of(told.subject_id), Actor(told.actor, "")
    if told.type == "CaseClosed":
        _follow(reports, "finish", by, told, result=told.words.get("answer", ""))
    else:
        _follow(reports, "refuse", by, told, reason=told.words.get("reason", ""))


def _follow(reports: Iterable[UUID], event: str, by: Actor, told: Told, **words: str) -> None:
    cases.follow(reports, event, by=by, now=told.at, words=words)
