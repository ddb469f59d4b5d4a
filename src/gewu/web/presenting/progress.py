"""What the holder of a progress code sees: the door has left names and inner words out already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gewu.cases import queries as cases
from gewu.intake import queries as intake
from gewu.kernel.texts import say
from gewu.web.presenting.parts import Clock, Line, Photo, Words, photo
from gewu.web.presenting.records import Verdict, address_of


@dataclass(frozen=True)
class Answer:
    """What was answered to the reporter."""

    at: datetime
    who: Words
    words: str
    photos: tuple[Photo, ...]


@dataclass(frozen=True)
class Progress:
    """Where a report stands, for its reporter."""

    code: str
    state_label: Words
    stage: int
    stages: tuple[Words, ...]
    text: str
    photos: tuple[Photo, ...]
    place: str
    received_at: datetime
    promise: Clock | None
    lines: tuple[Line, ...]
    answers: tuple[Answer, ...]
    verdict: Verdict | None
    may_judge: bool
    judge_until: datetime | None


#: Told twice, once for the report and once for the case: the case's line stays.
_TOLD_TWICE = ("VerdictGiven",)
#: What these say stands above the timeline, as the answer.
_ANSWERS = ("ReportAnswered", "ReportDeclined", "CaseClosed")


def progress_of(found: intake.Progress) -> Progress:
    """A report with names in place of codes."""
    stages, stage = _stages(found)
    case = found.case
    may_judge = bool(case and case.may_judge)
    return Progress(
        code=found.code,
        state_label=found.public_label,
        stage=stage,
        stages=stages,
        text=found.text,
        photos=tuple(photo(one, "before", code=found.code) for one in found.photos),
        place=address_of(found.place, found.address),
        received_at=found.received_at,
        promise=_promise(found),
        lines=_lines(found.lines),
        answers=_answers(found),
        verdict=_verdict(found),
        may_judge=may_judge,
        judge_until=case.judge_until if case and may_judge else None,
    )


def _stages(found: intake.Progress) -> tuple[tuple[Words, ...], int]:
    """The way of a case, with the receipt before it; a report that ends without a case has its own."""
    received = say("已收到")
    if found.case is None and not found.open:
        return (received, found.public_label), 1
    return (received, *cases.STAGES), found.stage + 1 if found.case else 0


def _promise(found: intake.Progress) -> Clock | None:
    if found.case:
        return Clock(say("承诺办结"), found.case.due_at, found.received_at, met_at=found.case.closed_at)
    return Clock(say("承诺受理"), found.due_at, found.received_at) if found.open else None


def _lines(told: Iterable[cases.Line]) -> tuple[Line, ...]:
    shown = [one for one in told if one.type not in _TOLD_TWICE]
    return tuple(Line(one.at, one.sentence, words=_words(one)) for one in reversed(shown))


def _words(one: cases.Line) -> str:
    return "" if one.type in _ANSWERS else "\n".join(text for _, text in one.words)


def _verdict(found: intake.Progress) -> Verdict | None:
    """The reporter's own last verdict; others who raised the same thing have theirs."""
    given = [one for one in found.lines if one.type == "VerdictGiven"]
    if not given or (found.case and found.case.may_judge):
        return None
    last = given[-1]
    return Verdict(bool(last.sentence.values["solved"]), dict(last.words).get("reason", ""), last.at)


def _answers(found: intake.Progress) -> tuple[Answer, ...]:
    told = [one for one in found.lines if one.type in _ANSWERS]
    if not found.answer or not told:
        return ()
    after = found.case.photos_after if found.case else ()
    pictures = tuple(photo(one, "after", code=found.code) for one in after)
    return (Answer(told[-1].at, say("工作人员"), found.answer, pictures),)
