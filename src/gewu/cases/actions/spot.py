"""Handled on the spot: a grid worker settles a small matter and records it in one step; another checks it."""

from __future__ import annotations

from datetime import datetime

from gewu.cases import events, rules
from gewu.cases.actions import clocks, filing, steps
from gewu.cases.actions.filing import NewCase
from gewu.cases.models import Case
from gewu.cases.rules import turns
from gewu.catalogue import queries as catalogue
from gewu.infra import rows, store, stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

#: Where such cases come from.
ORIGIN = "grid"


def self_handle(
    new: NewCase, *, result: str, evidence: tuple[rules.EvidenceGiven, ...], actor: Actor, now: datetime
) -> Case:
    """File a matter that is settled already, with what shows it; it waits for another person's check.

    Refused are whoever may not do so at that place, a class that is not for the spot, and missing evidence.
    """
    if not actor.holds_at("cases.self_handle", new.place):
        raise Refusal(say("您没有在此地当场处置的权限"), Kind.FORBIDDEN)
    matter = catalogue.matter(new.matter, on=catalogue.day_of(now))
    if not turns.for_the_spot(matter.kind, matter.handle):
        raise Refusal(say("“{matter}”不能当场处置，请上报", matter=matter.name_zh), field="matter")
    if not result.strip():
        raise Refusal(say("请写明怎样处置的"), field="result")
    steps.check_words({"result": result, "reason": new.text})
    with store.writing():
        case, promise = filing.begun(new, matter, now)
        filing.number([case])
        case.state, case.self_handled = "handled", True
        case.handled_at, case.handled_by, case.result = now, actor.ref, result
        filed = events.CaseFiled(id=case.pk, place=case.place, matter=case.matter, origin=case.origin)
        stream.tell(filed, actor=actor, now=now)
        rows.insert([case])
        rows.insert([promise, clocks.new(case, "check", clocks.stage(case, "check"), start=now)])
        _show(case, matter, result, evidence, actor=actor, now=now)
    return case


def _show(
    case: Case,
    matter: catalogue.Matter,
    result: str,
    evidence: tuple[rules.EvidenceGiven, ...],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what shows the work, and tell; the class asks for the same evidence as of an office."""
    kept = steps.keep_evidence(case, evidence, actor=actor, now=now)
    missing = rules.missing_of(matter.evidence, steps.held_by(case))
    if missing:
        raise Refusal(rules.say_missing(missing), Kind.CONFLICT, field="evidence")
    told = events.CaseSelfHandled(id=case.pk, place=case.place, evidence=tuple(one.pk.hex for one in kept))
    stream.tell(told, actor=actor, now=now, words={"result": result})
