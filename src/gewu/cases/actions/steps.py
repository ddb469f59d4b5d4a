"""Taking a step of the case table: lock, find the row, permit, check, write, tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from gewu.cases import permissions, rules
from gewu.cases.actions import applications, clocks, filing, handing, marks
from gewu.cases.actions.effects import Effect, Given
from gewu.cases.lifecycle import ASSIGNMENT, CASE, EVIDENCE, JOINT, NOT_LATE, WHISTLE
from gewu.cases.models import Assignment, Case, Deadline, Evidence
from gewu.cases.rules.parties import NOBODY, JointFacts
from gewu.catalogue import queries as catalogue
from gewu.infra import files, rows, store, stream
from gewu.kernel.lifecycle import FREE_WORDS, Guard
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security import queries as security
from gewu.security.actors import Actor


def take(
    number: str, event: str, *, actor: Actor, now: datetime, version: int | None = None, **given: Any
) -> Case:
    """Take one step. ``version`` is what the screen had seen; an older one is refused with what changed.

    Refused are: a step that the table does not allow now, someone else's step, something missing, a
    guard that says no. Whether the case may be seen at all is asked before, by `queries.require_visible`.
    """
    with store.writing():
        case = locked(number)
        seen = rows.seen(case)
        _check_unchanged(case, version)
        step = CASE.row(event, case.state)
        permissions.require(actor, step.by, case)
        check_words(given)
        step.check(facts_of(case, actor=actor, now=now, guards=step.only_if), given)
        running = clocks.running(case)
        watched = [(one, rows.seen(one)) for one in running]
        details = _EFFECTS[event](case, actor, now, running, given)
        case.state = step.to or case.state
        case.version += 1
        rows.update([(case, seen)])
        clocks.save(watched)
        stream.tell_step(step, case.pk, case.place, details=details, given=given, actor=actor, now=now)
    return case


def locked(number: str) -> Case:
    """The case of that number, locked until the transaction ends."""
    found = rows.read(Case, lock=True, number=number)
    if not found:
        raise Refusal(say("没有编号为“{number}”的工单", number=number), Kind.MISSING)
    return found[0]


def _check_unchanged(case: Case, version: int | None) -> None:
    if version is None or version == case.version:
        return
    last = stream.timeline("case", case.pk)[-1]
    who = security.names_of([last.actor]).get(last.actor, "")
    raise Refusal(
        say(
            "您打开此单之后，{who}已将其变为“{state}”",
            who=who or say("系统"),
            state=CASE.state(case.state).label,
        ),
        Kind.CONFLICT,
        advice=say("请刷新后再办"),
    )


def check_words(given: Mapping[str, Any]) -> None:
    """Refuse texts that are too long to read or too short to say anything."""
    for name in FREE_WORDS:
        text = given.get(name) or ""
        if len(text) > rules.LONGEST_WORDS:
            raise Refusal(say("文字过长，最多 {n} 个字", n=rules.LONGEST_WORDS), field=name)
        if text and len(text.strip()) < rules.SHORTEST_REASON:
            raise Refusal(say("请写明情况，至少 {n} 个字", n=rules.SHORTEST_REASON), field=name)
        if "\0" in text:
            raise Refusal(say("文字中有不能保存的字符"), field=name)


def facts_of(case: Case, *, actor: Actor, now: datetime, guards: Iterable[Guard]) -> rules.CaseFacts:
    """What these guards want to know: a query for the evidence and one for the assistants, where asked."""
    asked = list(guards)
    joint = joint_facts(tasks_of(case), now=now) if JOINT.concerns(asked) else NOBODY
    return rules.CaseFacts(
        now=now,
        actor=actor.ref,
        has_lead=case.lead_id is not None,
        joint=joint,
        evidence_needed=catalogue.matter(case.matter, on=catalogue.day_of(case.filed_at)).evidence,
        evidence_held=held_by(case) if EVIDENCE in asked else frozenset(),
        judged_until=clocks.judged_until(case),
        office_due=_office_due(case) if NOT_LATE in asked else None,
        **{name: getattr(case, name) for name in rules.COPIED},
    )


def _office_due(case: Case) -> datetime | None:
    """When the lead's own clock runs out, unless it is held."""
    own = (one for one in clocks.running(case) if one.clock == "handle" and not one.held)
    return next((one.due_at for one in own), None)


def joint_facts(tasks: Iterable[Assignment], *, now: datetime) -> JointFacts:
    """How the parts of other parties stand together. A whistle has at least one party."""
    rows = list(tasks)
    check_ins = [row.clock for row in rows if row.clock and row.whistle_id]
    called = [row.whistle for row in rows if row.whistle]
    return JointFacts(
        open_assists=sum(ASSIGNMENT.state(row.state).open for row in rows),
        returned_assists=sum(row.state == "returned" for row in rows),
        open_whistles=len({one.pk for one in called if WHISTLE.state(one.state).open}),
        late_check_ins=sum(one.due_at < now and not one.met_at and not one.dropped_at for one in check_ins),
    )


