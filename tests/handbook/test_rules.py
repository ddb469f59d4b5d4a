"""How texts of the handbook are read."""

from __future__ import annotations

from gewu.handbook import rules
from gewu.handbook.rules import Block, Line


def test_a_text_is_read_as_headings_steps_points_and_words() -> None:
    text = "先看这里。\n\n## 怎么办\n1. 第一步\n2、第二步\n- 网格：一小片地方\n- 没有名字的一点\n最后。"
    assert rules.blocks_of(text) == (
        Block("words", (Line("先看这里。"),)),
        Block("heading", (Line("怎么办"),)),
        Block("steps", (Line("第一步"), Line("第二步"))),
        Block("points", (Line("一小片地方", "网格"), Line("没有名字的一点"))),
        Block("words", (Line("最后。"),)),
    )


def test_items_of_a_file_begin_with_their_names() -> None:
    assert rules.items_of("# one 第一篇\n甲\n\n# two_b Second item\n乙\n") == {
        "one": ("第一篇", "甲"),
        "two_b": ("Second item", "乙"),
    }


def test_every_word_looked_for_has_to_stand_somewhere() -> None:
    assert rules.has("Case photo", "A CASE", "with photos")
    assert not rules.has("case film", "A case", "with photos")
    assert rules.has("", "anything")
