"""Keys, numbers and codes."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gewu.kernel.identifiers import ALPHABET, case_number, new_id, new_progress_code, read_progress_code


def test_ids_sort_by_the_time_of_their_making() -> None:
    made = [new_id() for _ in range(2000)]

    assert made == sorted(made)
    assert len(set(made)) == 2000
    assert {one.version for one in made} == {7}


def test_progress_codes_can_be_read_out_and_do_not_repeat() -> None:
    made = {new_progress_code() for _ in range(2000)}

    assert len(made) == 2000
    assert all(re.fullmatch(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", one) for one in made)


@given(st.text(ALPHABET, min_size=12, max_size=12))
def test_progress_code_is_read_however_it_is_typed(drawn: str) -> None:
    code = f"{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"
    wide = "".join(chr(ord(c) + 0xFEE0) for c in drawn)

    assert read_progress_code(code) == code
    assert read_progress_code(drawn.lower()) == code
    assert read_progress_code(f"  {drawn[:6]} {drawn[6:]}。") == code
    assert read_progress_code(wide) == code


@pytest.mark.parametrize("typed", ["OIL0-1110-AAAA", "oil0 1110 aaaa"])
def test_look_alikes_are_forgiven(typed: str) -> None:
    assert read_progress_code(typed) == "0110-1110-AAAA"


def test_case_number_of_county_and_day() -> None:
    assert case_number("320111", date(2026, 11, 23), 7) == "320111-20261123-0007"
    assert case_number("320111", date(2026, 1, 2), 12345) == "320111-20260102-12345"