def tasks_of(case: Case) -> list[Assignment]:
    """The assignments of a case with their whistles, clocks and check-ins: two queries, mostly one.

    Most cases have none, and every step asks.
    """
    if not rows.read(Assignment, case_id=case.pk):
        return []
    found = Assignment.objects.filter(case=case).select_related("whistle__kind", "clock", "check_in")
    return list(found.order_by("offered_at", "id"))


def held_by(case: Case) -> frozenset[str]:
    """The kinds of evidence that a case holds in the present round of its work: one query."""
    given = rows.read(Evidence, case_id=case.pk)
    held = {one.token for one in given if rules.still_holds(one.token, one.round, case.round)}
    placed = bool(case.address) or case.lon is not None or len(case.place) > Level.COMMUNITY.digits
    return frozenset(held | {"location"} if placed else held)


def _report_done(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    kept = keep_evidence(case, given.get("evidence") or (), actor=actor, now=now)
    applications.lapse(case, actor=actor, now=now)
    case.was_late |= clocks.met_late(running, "handle", now=now)
    clocks.meet(running, "handle", now=now)
    case.handled_at, case.handled_by = now, actor.ref
    case.result, case.answer = given["result"], given.get("answer") or ""
    Deadline.objects.bulk_create([clocks.new(case, "check", clocks.stage(case, "check"), start=now)])
    return {"unit": case.lead_id, "evidence": tuple(one.pk.hex for one in kept)}


def _begin_check(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    case.checked_by = actor.ref
    return {}


def _fail_check(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    clocks.meet(running, "check", now=now)
    stopped = Deadline.objects.filter(case=case, clock="handle", dropped_at=None, met_at=case.handled_at)
    last = stopped.order_by("-started_at").first()
    case.checked_by, case.handled_at, case.answer = "", None, ""
    case.reworks += 1
    if last:
        last.met_at = None  # the same limit runs on: rework is no new promise
        last.save(update_fields=["met_at"])
    return {"unit": case.lead_id}


def _send_on(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    """What a grid worker could not settle on the spot goes to the dispatchers, to find its office."""
    clocks.meet(running, "check", now=now)
    rows.insert([clocks.new(case, "dispatch", clocks.stage(case, "dispatch"), start=now)])
    case.self_handled, case.checked_by, case.handled_by = False, "", ""
    case.handled_at, case.answer = None, ""
    case.reworks += 1
    return {}


def _close(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    case.was_late |= clocks.met_late(running, "promise", now=now)
    clocks.meet(running, "check", "promise", now=now)
    case.closed_at, case.ended_at, case.answer = now, now, given["answer"]
    return {}


def _confirm(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    case.solved = True
    return {}


def _reopen(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    unit = organisation.known_unit(str(case.lead_id))
    promise = clocks.new(case, "promise", clocks.handling(case), start=now)
    Deadline.objects.bulk_create([promise, *filing.send(case, unit, now=now)])
    case.due_at, case.solved = promise.due_at, False
    case.closed_at, case.ended_at, case.handled_at = None, None, None
    case.checked_by, case.answer = "", ""
    case.reopenings += 1
    return {"unit": unit.id}


def _void(case: Case, actor: Actor, now: datetime, running: list[Deadline], given: Given) -> Given:
    clocks.drop(running, *{one.clock for one in running}, now=now)
    case.ended_at = now
    return {}


#: What each step writes beside the state.
_EFFECTS: Mapping[str, Effect] = {
    **handing.EFFECTS,
    **applications.EFFECTS,
    **marks.EFFECTS,
    "send_on": _send_on,
    "report_done": _report_done,
    "begin_check": _begin_check,
    "fail_check": _fail_check,
    "close": _close,
    "confirm": _confirm,
    "reopen": _reopen,
    "void": _void,
}


def keep_evidence(
    case: Case, given: tuple[rules.EvidenceGiven, ...], *, actor: Actor, now: datetime
) -> list[Evidence]:
    """Keep what was handed in; files become the case's own."""
    useful = [one for one in given if one.counts]
    for one in useful:
        if one.token not in rules.EVIDENCE_WORDS:
            raise Refusal(say("没有“{token}”这种凭证", token=one.token), field="evidence")
    files.claim(tuple(one.file for one in useful if one.file), owner_kind="case", owner_id=case.pk)
    return Evidence.objects.bulk_create(
        Evidence(
            case=case,
            token=one.token,
            round=case.round,
            file_id=UUID(one.file) if one.file else None,
            text=one.text,
            added_by=actor.ref,
            added_at=now,
        )
        for one in useful
    )
