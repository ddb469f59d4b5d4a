"""Joint screenings: each department signs its own result, and the record waits for the last of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gewu.fieldwork import events
from gewu.fieldwork.lifecycle import TASK
from gewu.fieldwork.models import PlanSigner, Signature, Task
from gewu.infra import store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor

LONGEST = 1000


def sign(task_id: UUID, unit: str, *, result: str, actor: Actor, now: datetime) -> Signature:
    """Sign the result of one's own department; the same signature again is the same.

    Refused are a task that has not begun or is over, a department that is not asked, whoever does not sit
    in it, no result, and another result under a signature that stands.
    """
    asked, words = organisation.known_unit(unit), result.strip()
    with store.writing():
        task = Task.objects.select_for_update().filter(pk=task_id).first()
        if task is None:
            raise Refusal(say("没有这项任务"), Kind.MISSING)
        _check(task, asked, words, actor)
        known = Signature.objects.filter(task=task, unit=asked.id).first()
        if known is not None:
            if known.result != words:
                raise Refusal(say("{unit}已经签过字，签字不能改", unit=asked.name_zh), Kind.CONFLICT)
            return known
        if task.state != "started":
            state = TASK.state(task.state).label
            raise Refusal(say("排查现为“{state}”，不能签字", state=state), Kind.CONFLICT)
        row = Signature.objects.create(task=task, unit_id=asked.id, result=words, by=actor.ref, signed_at=now)
        told = events.ResultSigned(id=task.pk, place=task.place, unit=asked.id)
        stream.tell(told, actor=actor, now=now, words={"result": words})
    return row


def _check(task: Task, asked: organisation.UnitFacts, words: str, actor: Actor) -> None:
    if not PlanSigner.objects.filter(plan=task.plan_id, unit=asked.id).exists():
        raise Refusal(say("这次排查不需要{unit}签字", unit=asked.name_zh), Kind.CONFLICT, field="unit")
    if not actor.sits_in(asked.path):
        raise Refusal(say("由{unit}的人签字", unit=asked.name_zh), Kind.FORBIDDEN, field="unit")
    if not words:
        raise Refusal(say("请写明本部门的排查结果"), field="result")
    if len(words) > LONGEST:
        raise Refusal(say("最多 {n} 个字", n=LONGEST), field="result")
