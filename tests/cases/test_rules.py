"""Pure decisions about cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gewu.cases import rules
from gewu.cases.rules import CaseFacts, EvidenceGiven, parties
from gewu.cases.rules.parties import JointFacts
from tests.world import START

FACTS = CaseFacts(
    now=START,
    actor="account:1",
    has_lead=True,
    evidence_needed=("location", "photo_before", "photo_after"),
    evidence_held=frozenset({"location"}),
    handled_by="account:2",
    checked_by="account:1",
)
BEFORE, AFTER = EvidenceGiven("photo_before", file="1"), EvidenceGiven("photo_after", file="2")


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ("photo_before", "photo_after")),
        ({"evidence": ()}, ("photo_before", "photo_after")),
        ({"evidence": (AFTER,)}, ("photo_before",)),
        ({"evidence": (AFTER, BEFORE)}, ()),
        ({"evidence": (BEFORE, EvidenceGiven("photo_after", text="拍过了"))}, ("photo_after",)),
        ({"evidence": (BEFORE, EvidenceGiven("photo_after"))}, ("photo_after",)),
    ],
)
def test_evidence_is_complete_when_nothing_the_class_asks_for_is_missing(
    given: dict[str, object], missing: tuple[str, ...]
) -> None:
    assert rules.missing_evidence(FACTS, given) == missing
    assert rules.evidence_complete(FACTS, given) is (missing == ())


def test_written_record_counts_where_no_picture_is_asked_for() -> None:
    facts = replace(FACTS, evidence_needed=("follow_up_record",))
    assert rules.evidence_complete(
        facts, {"evidence": (EvidenceGiven("follow_up_record", text="已电话回访"),)}
    )
    assert not rules.evidence_complete(facts, {"evidence": (EvidenceGiven("follow_up_record", text="  "),)})


def test_missing_evidence_is_named_in_the_order_of_the_class() -> None:
    assert str(rules.say_missing_evidence(FACTS, {})) == "还缺少办理凭证：处置前照片、处置后照片"


def test_class_that_asks_for_nothing_is_complete() -> None:
    assert rules.evidence_complete(replace(FACTS, evidence_needed=()), {})


@pytest.mark.parametrize(("actor", "may"), [("account:1", True), ("account:2", False)])
def test_who_did_the_work_does_not_check_it(actor: str, may: bool) -> None:
    assert rules.other_than_handler(replace(FACTS, actor=actor), {}) is may


@pytest.mark.parametrize(("actor", "may"), [("account:1", True), ("account:3", False)])
def test_who_began_the_check_ends_it(actor: str, may: bool) -> None:
    assert rules.same_checker(replace(FACTS, actor=actor), {}) is may


@pytest.mark.parametrize(("count", "settled"), [(0, True), (1, False), (3, False)])
def test_assists_are_settled_when_none_is_open(count: int, settled: bool) -> None:
    assert parties.assists_settled(replace(FACTS, joint=JointFacts(open_assists=count)), {}) is settled


@pytest.mark.parametrize(
    ("after", "may"),
    [
        (timedelta(0), True),
        (timedelta(days=15), True),
        (timedelta(days=15, microseconds=1), False),
        (timedelta(days=400), False),
    ],
)
def test_reopening_ends_with_its_period_to_the_moment(after: timedelta, may: bool) -> None:
    facts = replace(FACTS, judged_until=START + timedelta(days=15), now=START + after)
    assert rules.within_reopening_period(facts, {}) is may


def test_round_begins_with_the_reopening_itself() -> None:
    reopened = [datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 5, 9, tzinfo=UTC)]
    moments = [datetime(2026, 3, day, 9, tzinfo=UTC) for day in (1, 2, 4, 5, 6)]
    assert [rules.round_at(one, reopened) for one in moments] == [1, 2, 2, 3, 3]


def test_case_that_is_not_closed_is_not_reopened() -> None:
    assert not rules.within_reopening_period(FACTS, {})


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("井盖坏了。请来修", "井盖坏了"),
        ("井盖坏了！！", "井盖坏了"),
        ("坏了。井盖没有了", "坏了。井盖没有了"),  # three signs are no sentence yet
        ("路灯\n不亮\t了  三天", "路灯 不亮 了 三天"),
        ("井" * 80, "井" * 60),
        ("井" * 59 + "。还有", "井" * 59),
        ("", ""),
        ("Lamp is out; please come", "Lamp is out"),
    ],
)
def test_title_is_the_first_sentence_or_sixty_characters(text: str, title: str) -> None:
    assert rules.title_of(text) == title


def test_every_token_that_asks_for_a_picture_has_a_word() -> None:
    assert set(rules.EVIDENCE_WORDS) >= rules.PICTURES
