"""The translation tool on a small tree of its own."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from tools import translations

CODE = """
from gewu.kernel.texts import say

GREETING = say("你好，{name}", name="")
PARTING = say("再见")
"""
PAGE = "<h1>{{ _('工单') }}</h1>{% trans %}共 {{ n }} 件{% endtrans %}"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    templates = tmp_path / "src" / "gewu" / "web" / "templates"
    templates.mkdir(parents=True)
    (templates / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "src" / "gewu" / "said.py").write_text(CODE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def catalogue(tree: Path) -> Path:
    return tree / "src" / "gewu" / "locale" / "en" / "LC_MESSAGES" / "django.po"


LINES = ["你好，{name}\tHello, {name}", "再见\tGoodbye", "工单\tCase", "共 %(n)s 件\t%(n)s in all"]


def test_every_sentence_of_code_and_pages_is_found(tree: Path) -> None:
    found = {message.id for message in translations.extracted(tree) if message.id}
    assert found == {"你好，{name}", "再见", "工单", "共 %(n)s 件"}


def test_missing_english_is_named_with_its_file(tree: Path, catalogue: Path) -> None:
    translations.merge(LINES[1:], catalogue, tree)
    assert translations.faults(catalogue, tree) == ["no English: 你好，{name} (src/gewu/said.py)"]


def test_a_complete_catalogue_has_no_faults_and_is_read_by_gettext(tree: Path, catalogue: Path) -> None:
    assert translations.merge(LINES, catalogue, tree) == []
    assert translations.faults(catalogue, tree) == []
    translations.compile_all(catalogue)
    english = gettext.translation("django", catalogue.parents[2], languages=["en"])
    assert english.gettext("再见") == "Goodbye"
    assert english.gettext("你好，{name}") == "Hello, {name}"


@pytest.mark.parametrize(
    "line", ["你好，{name}\tHello, {nam}", "你好，{name}\tHello", "共 %(n)s 件\t%(m)s in all"]
)
def test_other_placeholders_are_a_fault(tree: Path, catalogue: Path, line: str) -> None:
    translations.merge([*LINES, line], catalogue, tree)
    assert translations.faults(catalogue, tree) == [
        f"other placeholders: {line.partition(chr(9))[0]} = {line.partition(chr(9))[2]}"
    ]


def test_a_fuzzy_translation_is_a_fault(tree: Path, catalogue: Path) -> None:
    translations.merge(LINES, catalogue, tree)
    text = catalogue.read_text(encoding="utf-8").replace('msgid "再见"', '#, fuzzy\nmsgid "再见"')
    catalogue.write_text(text, encoding="utf-8")
    assert translations.faults(catalogue, tree) == ["marked fuzzy: 再见"]


def test_a_sentence_that_left_the_code_is_a_fault_until_the_next_update(tree: Path, catalogue: Path) -> None:
    translations.merge(LINES, catalogue, tree)
    (tree / "src" / "gewu" / "web" / "templates" / "page.html").write_text("", encoding="utf-8")
    assert translations.faults(catalogue, tree) == [
        "not in the code any more: 工单",
        "not in the code any more: 共 %(n)s 件",
    ]
    assert translations.update(catalogue, tree) == [
        "dropped: 工单 = Case",
        "dropped: 共 %(n)s 件 = %(n)s in all",
    ]
    assert translations.faults(catalogue, tree) == []


def test_a_composed_sentence_is_a_fault(tree: Path, catalogue: Path) -> None:
    translations.merge(LINES, catalogue, tree)
    (tree / "src" / "gewu" / "more.py").write_text('say(f"第{n}件")\n', encoding="utf-8")
    assert translations.faults(catalogue, tree) == ["say() without a written sentence: src/gewu/more.py:1"]


def test_lines_that_cannot_be_used_are_named(tree: Path, catalogue: Path) -> None:
    assert translations.merge(["没有的句子\tNo such", "再见"], catalogue, tree) == [
        "line 1: not in the code: 没有的句子",
        "line 2: no translation after a tab: 再见",
    ]


def test_an_update_without_changes_changes_nothing(tree: Path, catalogue: Path) -> None:
    translations.merge(LINES, catalogue, tree)
    before = catalogue.read_bytes()
    translations.update(catalogue, tree)
    assert catalogue.read_bytes() == before
