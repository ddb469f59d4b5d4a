"""Every event has one sentence, one meaning and one line in the table of reactions."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections import Counter
from pathlib import Path

import pytest

from gewu.config import reactions
from gewu.config.reactions import REACTIONS
from gewu.kernel.events import Event, all_types
from gewu.kernel.texts import Text
from tests.architecture.sources import modules


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
