"""Pure decisions about reports."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gewu.intake import rules
from gewu.kernel.refusals import Kind, Refusal
from tests.world import START


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  井盖坏了 \n", "井盖坏了"),
        ("第一行\n第二行\t完", "第一行\n第二行\t完"),
        ("井盖\x00坏\x07了\x1b[0m", "井盖坏了[0m"),
        ("半个\ud83d字", "半个字"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("👩‍🦽🕳️", "👩‍🦽🕳️"),
        ("", ""),
    ],
)
def test_text_is_kept_as_typed_without_control_characters(typed: str, kept: str) -> None:
    assert rules.clean(typed) == kept


@settings(max_examples=200, deadline=None, database=None)
@given(st.text())
def test_cleaned_text_can_be_kept_by_any_database_and_stays_as_it_is(text: str) -> None:
    kept = rules.clean(text)
    assert "\x00" not in kept
    assert kept.encode().decode() == kept
    assert rules.clean(kept) == kept


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\x00\x00\x00", "坏"])
def test_report_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="请写明要反映的问题"):
        rules.checked_text(text)


def test_report_of_the_longest_length_is_taken_and_one_more_sign_is_not() -> None:
    assert len(rules.checked_text("井" * 4000)) == 4000
    with pytest.raises(Refusal) as refused:
        rules.checked_text("井" * 4001)
    assert (refused.value.kind, refused.value.field) == (Kind.TOO_LARGE, "text")


def test_address_of_the_longest_length_is_taken_and_one_more_sign_is_not() -> None:
    assert len(rules.checked_address("路" * 200)) == 200
    with pytest.raises(Refusal) as refused:
        rules.checked_address("路" * 201)
    assert refused.value.field == "address"


def test_time_is_now_unless_said() -> None:
    assert rules.checked_time(None, now=START) == START


@pytest.mark.parametrize("span", [timedelta(0), rules.AHEAD, -rules.OLDEST, -timedelta(days=3)])
def test_time_within_bounds_is_kept(span: timedelta) -> None:
    assert rules.checked_time(START + span, now=START) == START + span


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (rules.AHEAD + timedelta(seconds=1), "接收时间在将来"),
        (-rules.OLDEST - timedelta(seconds=1), "接收时间过早"),
    ],
)
def test_time_out_of_bounds_is_refused(span: timedelta, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.checked_time(START + span, now=START)
    assert (refused.value.field, str(refused.value)) == ("received_at", said)


def test_digest_follows_the_content_and_not_its_order() -> None:
    first = rules.digest_of({"text": "井盖", "at": [118.6, 32.0, "WGS84"]})
    assert first == rules.digest_of({"at": [118.6, 32.0, "WGS84"], "text": "井盖"})
    assert first != rules.digest_of({"text": "井盖", "at": [118.6, 32.0, "GCJ02"]})


@pytest.mark.parametrize(
    ("number", "field"), [("k" * 81, "key"), ("n" * 61, "outside_id"), ("1\x00", "outside_id"), (" 1", "key")]
)
def test_number_that_cannot_be_kept_is_refused(number: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        rules.check_number(number, field)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("verifying", "finding", "may"), [(False, "", True), (True, "", False), (True, "井盖缺失", True)]
)
def test_report_under_verification_waits_for_its_finding(verifying: bool, finding: str, may: bool) -> None:
    assert rules.finding_is_in(rules.ReportFacts(verifying, finding), {}) is may
