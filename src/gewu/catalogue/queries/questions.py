"""What forms ask of whoever reports, held in memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from gewu.catalogue.models import Question as Row
from gewu.catalogue.queries.classes import HELD, held
from gewu.catalogue.queries.classes import matter as matter_in_force
from gewu.catalogue.rules import questions as rules
from gewu.catalogue.rules.questions import Answer, Offered, Question, QuestionRow
from gewu.infra import versions
from gewu.infra.versions import Held
from gewu.kernel.texts import Name
from gewu.kernel.worktime import CHINA

#: The name under which the questions are held in memory.
HELD_QUESTIONS = "questions"
#: Said of a catalogue that nothing is known of.
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def _load() -> tuple[QuestionRow, ...]:
    return tuple(_facts(row) for row in Row.objects.order_by("matter_prefix", "seq", "code"))


def _facts(row: Row) -> QuestionRow:
    asked = Question(
        code=row.code,
        datatype=row.datatype,
        name=Name(row.name_zh, row.name_en),
        required=row.required,
        asked=row.asked,
        hint=Name(row.hint_zh, row.hint_en),
        choices=tuple(Offered(key, Name(zh, en)) for key, zh, en in row.choices),
    )
    return QuestionRow(row.matter_prefix, row.seq, row.since, row.until, asked)


_held: Held[tuple[QuestionRow, ...]] = Held(HELD_QUESTIONS, _load)


def questions_of(code: str, on: date) -> tuple[Question, ...]:
    """What a form for the class in force on that day asks, from memory; an unknown class is refused."""
    return rules.questions_of(matter_in_force(code, on), _held.get(), on)


def changed_at(on: date) -> datetime:
    """When what residents may report last changed: by a deed, or because a class began or ended that day."""
    deeds = versions.changed_at(HELD, HELD_QUESTIONS)
    classes = (one for dated in held.get().classes.values() for one in dated)
    spans = [(one.since, one.until) for one in classes] + [(one.since, one.until) for one in _held.get()]
    days = [day for span in spans for day in span if day and day <= on]
    midnight = datetime.combine(max(days), time.min, CHINA) if days else None
    return max(moment for moment in (deeds, midnight, _BEGINNING) if moment)


def answers_spoken(code: str, answers: Iterable[Answer], on: date) -> tuple[tuple[Name, Name], ...]:
    """Questions of a class with their answers, in words."""
    return rules.spoken(questions_of(code, on), answers)
