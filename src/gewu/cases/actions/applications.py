"""What an office may ask for: more time, shelving, and an appeal against the fact that it was late."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from gewu.cases import events
from gewu.cases.actions import clocks
from gewu.cases.actions.effects import Effect, Given
from gewu.cases.models import Application, Case, Deadline
from gewu.cases.rules import turns
from gewu.infra import rows, stream
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor


def _written(amount: Decimal) -> str:
    """An amount as people write it: 2, not 2.00."""
    return f"{amount:f}".rstrip("0").rstrip(".") if amount % 1 else str(int(amount))


def _ask(case: Case, kind: str, actor: Actor, now: datetime, **wanted: Any) -> None:
    asked = Application(
        id=new_id(), case=case, kind=kind, unit_id=case.lead_id, asked_by=actor.ref, asked_at=now, **wanted
    )
    rows.insert([asked])


def _decide(case: Case, kind: str, state: str, *, actor: Actor, now: datetime) -> Application:
    """The open application of this kind, decided; the guards have seen that there is one."""
    asked = Application.objects.get(case=case, kind=kind, state__in=("open", "passed"))
    asked.state, asked.decided_by, asked.decided_at = state, actor.ref, now
    asked.save(update_fields=["state", "decided_by", "decided_at"])
    if kind == case.asking:
        case.asking, case.asked_by = "", ""
    return asked


def lapse(case: Case, *, actor: Actor, now: datetime) -> None:
    """End an application that nobody decided before the work went on without it."""
    if not case.asking:
        return
    kind = case.asking
    _decide(case, kind, "lapsed", actor=actor, now=now)
    stream.tell(events.ApplicationLapsed(id=case.pk, place=case.place, kind=kind), actor=actor, now=now)


def _amount_asked(given: Given, running: list[Deadline]) -> object:
    """How much time is asked for, by amount or by the wanted end; refused when the two disagree."""
    asked, until, office = given.get("amount"), given.get("until"), clocks.named(running, "handle")
    if until is None or office is None:
        return asked
    turns.check_wanted_end(until, limit=office.due_at)
    needed = clocks.needed_until(office, until)
    if asked not in (None, "") and turns.as_amount(asked) != needed:
        raise Refusal(
            say("延长的时间与希望办到的时间不一致，只填一项即可；到那时要延长 {n}", n=_written(needed)),
            field="until",
        )
    return needed


def _ask_extension(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    limit = clocks.handling(case)
    whole = limit.unit in clocks.DAYS
    asked = _amount_asked(given, running)
    amount = turns.granted_amount(asked, Decimal(str(limit.amount)), whole=whole)
    _ask(case, "extension", actor, now, amount=amount)
    case.asking, case.asked_by = "extension", actor.ref
    return {"unit": case.lead_id, "amount": _written(amount), "time_unit": limit.unit.value}


def _approve_extension(
    case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given
) -> Given:
    asked = _decide(case, "extension", "approved", actor=actor, now=now)
    amount = Decimal(asked.amount or 0)
    clocks.extend(running, "handle", "promise", amount=amount)
    case.extensions += 1
    promise = clocks.named(running, "promise")
    case.due_at = promise.due_at if promise else case.due_at
    limit = clocks.handling(case)
    return {"unit": case.lead_id, "amount": _written(amount), "time_unit": limit.unit.value}


def _refuse_extension(
    case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given
) -> Given:
    _decide(case, "extension", "refused", actor=actor, now=now)
    return {"unit": case.lead_id}


def _ask_shelving(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    until = turns.checked_end(given["until"], now=now, latest=_latest(case, now))
    _ask(case, "shelving", actor, now, until=until)
    case.asking, case.asked_by = "shelving", actor.ref
    return {"unit": case.lead_id, "until": until}


def _approve_shelving(
    case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given
) -> Given:
    asked = _decide(case, "shelving", "approved", actor=actor, now=now)
    return _shelved(case, asked.until, now, running)


def _refuse_shelving(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    _decide(case, "shelving", "refused", actor=actor, now=now)
    return {"unit": case.lead_id}


def _shelve(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    return _shelved(case, given["until"], now, running)


def _shelved(case: Case, until: datetime | None, now: datetime, running: list[Deadline]) -> Given:
    case.shelved_until = turns.checked_end(until, now=now, latest=_latest(case, now))
    case.shelved_at = now
    clocks.hold(running, "handle", "promise", now=now)
    _show_later(case, running)
    return {"unit": case.lead_id, "until": case.shelved_until}


def _review_shelving(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    latest = _latest(case, case.shelved_at or now)
    case.shelved_until = turns.checked_end(given.get("until") or case.shelved_until, now=now, latest=latest)
    _show_later(case, running)
    return {"unit": case.lead_id, "until": case.shelved_until}


def _latest(case: Case, since: datetime) -> datetime:
    """A shelving ends within the longest time, however often it is reviewed."""
    return clocks.due(since, clocks.stage(case, "shelving"))


def _show_later(case: Case, running: list[Deadline]) -> None:
    """Lists show when the promise will end if the case is taken up again as planned."""
    promise = clocks.named(running, "promise")
    if promise and case.shelved_until:
        case.due_at = clocks.until_resumed(promise, case.shelved_until)


def _resume(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    clocks.resume_all(running, "handle", "promise", now=now)
    promise = clocks.named(running, "promise")
    case.due_at = promise.due_at if promise else case.due_at
    case.shelved_at = case.shelved_until = None
    return {"unit": case.lead_id}


def _appeal(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    _ask(case, "appeal", actor, now)
    case.appeal, case.appealed_by = "asked", actor.ref
    return {"unit": case.lead_id}


def _pass_appeal(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    asked = Application.objects.filter(case=case, kind="appeal", state="open")
    asked.update(state="passed", passed_by=actor.ref, passed_at=now)
    case.appeal, case.appeal_passed_by = "passed", actor.ref
    return {"unit": case.lead_id}


def _grant_appeal(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    _decide(case, "appeal", "approved", actor=actor, now=now)
    case.appeal = "granted"
    return {"unit": case.lead_id}


def _refuse_appeal(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    _decide(case, "appeal", "refused", actor=actor, now=now)
    case.appeal = "refused"
    return {"unit": case.lead_id}


#: What each of these steps writes beside the state.
EFFECTS: Mapping[str, Effect] = {
    "ask_extension": _ask_extension,
    "approve_extension": _approve_extension,
    "refuse_extension": _refuse_extension,
    "ask_shelving": _ask_shelving,
    "approve_shelving": _approve_shelving,
    "refuse_shelving": _refuse_shelving,
    "shelve": _shelve,
    "review_shelving": _review_shelving,
    "resume": _resume,
    "appeal": _appeal,
    "pass_appeal": _pass_appeal,
    "grant_appeal": _grant_appeal,
    "refuse_appeal": _refuse_appeal,
}
