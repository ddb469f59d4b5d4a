"""Every subject has the same skeleton, so that the second one costs nothing to learn."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from statistics import median

import pytest

from tests.architecture.sources import PACKAGE, ROOT, AnyFunction, Module, expect_none, modules, subjects

PARTS = (
    "events", "rules", "lifecycle", "models", "permissions", "queries", "actions", "reactions", "jobs",
)  # fmt: skip
BESIDE = ("__init__", "apps", "migrations", "seeds", "README.md", "__pycache__")
#: Modules beyond the anatomy, and why the subject needs them.
EXTRA = {
    "security/actors": "plain facts about who acts, open to all",
    "security/scopes": "how role, place and relation become a condition of the database",
    "security/vault": "the encryption of identities, apart from the rows that hold them",
}
DRAWERS = ("util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "shared", "base")
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
LONGEST_ACTION = 25
MEDIAN_FUNCTION = 8


@pytest.mark.parametrize("subject", subjects())
def test_subject_has_only_the_known_parts(subject: str) -> None:
    found = {path.name.removesuffix(".py") for path in (PACKAGE / subject).iterdir()}
    known = {*PARTS, *BESIDE, *(name.split("/")[1] for name in EXTRA if name.startswith(f"{subject}/"))}
    assert sorted(found - known) == []


@pytest.mark.parametrize("subject", subjects())
def test_subject_has_a_page_about_it(subject: str) -> None:
    page = PACKAGE / subject / "README.md"
    assert page.exists(), f"{subject} has no README.md"
    assert 5 <= len(page.read_text(encoding="utf-8").splitlines()) <= 120


def test_packages_of_subjects_import_nothing_by_themselves() -> None:
    """Django imports the package before its models are ready."""
    full = [subject for subject in subjects() if (PACKAGE / subject / "__init__.py").read_text().strip()]
    assert full == []


def test_no_drawers() -> None:
    parts = [(module, set(module.name.split("."))) for module in modules()]
    assert [module.name for module, names in parts if names & set(DRAWERS)] == []


def test_modules_are_short() -> None:
    lengths = {module.name: len(module.text.splitlines()) for module in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def _lines(function: AnyFunction) -> int:
    """The lines of the body; signature and docstring are not what makes a function hard to follow."""
    first = function.body[1] if ast.get_docstring(function) and len(function.body) > 1 else function.body[0]
    return (function.end_lineno or function.lineno) - first.lineno + 1


def _too_long(module: Module) -> Iterator[str]:
    for function in module.functions():
        is_action = module.part == "actions" and not function.name.startswith("_")
        longest = LONGEST_ACTION if is_action else LONGEST_FUNCTION
        if _lines(function) > longest:
            yield f"{module.at(function.lineno)} {function.name}: {_lines(function)} lines, at most {longest}"


def test_functions_are_short() -> None:
    expect_none(found for module in modules() for found in _too_long(module))


def test_half_of_all_functions_are_very_short() -> None:
    lengths = [_lines(function) for module in modules() for function in module.functions()]
    assert median(lengths) <= MEDIAN_FUNCTION


def test_lifecycles_hold_no_if() -> None:
    branches = [
        module.at(node.lineno)
        for module in modules()
        if module.part == "lifecycle" and module.package in subjects()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.If | ast.IfExp | ast.Match)
    ]
    expect_none(branches)


def _reads_the_clock(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called = ast.unparse(node.func)
            if called.endswith(
                ("datetime.now", "datetime.utcnow", "timezone.now", "date.today", "time.time")
            ):
                yield f"{module.at(node.lineno)} {called}"


def test_only_shells_read_the_clock() -> None:
    inner = [module for module in modules() if module.package in (*subjects(), "kernel")]
    expect_none(found for module in inner for found in _reads_the_clock(module))


def test_tools_and_benchmarks_are_short_too() -> None:
    files = [path for folder in ("tools", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))]
    long = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_MODULE} == {}
