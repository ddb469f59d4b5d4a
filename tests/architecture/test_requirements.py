"""Every requirement that is said to be met names the test that proves it, and that test is run."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, AnyFunction, expect_none

PROOFS = ROOT / "docs" / "requirements.csv"
NAMED = re.compile(r"(?P<file>tests/[\w/]+\.py)(::(?P<class>\w+))?::(?P<test>test_\w+)")
NOT_RUN = ("skip", "skipif", "xfail")


def _rows() -> list[dict[str, str]]:
    with PROOFS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _body(tree: ast.Module, inside: str | None) -> list[ast.stmt]:
    if inside is None:
        return tree.body
    return [
        part
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == inside
        for part in node.body
    ]


def _marks(nodes: list[ast.stmt]) -> Iterator[str]:
    """The names of the marks in a module's or a class's ``pytestmark``."""
    for node in nodes:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            yield from re.findall(r"mark\.(\w+)", ast.unparse(node.value))


def fault(proof: str) -> str | None:
    """Why this is no proof, or nothing."""
    named = NAMED.fullmatch(proof)
    if named is None:
        return "it is not of the form tests/….py::test_…"
    path = ROOT / named["file"]
    if not path.exists():
        return "the file does not exist"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    body = _body(tree, named["class"])
    found = [node for node in body if isinstance(node, AnyFunction) and node.name == named["test"]]
    if not found:
        return "the file has no such test"
    decorators = " ".join(ast.unparse(decorator) for decorator in found[0].decorator_list)
    marks = {*re.findall(r"mark\.(\w+)", decorators), *_marks(tree.body), *_marks(body)}
    return "it is marked not to run" if marks & set(NOT_RUN) else None


def test_every_proof_exists_and_is_run() -> None:
    judged = ((row["id"], row["test"], fault(row["test"])) for row in _rows())
    expect_none(f"{requirement}: {proof}: {wrong}" for requirement, proof, wrong in judged if wrong)


def test_the_table_is_in_order() -> None:
    rows = _rows()
    assert rows
    assert list(rows[0]) == ["id", "test"]
    assert [row["id"] for row in rows if not re.fullmatch(r"R\d{3}", row["id"])] == []
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


@pytest.mark.parametrize(
    ("proof", "wrong"),
    [
        ("tests/architecture/test_requirements.py::test_the_table_is_in_order", None),
        ("tests/architecture/test_requirements.py::test_that_nobody_wrote", "the file has no such test"),
        ("tests/architecture/no_such.py::test_it", "the file does not exist"),
        ("a test somewhere", "it is not of the form tests/….py::test_…"),
    ],
)
def test_a_false_proof_is_found(proof: str, wrong: str | None) -> None:
    assert fault(proof) == wrong
