"""Steps of a report: lock, find the row, permit, check, write, tell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gewu.cases import actions as cases
from gewu.catalogue import actions as lists
from gewu.catalogue import queries as catalogue
from gewu.infra import files, rows, store, stream
from gewu.intake import events, permissions, rules
from gewu.intake.actions import clusters, verifying
from gewu.intake.lifecycle import REPORT
from gewu.intake.models import Report
from gewu.intake.queries.record import facts_of
from gewu.kernel.identifiers import read_progress_code
from gewu.kernel.lifecycle import FREE_WORDS, Step
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security import actors
from gewu.security.actors import Actor
from gewu.territory import queries as territory


def take(
    report_id: UUID, event: str, *, actor: Actor, now: datetime, version: int | None = None, **given: Any
) -> Report:
    """Take one step of the table; refused as the table, the permissions and the guards say."""
    with store.writing():
        report = Report.objects.select_for_update().filter(pk=report_id).first()
        if report is None:
            raise Refusal(say("没有这条反映"), Kind.MISSING)
        if version is not None and version != report.version:
            raise Refusal(
                say("您打开之后，此件已变为“{state}”", state=REPORT.state(report.state).label),
                Kind.CONFLICT,
                advice=say("请刷新后再办"),
            )
        REPORT.row(event, report.state)  # refuses what is no step here before its effect is looked up
        seen = rows.seen(report)
        _take(report, event, given, _EFFECTS.get(event, _unknown), actor=actor, now=now)
        rows.update([(report, seen)])
    return report


@dataclass(frozen=True)
class Acceptance:
    """That a report is accepted as it is received, which nothing stands against; not yet written."""

    report: Report
    step: Step
    filing: cases.Filing


def acceptance(
    report: Report, photos: Sequence[UUID], *, actor: Actor, now: datetime, known: tuple[str, ...] = ()
) -> Acceptance:
    """Accept a report that is being received, by the class it came with: all that is decided and refused."""
    step = _checked(report, "accept", {"matter": report.matter}, actor=actor, now=now)
    return Acceptance(
        report, step, cases.prepared(_new_case(report, photos), actor=actor, now=now, known=known)
    )


def accept_all(accepted: Sequence[Acceptance], *, actor: Actor) -> None:
    """File the cases and tell; whoever calls writes the reports."""
    cases.file_all([one.filing for one in accepted], actor=actor)
    for one in accepted:
        given, details = {"matter": one.report.matter}, _stands_behind(one.report, one.filing.case)
        _done(one.report, one.step, given, details, actor=actor, now=one.filing.now, known=one.filing.known)


#: What a report's pictures are for; a voice note stays with the report.
PHOTO = "photo_before"
Given = Mapping[str, Any]
Effect = Callable[[Report, Given, Actor, datetime], Given]


def _take(report: Report, event: str, given: Given, effect: Effect, *, actor: Actor, now: datetime) -> None:
    step = _checked(report, event, given, actor=actor, now=now)
    looked_at = report.state == "verifying"
    details = effect(report, given, actor, now)
    if looked_at and not REPORT.state(step.to or report.state).open:
        verifying.drop(report, now)
    _done(report, step, given, details, actor=actor, now=now)


def _checked(report: Report, event: str, given: Given, *, actor: Actor, now: datetime) -> Step:
    """The row of the table for this step, which nothing stands against."""
    step = REPORT.row(event, report.state)
    permissions.require(actor, step.by, report)
    _check_words(given)
    step.check(facts_of(report, now=now), given)
    return step


def _done(
    report: Report,
    step: Step,
    given: Given,
    details: Given,
    *,
    actor: Actor,
    now: datetime,
    known: tuple[str, ...] = (),
) -> None:
    """The step is taken and told; whoever calls writes the row."""
    report.state = step.to or report.state
    report.version += 1
    if not REPORT.state(report.state).open:
        report.decided_at = now
    stream.tell_step(
        step, report.pk, report.place, details=details, given=given, actor=actor, now=now, known=known
    )


def _check_words(given: Given) -> None:
    for name in FREE_WORDS:
        if len(given.get(name) or "") > rules.LONGEST_TEXT:
            raise Refusal(say("文字过长，最多 {n} 个字", n=rules.LONGEST_TEXT), field=name)
        if "\0" in (given.get(name) or ""):
            raise Refusal(say("文字中有不能保存的字符"), field=name)


def _accept(report: Report, given: Given, actor: Actor, now: datetime) -> Given:
    before = report.place
    if given.get("place"):
        report.place = territory.place(str(given["place"])).code
    report.matter = str(given["matter"])
    photos = [one.id for one in files.of([report.pk])[report.pk] if one.purpose == PHOTO]
    new = _new_case(report, photos, about=str(given.get("about") or ""))
    filed = _stands_behind(report, cases.file(new, actor=actor, now=now))
    return {**filed, "moved_from": before if report.place != before else None}


def _new_case(report: Report, photos: Sequence[UUID], *, about: str = "") -> cases.NewCase:
    return cases.NewCase(
        matter=report.matter,
        place=report.place,
        text=_text_of(report),
        origin=report.channel_id,
        received_at=report.received_at,
        address=report.address,
        lon=report.lon,
        lat=report.lat,
        photos=tuple(str(one) for one in photos),
        about=about,
    )


def _text_of(report: Report) -> str:
    """The words of a case: those of its report, and below them what was answered to the form's questions."""
    if not report.answers:
        return report.text
    answers = (catalogue.Answer(code, tuple(values)) for code, values in report.answers)
    said = catalogue.answers_spoken(report.matter, answers, catalogue.day_of(report.received_at))
    return "\n".join((report.text, *(f"{question.zh}：{answer.zh}" for question, answer in said)))


