"""One case whole: for its page, and for whoever holds its progress code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from gewu.cases import permissions, rules
from gewu.cases.actions import clocks, steps
from gewu.cases.lifecycle import CASE
from gewu.cases.models import Case, Deadline, Evidence
from gewu.cases.queries.answers import AnswerLine, answers_for
from gewu.cases.queries.history import History, history_of
from gewu.cases.queries.lists import CaseLine, line_of
from gewu.cases.queries.narrowing import visible_to
from gewu.cases.queries.parties import OpenStep, Parties, TaskLine, open_step, parties_of, task_line
from gewu.cases.queries.referrals import CaseReferrals, of_case
from gewu.cases.queries.timeline import Line, lines_of, public_timeline
from gewu.catalogue import queries as catalogue
from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor


@dataclass(frozen=True)
class ClockFacts:
    """One clock of a case as it stands."""

    clock: str
    #: In which round of the case it began: 1 from its filing, one more from each reopening on.
    round: int
    unit: Name
    started_at: datetime
    due_at: datetime
    paused: bool
    met_at: datetime | None


@dataclass(frozen=True)
class EvidenceLine:
    """One piece of evidence of a case."""

    token: str
    label: Text
    file: UUID | None
    text: str
    added_at: datetime


@dataclass(frozen=True)
class CasePage:
    """One case with everything its page shows."""

    line: CaseLine
    version: int
    text: str
    lon: float | None
    lat: float | None
    matter: catalogue.Matter
    grounds: catalogue.Grounds
    route: str
    route_zh: str
    route_en: str
    result: str
    answer: str
    solved: bool | None
    judge_until: datetime | None
    evidence_needed: tuple[Text, ...]
    evidence: tuple[EvidenceLine, ...]
    #: The kinds that count in the present round of work.
    evidence_held: frozenset[str]
    clocks: tuple[ClockFacts, ...]
    lines: tuple[Line, ...]
    tasks: tuple[TaskLine, ...]
    steps: tuple[OpenStep, ...]
    may_call: bool
    parties: Parties
    referrals: CaseReferrals
    history: History
    #: Templates for the answer, filled in; only where a step that this actor may take has one.
    answers: tuple[AnswerLine, ...]


def page(actor: Actor, number: str, *, now: datetime) -> CasePage:
    """One case whole. A case one may not see is refused as if it did not exist."""
    case = visible_to(actor).filter(number=number).first()
    if case is None:
        raise Refusal(say("没有编号为“{number}”的工单，或不在您的范围内", number=number), Kind.MISSING)
    matter = catalogue.matter(case.matter, on=catalogue.day_of(case.filed_at))
    tasks = steps.tasks_of(case)
    told = stream.timeline("case", case.pk)
    lines = lines_of(told)
    open_steps = _as_returned(open_to(actor, case, now=now), told)
    return CasePage(
        line=line_of(case),
        version=case.version,
        text=case.text,
        lon=case.lon,
        lat=case.lat,
        matter=matter,
        grounds=_grounds(case),
        route=case.route,
        route_zh=case.route_zh,
        route_en=case.route_en,
        result=case.result,
        answer=case.answer,
        solved=case.solved,
        judge_until=clocks.judged_until(case),
        evidence_needed=tuple(rules.EVIDENCE_WORDS.get(one, Text(one)) for one in matter.evidence),
        evidence=_evidence(case),
        evidence_held=steps.held_by(case),
        clocks=_clocks(case, [one.at for one in told if one.type == "CaseReopened"]),
        lines=lines,
        tasks=tuple(task_line(actor, case, row) for row in tasks),
        steps=open_steps,
        may_call=CASE.state(case.state).open and permissions.WHO["dispatcher or lead"](actor, case, None),
        parties=parties_of(actor, case, tasks, now=now),
        referrals=of_case(actor, case, now=now),
        history=history_of(case, told, lines, now=now),
        answers=answers_for(case, on=catalogue.day_of(now)) if any(map(_asks_answer, open_steps)) else (),
    )


def _as_returned(found: tuple[OpenStep, ...], told: Iterable[stream.Told]) -> tuple[OpenStep, ...]:
    """Whoever dispatches a returned case anew begins with the unit that the return named, and is told so."""
    turn = next((one for one in reversed((*told,)) if one.type in ("CaseReturned", "CaseDispatched")), None)
    named = turn.data.get("proposed") if turn and turn.type == "CaseReturned" else None
    unit = organisation.unit(UUID(named)) if named else None
    if unit is None or unit.closed:
        return found
    note = say("退回时建议由{unit}承办，请核对", unit=unit.name)
    return tuple(
        replace(one, note=note, begins_with={"unit": unit.code}) if one.event == "dispatch" else one
        for one in found
    )


def _grounds(case: Case) -> catalogue.Grounds:
    reported, filed = catalogue.day_of(case.received_at), catalogue.day_of(case.filed_at)
    return catalogue.grounds_of(case.matter, case.place, reported=reported, filed=filed, process=case.process)


def _asks_answer(step: OpenStep) -> bool:
    return "answer" in (*step.needs, *step.may_take)


def open_to(actor: Actor, case: Case, *, now: datetime) -> tuple[OpenStep, ...]:
    """The steps this actor may take now, in the order of the table."""
    mine = [step for step in CASE.steps_from(case.state) if permissions.WHO[step.by](actor, case, None)]
    # What is handed in with a step is not asked for when its button is drawn.
    guards = [guard for step in mine for guard in step.only_if if not guard.of_input]
    facts = steps.facts_of(case, actor=actor, now=now, guards=guards)
    return tuple(open_step(step) for step in mine if step.open_for(facts))


def _evidence(case: Case) -> tuple[EvidenceLine, ...]:
    rows = Evidence.objects.filter(case=case).order_by("added_at", "id")
    return tuple(
        EvidenceLine(
            row.token,
            rules.EVIDENCE_WORDS.get(row.token, Text(row.token)),
            row.file_id,
            row.text,
            row.added_at,
        )
        for row in rows
    )


def _clocks(case: Case, reopened: Sequence[datetime]) -> tuple[ClockFacts, ...]:
    rows = Deadline.objects.filter(case=case, dropped_at=None).order_by("started_at", "id")
    return tuple(
        ClockFacts(
            row.clock,
            rules.round_at(row.started_at, reopened),
            organisation.known_unit(row.unit_id).name if row.unit_id else Name(""),
            row.started_at,
            row.due_at,
            row.held,
            row.met_at,
        )
        for row in rows
    )


@dataclass(frozen=True)
class PublicCase:
    """What anyone with the progress code may know of a case. Nothing personal, no office's inner clock."""

    number: str
    state: str
    public_label: Text
    open: bool
    stage: int
    due_at: datetime
    filed_at: datetime
    closed_at: datetime | None
    answer: str
    solved: bool | None
    may_judge: bool
    judge_until: datetime | None
    lines: tuple[Line, ...]
    photos_after: tuple[UUID, ...] = ()


#: Filed, dispatched, being handled, being checked, done: what a resident follows.
STAGES: tuple[Text, ...] = (say("已受理"), say("已派遣"), say("处置中"), say("核查中"), say("已办结"))


def _may_judge(case: Case, until: datetime | None, now: datetime) -> bool:
    """Whether the table still lets a reporter take a step, and no "solved" has been said."""
    steps_left = any(step.by.startswith("reporter") for step in CASE.steps_from(case.state))
    return until is not None and now <= until and steps_left and case.solved is not True


def public(case: Case, *, now: datetime) -> PublicCase:
    """The public side of a case; only intake asks, for someone who showed the code."""
    state = CASE.state(case.state)
    until = clocks.judged_until(case)
    after = Evidence.objects.filter(case=case, token="photo_after", file__isnull=False)  # noqa: S106 -- a kind of evidence
    return PublicCase(
        case.number, case.state, state.public, state.open, state.stage, case.due_at, case.filed_at,
        case.closed_at, case.answer if not state.open else "", case.solved,
        _may_judge(case, until, now), until,
        public_timeline(case.pk),
        tuple(after.values_list("file_id", flat=True)) if not state.open else (),
    )  # fmt: skip
