"""Who held a case how long, and which stages it has reached: pure, and adding up."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gewu.cases.rules.custody import Side, Turn, age, holdings
from gewu.cases.rules.trace import Happening, reached
from tests.world import START

#: Events that leave a case where it is.
STILL = ("CaseSignedFor", "CheckBegun", "CaseShelved", "AssistCalled")
TYPES = (
    "CaseDispatched", "CaseReturned", "CaseHandled", "CheckFailed", "CaseClosed", "CaseReopened",
    "CasePassedUp", "CaseRecalled", *STILL,
)  # fmt: skip


def test_each_party_holds_until_the_next_receives() -> None:
    turns = [
        Turn("CaseFiled", START),
        Turn("CaseDispatched", START + timedelta(minutes=10), "a"),
        Turn("CaseSignedFor", START + timedelta(minutes=25), "a"),
        Turn("CasePassedUp", START + timedelta(minutes=60), "b"),
        Turn("CaseHandled", START + timedelta(minutes=90), "b"),
        Turn("CaseClosed", START + timedelta(minutes=100)),
    ]
    found = holdings(turns, until=START + timedelta(days=9))
    assert [(one.side, one.unit, one.span) for one in found] == [
        (Side.DESK, "", timedelta(minutes=10)),
        (Side.UNIT, "a", timedelta(minutes=50)),
        (Side.UNIT, "b", timedelta(minutes=30)),
        (Side.CHECK, "", timedelta(minutes=10)),
    ]
    assert found[1].signed_at == START + timedelta(minutes=25)
    assert found[2].signed_at is None
    assert age(found) == timedelta(minutes=100)


@given(st.lists(st.tuples(st.sampled_from(TYPES), st.integers(0, 5000)), max_size=25), st.integers(0, 5000))
def test_holding_times_add_up_to_the_age(steps: list[tuple[str, int]], rest: int) -> None:
    now, turns = START, [Turn("CaseFiled", START)]
    for kind, minutes in steps:
        now += timedelta(minutes=minutes)
        turns.append(Turn(kind, now, "u"))
    until = now + timedelta(minutes=rest)
    moves = [one for one in turns if one.type not in STILL]
    ended = moves[-1].at if moves[-1].type == "CaseClosed" else until
    found = holdings(turns, until=until)
    assert age(found) == ended - START
    assert all(a.until == b.since for a, b in zip(found, found[1:], strict=False))


def test_stages_come_in_the_order_of_their_map_with_their_first_event() -> None:
    stages = (("one", frozenset({"A"})), ("two", frozenset({"B", "C"})), ("three", frozenset({"D"})))
    happened = [Happening("A", START, "x"), Happening("C", START + timedelta(1), "y")]
    happened.append(Happening("B", START + timedelta(2), "z"))
    found = reached(stages, happened)
    assert [(one.name, one.first.who if one.first else None) for one in found] == [
        ("one", "x"),
        ("two", "y"),
        ("three", None),
    ]
