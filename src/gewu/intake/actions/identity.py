"""Asking who stands behind a report, for those who may see the report or its case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gewu.cases import queries as cases
from gewu.intake.models import Report
from gewu.intake.queries.queue import visible_to
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actions as security
from gewu.security.actors import Actor


def ask_identity(report_id: UUID, *, reason: str, actor: Actor, now: datetime) -> UUID:
    """Ask to see who raised a report; a second person decides.

    Refused: a report neither it nor whose case is in scope, one without an identity, and what
    `security.ask_reveal` refuses.
    """
    row = Report.objects.select_related("case").filter(pk=report_id).first()
    seen = row is not None and (
        visible_to(actor).filter(pk=row.pk).exists()
        or (row.case is not None and cases.visible_to(actor).filter(pk=row.case.pk).exists())
    )
    if row is None or not seen:
        raise Refusal(say("没有这条反映，或不在您的范围内"), Kind.MISSING)
    if row.confidential and not actor.holds_at("reports.read", row.place):
        raise Refusal(
            say("来电人要求保密，承办单位不能申请查看身份"),
            Kind.FORBIDDEN,
            advice=say("需要联系来电人时，请通过受理单位或 12345 转达"),
        )
    if row.identity is None:
        raise Refusal(say("反映人没有留下身份信息，或已按期限删除"), Kind.CONFLICT)
    number = row.case.number if row.case else row.progress_code[:4] + "-****-****"
    return security.ask_reveal(
        row.identity,
        about=f"report:{row.pk}",
        number=number,
        place=row.place,
        reason=reason,
        actor=actor,
        now=now,
    )
