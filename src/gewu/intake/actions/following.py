"""What whoever passed a report on says about it later: to be quick, or that more is known."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gewu.infra import store, stream
from gewu.intake import events, permissions, rules
from gewu.intake.models import Report
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor


def urge(report_id: UUID, *, words: str, actor: Actor, now: datetime) -> None:
    """Note that it was urged; the desk where it lies is told. Refused: an unknown one, a stranger's word."""
    _note(events.ReportUrged, report_id, rules.clean(words), actor, now)


def supplement(report_id: UUID, *, words: str, actor: Actor, now: datetime) -> None:
    """Note what else is known of it; the desk where it lies is told. Refused is also saying nothing."""
    _note(events.ReportSupplemented, report_id, rules.checked_text(words), actor, now)


def _note(kind: type[events.ReportEvent], report_id: UUID, words: str, actor: Actor, now: datetime) -> None:
    with store.writing():
        report = Report.objects.filter(pk=report_id).first()
        if report is None:
            raise Refusal(say("没有这条反映"), Kind.MISSING)
        permissions.require(actor, "screener", report)
        told = kind(id=report.pk, place=report.place)
        stream.tell(told, actor=actor, now=now, words={"reason": words[: rules.LONGEST_TEXT]})
