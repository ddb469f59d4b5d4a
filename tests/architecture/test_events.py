"""Every event has one sentence, one meaning and one line in the table of reactions."""

from __future__ import annotations

import ast
import csv
import importlib
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from gewu.cases.lifecycle import CASE
from gewu.config import reactions
from gewu.config.reactions import REACTIONS
from gewu.intake.lifecycle import REPORT
from gewu.kernel.events import Event, all_types
from gewu.kernel.texts import Text
from tests.architecture.sources import PACKAGE, SHELLS, Module, expect_none, modules


def _told() -> list[type[Event]]:
    """Every kind of event that can be told: the bases, from which others are made, cannot."""
    for module in modules():
        if module.part == "events":
            importlib.import_module(module.name)
    return [kind for kind in all_types() if kind.__module__.startswith("gewu.") and not kind.__subclasses__()]


@pytest.mark.parametrize("kind", _told(), ids=lambda kind: kind.__name__)
def test_event_is_complete(kind: type[Event]) -> None:
    assert isinstance(getattr(kind, "sentence", None), Text), "it has no sentence"
    assert getattr(kind, "subject", ""), "it names no subject"
    assert (kind.__doc__ or "").strip(), "it has no docstring or fields"
    has_line = kind in REACTIONS
    assert has_line, "it has no line in gewu.config.reactions; an empty one is enough"


def test_event_names_are_used_once() -> None:
    names = [kind.__name__ for kind in _told()]
    assert sorted(names) == sorted(set(names))


def test_reactions_are_plain_functions() -> None:
    odd = [
        f"{kind.__name__}: {reaction}"
        for kind, functions in REACTIONS.items()
        for reaction in functions
        if not getattr(reaction, "__module__", "").endswith(".reactions")
    ]
    assert odd == []


def test_each_event_has_one_line_of_reactions() -> None:
    """In a table a second line for the same event silently takes the place of the first."""
    tree = ast.parse(Path(inspect.getfile(reactions)).read_text(encoding="utf-8"))
    tables = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    keys = [ast.unparse(key) for table in tables for key in table.keys if key is not None]
    assert [key for key, times in Counter(keys).items() if times > 1] == []


#: The answer to a deed of the reporters themselves is the page that they did it on.
OWN_DEED = {"SupportGiven", "CaseReopened"}


def test_each_public_change_of_a_report_or_case_is_told_to_whoever_raised_it() -> None:
    """What residents read of a state is what they are told: no step may change that word in silence."""
    with (PACKAGE / "notifications" / "seeds" / "templates.csv").open(encoding="utf-8") as file:
        worded = {row["event"] for row in csv.DictReader(file) if row["audience"] == "reporter"}
    changes = [
        (table, step)
        for table in (REPORT, CASE)
        for step in table.steps
        for before in step.source
        if step.to and table.state(before).public != table.state(step.to).public
    ]
    assert len(changes) > 15
    for _, step in changes:
        told = {one.__name__ for one in REACTIONS[step.emits]} & {"tell_reporter", "tell_reporters_of_case"}
        name = step.emits.__name__
        assert name in OWN_DEED or (len(told) == 1 and name in worded), name


def _written(module: Module) -> Iterator[str]:
    """Where a module changes or deletes rows of events, or reaches them by a statement of its own."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            words = ast.unparse(node.func)
            if "EventRow" in words and node.func.attr in CHANGING:
                yield f"{module.at(node.lineno)}: {words}"
        elif isinstance(node, ast.Constant) and BY_HAND.search(str(node.value)):
            yield f"{module.at(node.lineno)}: {str(node.value)[:60]}"


BY_HAND = re.compile(r"\b(UPDATE|DELETE FROM|REPLACE INTO)\b.*\bevent\b")
CHANGING = {"update", "delete", "save", "bulk_update", "update_or_create", "_raw_delete"}


def test_no_code_changes_or_deletes_a_stored_event() -> None:
    """An event is written once. A correction is an event of its own; what was said can only be erased."""
    expect_none(found for module in modules() for found in _written(module))


def test_no_page_and_no_address_of_the_interface_edits_an_event() -> None:
    """The table of events has no form, and no address that could name one for anything but reading."""
    forms = [m.name for m in modules() if m.package in SHELLS and re.search(r"\bEventRow\b", m.text)]
    assert forms == []
