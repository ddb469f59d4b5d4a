"""Edits made apart: what goes together by itself, and what a person has to decide."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gewu.kernel.branches import Clash, Edit, Version, join
from gewu.kernel.refusals import Refusal

MINE, THEIRS = UUID(int=1), UUID(int=2)
FIRST = Version(1, {"lamp": "on", "door": "shut", "note": ""})


def test_an_edit_of_what_nobody_else_touched_is_the_edit() -> None:
    joined = join(Edit(MINE, 1, 1, {"lamp": "out"}), [FIRST])
    assert joined.values == {"lamp": "out", "door": "shut", "note": ""}
    assert (joined.others, joined.clashes, joined.soft) == ((), (), False)


def test_different_fields_go_together_and_it_is_told_that_others_changed_some() -> None:
    second = Version(2, {**FIRST.values, "door": "open"}, THEIRS, 1)
    joined = join(Edit(MINE, 1, 1, {"lamp": "out"}), [FIRST, second])
    assert joined.values == {"lamp": "out", "door": "open", "note": ""}
    assert (joined.others, joined.soft) == (("door",), True)


def test_one_field_changed_twice_is_for_a_person_to_decide() -> None:
    second = Version(2, {**FIRST.values, "lamp": "flickers", "door": "open"}, THEIRS, 1)
    joined = join(Edit(MINE, 1, 1, {"lamp": "out", "note": "asked"}), [FIRST, second])
    assert joined.clashes == (Clash("lamp", "on", "out", "flickers"),)
    assert joined.values == second.values, "nothing of a clashing edit is written"


def test_the_same_change_made_twice_is_no_conflict() -> None:
    second = Version(2, {**FIRST.values, "lamp": "out"}, THEIRS, 1)
    assert join(Edit(MINE, 1, 1, {"lamp": "out"}), [FIRST, second]).clashes == ()


def test_the_steps_of_one_branch_do_not_clash_with_each_other() -> None:
    own = Version(2, {**FIRST.values, "lamp": "out"}, MINE, 1)
    joined = join(Edit(MINE, 1, 2, {"lamp": "mended"}), [FIRST, own])
    assert (joined.values["lamp"], joined.others) == ("mended", ())


def test_a_later_step_sees_what_others_did_after_the_step_before_it() -> None:
    own = Version(2, {**FIRST.values, "lamp": "out"}, MINE, 1)
    other = Version(3, {**own.values, "lamp": "mended"}, THEIRS, 1)
    joined = join(Edit(MINE, 1, 2, {"lamp": "out again"}), [FIRST, own, other])
    assert joined.clashes == (Clash("lamp", "out", "out again", "mended"),)


def test_what_others_changed_unseen_before_the_first_step_clashes_with_the_second() -> None:
    """The first step went on top of it; the device has still not seen it."""
    other = Version(2, {**FIRST.values, "door": "open"}, THEIRS, 1)
    own = Version(3, {**other.values, "lamp": "out"}, MINE, 1)
    joined = join(Edit(MINE, 1, 2, {"door": "ajar", "lamp": "mended"}), [FIRST, other, own])
    assert joined.clashes == (Clash("door", "shut", "ajar", "open"),)
    assert join(Edit(MINE, 1, 2, {"lamp": "mended"}), [FIRST, other, own]).others == ("door",)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Edit(MINE, 7, 1, {"lamp": "out"}), "没有第 7 版，不能在它上面改"),
        (Edit(MINE, 1, 3, {"lamp": "out"}), "这处改动的前一步还没有收到"),
    ],
)
def test_an_edit_without_its_base_is_refused(edit: Edit, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        join(edit, [FIRST])


FIELDS = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2))


@given(FIELDS, FIELDS, FIELDS)
def test_no_ones_change_is_lost_without_a_word(
    base: dict[str, int], theirs: dict[str, int], mine: dict[str, int]
) -> None:
    """Either both changes stand in the result, or the field is named as a clash and nothing is written."""
    history = [Version(1, base), Version(2, {**base, **theirs}, THEIRS, 1)]
    joined = join(Edit(MINE, 1, 1, mine), history)
    if joined.clashes:
        assert joined.values == history[-1].values
        assert all(mine[one.field] != history[-1].values[one.field] for one in joined.clashes)
        return
    assert {name: joined.values[name] for name in mine} == mine
    changed = {name: one for name, one in theirs.items() if base.get(name) != one}
    assert {name: joined.values[name] for name in changed} == changed
