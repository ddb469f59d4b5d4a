"""What stands in a text is found again, whatever is cut out of it; nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gewu.infra import search, store
from gewu.infra.models import SearchEntry
from gewu.infra.search import Asked, Entry
from gewu.kernel import grams

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
#: Characters of every sort that people type, so few that texts share them: 汉字, traditional, full and half
#: width, capitals, digits, punctuation, emoji of one and of several code points, marks that combine, blanks.
SIGNS = "路灯坏了積水沟ＡａBｂ1１２3,，。！?:·\"'%_*()-（）🚧👨‍👩‍👧🇨🇳é\u0301ßﬁ\u3000 \n\t\x00𠮷"
TEXT = st.text(st.sampled_from(SIGNS) | st.characters(), max_size=40)


def entries(texts: list[str]) -> list[Entry]:
    return [
        Entry("case", f"{n}", text, marks=("kcase",), at=AT + timedelta(minutes=n))
        for n, text in enumerate(texts)
    ]


def found(typed: str) -> set[str]:
    return {one.record for one in search.hits(Asked(grams.terms(typed), (("kcase",),)))}


def scanned(texts: list[str], typed: str) -> set[str]:
    """The plain scan: every text looked at, width and case aside, each part between blanks for itself."""
    parts = grams.folded(typed).split()
    return {f"{n}" for n, text in enumerate(texts) if all(part in grams.folded(text) for part in parts)}


@pytest.mark.both_databases
@pytest.mark.django_db
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXT, min_size=1, max_size=8), data=st.data())
def test_every_part_of_two_characters_or_more_is_found_and_nothing_else(
    texts: list[str], data: st.DataObject
) -> None:
    with store.writing():
        search.wipe()
        search.put(entries(texts))
    of = data.draw(st.sampled_from(texts))
    start = data.draw(st.integers(0, max(0, len(of) - 1)))
    part = of[start : start + data.draw(st.integers(1, 12))]
    for typed in (part, part.swapcase(), data.draw(TEXT)):
        if grams.terms(typed, most=99) and len(grams.terms(typed, most=99)) <= 8:
            assert found(typed) == scanned(texts, typed)
        else:
            assert found("".join(grams.terms(typed, most=0))) == set()


@pytest.mark.django_db
@given(text=TEXT, other=TEXT)
def test_folding_a_whole_is_folding_its_parts(text: str, other: str) -> None:
    assert grams.folded(text + other) == grams.folded(text) + grams.folded(other)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_what_is_written_anew_or_taken_out_is_not_found_by_its_old_words() -> None:
    with store.writing():
        search.wipe()
        assert search.put(entries(["路灯坏了", "井盖不见了"])) == 2
        assert search.put(entries(["路灯坏了", "井盖不见了"])) == 0
        assert search.put(entries(["积水很深"])) == 1
    assert (found("路灯"), found("积水"), found("井盖")) == (set(), {"0"}, {"1"})
    with store.writing():
        assert search.forget("case", ["1", "never there"]) == 1
    assert found("井盖") == set()
    assert not SearchEntry.objects.filter(body__contains="井").exists()


@pytest.mark.both_databases
@pytest.mark.django_db
def test_newest_comes_first_however_they_were_taken_in_and_a_time_is_a_span_of_keys() -> None:
    told = entries(["路灯一", "路灯二", "路灯三"])
    with store.writing():
        search.wipe()
        search.put([told[2]])
        search.put([told[0], told[1]])
        search.put([Entry("case", f"same {n}", "灯杆", marks=("kcase",), at=AT) for n in range(30)])
    asked = Asked(grams.terms("路灯"), (("kcase",),))
    assert [one.record for one in search.hits(asked)] == ["2", "1", "0"]
    since = search.number_of(AT + timedelta(minutes=1))
    assert [one.record for one in search.hits(Asked(asked.terms, asked.marks, since=since))] == ["2", "1"]
    assert [one.record for one in search.hits(Asked(asked.terms, asked.marks, below=since))] == ["0"]
    assert len(search.hits(Asked(grams.terms("灯杆"), (("kcase",),)))) == 30


@pytest.mark.both_databases
@pytest.mark.django_db
def test_marks_are_asked_by_groups_and_pairs_are_told_apart_by_how_rare_they_are() -> None:
    rows = [
        Entry("case", "a", "路灯坏了", marks=("kcase", "p3201", "uaa")),
        Entry("case", "b", "路灯坏了", marks=("kcase", "p3202", "ubb")),
        Entry("report", "c", "路灯坏了", marks=("kreport", "p3201")),
    ]
    with store.writing():
        search.wipe()
        search.put(rows)
    terms = grams.terms("路灯")
    assert [one.record for one in search.hits(Asked(terms, (("kcase",), ("p3201", "ubb"))))] != []
    both = search.hits(Asked(terms, (("kcase",), ("p3201", "ubb"))))
    assert {one.record for one in both} == {"a", "b"}
    assert [one.record for one in search.hits(Asked(terms, (("kcase",), ("p3201",))))] == ["a"]
    assert search.few("kreport", "路灯") == ["c"]
    assert search.few("kcase", "路灯", most=1) is None
    some = search.hits(Asked((), (("kcase",), ("uaa",)), some=("灯杆", "坏了")))
    assert [one.record for one in some] == ["a"]
