"""Loading the questions of forms."""

from __future__ import annotations

from pathlib import Path

from gewu.catalogue.actions import sheets
from gewu.catalogue.actions.sheets import Line
from gewu.catalogue.actions.terms import upsert
from gewu.catalogue.models import Question
from gewu.catalogue.queries.questions import HELD_QUESTIONS
from gewu.catalogue.rules.questions import CRITERION, DATATYPES, LISTS
from gewu.infra.versions import changed
from gewu.kernel.identifiers import new_id
from gewu.kernel.texts import say

FILE = "questions.csv"
_COLUMNS = (
    "matter_prefix",
    "code",
    "seq",
    "asked",
    "datatype",
    "required",
    "name_zh",
    "name_en",
    "hint_zh",
    "hint_en",
    "choices",
    "since",
    "source",
)  # fmt: skip -- the columns as they stand in the file
_WORDS = ("yes", "no")


def load(folder: Path) -> None:
    """Bring the questions up to date with the file of a folder; a bad row is refused with file and line.

    Part of a write transaction. A catalogue without the file leaves the questions as they are.
    """
    if not (folder / FILE).is_file():
        return
    lines = sheets.read(folder / FILE, _COLUMNS, key=["matter_prefix", "code", "since"])
    upsert(Question, [_question(line) for line in lines], ["matter_prefix", "code", "since"])
    changed(HELD_QUESTIONS)


def _question(line: Line) -> Question:
    if line.required("code") == CRITERION:
        raise line.refuse(say("“{code}”由立案条件自动产生，不能另设", code=CRITERION))
    return Question(
        id=new_id(),
        matter_prefix=line.required("matter_prefix"),
        code=line["code"],
        seq=int(line.number_of("seq")),
        asked=line.one_of("asked", _WORDS) == "yes",
        datatype=line.one_of("datatype", DATATYPES),
        required=line.one_of("required", _WORDS) == "yes",
        name_zh=line.required("name_zh"),
        name_en=line.required("name_en"),
        hint_zh=line["hint_zh"],
        hint_en=line["hint_en"],
        choices=_choices(line),
        since=line.date_of("since"),
        source=line["source"],
    )


def _choices(line: Line) -> list[list[str]]:
    """``key=中文|English;…``, which lists need and nothing else has."""
    found = [_choice(line, one) for one in line["choices"].split(";") if one.strip()]
    keys = [key for key, _, _ in found]
    if (line["datatype"] in LISTS) != bool(found) or len(set(keys)) < len(keys):
        raise line.refuse(say("“choices”只用于单选和多选，每项编号不能重复"))
    return found


def _choice(line: Line, text: str) -> list[str]:
    key, _, names = text.strip().partition("=")
    zh, _, en = names.partition("|")
    if not (key and zh and en):
        raise line.refuse(say("“choices”要写成 编号=中文|English，现为“{value}”", value=text))
    return [key, zh, en]