def _stands_behind(report: Report, case: cases.Case) -> Given:
    report.case = case
    return {"case": case.pk, "number": case.number}


def _answer(report: Report, given: Given, actor: Actor, now: datetime) -> Given:
    report.answer = given["answer"]
    return {}


def _decline(report: Report, given: Given, actor: Actor, now: datetime) -> Given:
    report.answer = given["reason"]
    return {}


def _ask_verification(report: Report, given: Given, actor: Actor, now: datetime) -> Given:
    """Grid workers are sent where the admission list says so; what has no class yet may be looked at."""
    team = organisation.unit_for("grid_worker", report.place)
    if report.matter and team:
        lists.check_may_be_given(
            report.matter, report.place, team, actor=actor, now=now, task="verify", about=report.pk.hex
        )
    verifying.ask(report, now)
    return {}


def _unknown(report: Report, given: Given, actor: Actor, now: datetime) -> Given:
    raise AssertionError("the table has refused a step that it does not know")


_EFFECTS: Mapping[str, Effect] = {
    "accept": _accept,
    "join": clusters.join,
    "support": clusters.support,
    "undo_join": clusters.part,
    "split": clusters.part,
    "ask_verification": _ask_verification,
    "record_finding": verifying.bring_back,
    "answer": _answer,
    "decline": _decline,
}


def give_verdict(
    code: str, *, solved: bool, words: str = "", satisfaction: int | None = None, now: datetime
) -> Report:
    """The reporter says whether it is solved, and how satisfied one is; "not solved" reopens the case.

    Whoever holds the progress code may judge, within the reopening period; a reason is needed to reopen.
    """
    with store.writing():
        report = Report.objects.filter(progress_code=read_progress_code(code)).select_related("case").first()
        if report is None:
            raise Refusal(say("没有这个查询码"), Kind.MISSING, field="code")
        if report.case is None:
            raise Refusal(say("此件没有工单，无需评价"), Kind.CONFLICT)
        actor = actors.reporter(report.pk)
        event = "confirm" if solved else "reopen"
        closing = report.case.reopenings
        cases.take(report.case.number, event, actor=actor, now=now, reason=rules.clean(words))
        cases.rate(
            report.case, report.pk, solved=solved, satisfaction=satisfaction, reason=rules.clean(words),
            closing=closing, actor=actor, now=now,
        )  # fmt: skip
        told = events.VerdictGiven(id=report.pk, place=report.place, solved=solved)
        stream.tell(told, actor=actor, now=now, words={"reason": rules.clean(words)})
    return report
