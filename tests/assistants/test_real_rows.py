"""On real rows the assistants reach what they must, by folds that no near copy crosses."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gewu.assistants import actions
from gewu.assistants import queries as assistants
from tests.shared import data

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


def table(kind: str, path: Path) -> assistants.Table:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        return assistants.table_of(assistants.kind_of(kind), file.read())


@pytest.mark.parametrize(
    ("kind", "folder", "name", "figure", "least"),
    [
        ("hazard", "shenzhen2021_hazards", "hazards_labelled.csv.gz", "f1", 0.80),
        ("reply", "taidi2020_gov_messages", "f4_messages_with_replies.csv.gz", "macro_f1", 0.871),
    ],
    ids=["hazard", "reply"],
)
def test_unseen_rows_are_told_apart_and_confidence_is_meant(
    kind: str, folder: str, name: str, figure: str, least: float
) -> None:
    rows = table(kind, data(folder) / name)
    made = actions.train(assistants.kind_of(kind), rows, source=name, now=NOW)
    found = {one.name: one.value for one in made.measured.figures}
    assert found[figure] > least
    assert made.measured.gap < 0.02
    assert "留言用户" not in rows.read


def test_all_messages_of_the_loudest_issue_are_found_from_any_of_them() -> None:
    """The estate whose buyers must buy a parking place too: its name decides who speaks of it."""
    path = data("taidi2020_gov_messages") / "f3_messages_for_hot_issues.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        texts = [f"{row['留言主题']}\n{row['留言详情']}" for row in csv.DictReader(file)][:2000]
    issues = assistants.Issues.of(texts)
    own = {at for at, text in enumerate(texts) if "伊景园" in text}
    for at in sorted(own)[::8]:
        ranked = [n for n in issues.alike(texts[at]).argsort()[::-1].tolist() if n != at]
        found = len(own & set(ranked[: len(own)])) / (len(own) - 1)
        assert found > 0.85
