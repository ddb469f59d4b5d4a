"""Pure decisions about what a form asks: which questions a class has, and whether they are answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from gewu.catalogue.rules.routing import Matter
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Name, Text, say
from gewu.kernel.worktime import CHINA

#: What an answer may be, in the words of Open311: a line, a number, a moment, lines, one or more of a list.
DATATYPES = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
LISTS = ("singlevaluelist", "multivaluelist")
#: The longest answer that is typed, in characters.
LONGEST: Mapping[str, int] = {"string": 200, "number": 40, "datetime": 40, "text": 2000}
#: The question that every class with more than one criterion has: which of them it is.
CRITERION = "CRITERION"


@dataclass(frozen=True)
class Offered:
    """One choice of a list."""

    key: str
    name: Name


@dataclass(frozen=True)
class Question:
    """One question of a form; a notice is not ``asked``."""

    code: str
    datatype: str
    name: Name
    required: bool = False
    asked: bool = True
    hint: Name = Name("")
    choices: tuple[Offered, ...] = ()

    def choice(self, key: str) -> Offered | None:
        """The choice of that key."""
        return next((one for one in self.choices if one.key == key), None)


@dataclass(frozen=True)
class QuestionRow:
    """A question with the classes and the days it belongs to."""

    matter_prefix: str
    seq: int
    since: date
    until: date | None
    question: Question

    def covers(self, matter: str, on: date) -> bool:
        return (
            matter.startswith(self.matter_prefix)
            and self.since <= on
            and (self.until is None or on < self.until)
        )


@dataclass(frozen=True)
class Answer:
    """What was answered to a question: one value, or several of a list."""

    code: str
    values: tuple[str, ...]


def questions_of(matter: Matter, rows: Iterable[QuestionRow], on: date) -> tuple[Question, ...]:
    """What a form for this class asks, in its order: which criterion it meets, then the rows of the class.

    The row of the longest prefix stands for a code; of equal ones the newest.
    """
    found: dict[str, QuestionRow] = {}
    for row in sorted(rows, key=lambda one: (len(one.matter_prefix), one.since)):
        if row.covers(matter.code, on):
            found[row.question.code] = row
    listed = sorted(found.values(), key=lambda one: (one.seq, one.question.code))
    return (*_criterion(matter), *(one.question for one in listed))


def _criterion(matter: Matter) -> tuple[Question, ...]:
    if len(matter.criteria) < 2:
        return ()
    offered = tuple(
        Offered(str(one.seq), Name(one.filing_zh, one.filing_en or one.filing_zh)) for one in matter.criteria
    )
    name = Name("是哪种情况", "Which of these it is")
    hint = Name("不确定可以不选", "Leave it out if you are not sure")
    return (Question(CRITERION, "singlevaluelist", name, hint=hint, choices=offered),)


def answered(
    questions: Sequence[Question], given: Mapping[str, Sequence[str]]
) -> tuple[tuple[Answer, ...], tuple[Refusal, ...]]:
    """The answers in the order of the questions, and everything that is wrong with them.

    A value left empty is not given. What nobody asked is passed over: a form of yesterday still works.
    """
    answers: list[Answer] = []
    faults: list[Refusal] = []
    for one in questions:
        if not one.asked:
            continue
        values = tuple(value.strip() for value in given.get(one.code, ()) if value.strip())
        wrong = _fault(one, values)
        if wrong:
            faults.append(Refusal(wrong, field=one.code))
        elif values:
            answers.append(Answer(one.code, values))
    return tuple(answers), tuple(faults)


def _fault(question: Question, values: Sequence[str]) -> Text | None:
    name = question.name
    if not values:
        return say("请回答“{question}”", question=name) if question.required else None
    if question.datatype != "multivaluelist" and len(values) > 1:
        return say("“{question}”只能答一项", question=name)
    if question.datatype in LISTS:
        odd = next((value for value in values if question.choice(value) is None), None)
        return say("“{question}”没有“{value}”这一项", question=name, value=odd[:40]) if odd else None
    (value,) = values
    most = LONGEST[question.datatype]
    if len(value) > most:
        return say("“{question}”答得过长，最多 {most} 个字", question=name, most=most)
    if question.datatype == "number" and not _is_number(value):
        return say("“{question}”要填数字", question=name)
    if question.datatype == "datetime" and not _is_moment(value):
        return say("“{question}”要填带时区的时间，例如 2026-03-31T18:00:00+08:00", question=name)
    return None


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _on_the_clock(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(CHINA):%Y-%m-%d %H:%M}"


def spoken(questions: Iterable[Question], answers: Iterable[Answer]) -> tuple[tuple[Name, Name], ...]:
    """Questions and answers in words, those of a list by their names; a question of before by its code."""
    known = {one.code: one for one in questions}
    found = []
    for answer in answers:
        question = known.get(answer.code) or Question(answer.code, "string", Name(answer.code))
        read = _on_the_clock if question.datatype == "datetime" else str
        named = [question.choice(value) or Offered(value, Name(read(value))) for value in answer.values]
        zh = "、".join(one.name.zh for one in named)
        en = ", ".join(one.name.en or one.name.zh for one in named)
        found.append((question.name, Name(zh, en)))
    return tuple(found)
