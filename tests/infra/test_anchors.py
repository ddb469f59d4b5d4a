"""Daily anchors: each day's events get one digest, and what differs later is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest
from django.db import connection

from gewu.infra import anchors, store, stream
from gewu.infra.models import Anchor, EventRow
from gewu.kernel import receipts
from gewu.kernel.identifiers import new_id
from gewu.security.actors import CLOCK
from tests.founded import at_once
from tests.infra.told import LampPutUp

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

#: Ten in the morning in China.
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def lamps(many: int, at: datetime = MONDAY) -> None:
    with store.writing():
        for _ in range(many):
            stream.tell(LampPutUp(id=new_id()), actor=CLOCK, now=at)


def just_after_midnight(day: datetime) -> datetime:
    """00:05 in China on the day after."""
    return day.replace(hour=16, minute=5)


def days() -> list[tuple[str, int]]:
    return [(one.day, one.count) for one in anchors.everything()]


def test_day_is_anchored_after_midnight_in_china_and_once() -> None:
    lamps(3)

    assert anchors.sweep(just_after_midnight(MONDAY) - timedelta(minutes=10)) == 0
    assert anchors.sweep(just_after_midnight(MONDAY)) == 1
    assert anchors.sweep(just_after_midnight(MONDAY)) == 0
    assert days() == [("2026-03-02", 3)]


def test_missed_days_are_caught_up_and_days_without_events_left_out() -> None:
    for after in (0, 1, 4):
        lamps(after + 1, MONDAY + timedelta(days=after))

    assert anchors.sweep(just_after_midnight(MONDAY + timedelta(days=6))) == 3
    assert days() == [("2026-03-02", 1), ("2026-03-03", 2), ("2026-03-06", 5)]
    first, second, third = anchors.everything()
    assert (second.previous, third.previous) == (first.digest, second.digest)
    assert (second.first, third.last) == (first.last + 1, stream.last_position())


def test_event_of_the_new_day_waits_for_its_own_anchor() -> None:
    lamps(2)
    lamps(1, just_after_midnight(MONDAY) - timedelta(minutes=3))
    anchors.sweep(just_after_midnight(MONDAY))
    assert days() == [("2026-03-02", 2)]
    assert list(anchors.covering([stream.last_position()])) == []


def test_every_position_is_anchored_once_when_the_clock_was_ahead_and_is_set_back() -> None:
    lamps(1)
    lamps(2, MONDAY + timedelta(days=3000))
    anchors.sweep(just_after_midnight(MONDAY + timedelta(days=3001)))
    lamps(4, MONDAY + timedelta(days=1))

    assert anchors.sweep(just_after_midnight(MONDAY + timedelta(days=1))) == 1
    assert anchors.sweep(just_after_midnight(MONDAY + timedelta(days=2))) == 0
    assert [count for _, count in days()] == [1, 2, 4]
    assert list(anchors.verify()) == []


def test_late_clock_and_repeated_days_never_loop() -> None:
    lamps(1)
    anchors.sweep(just_after_midnight(MONDAY))
    lamps(1, MONDAY - timedelta(days=30))
    assert anchors.sweep(just_after_midnight(MONDAY - timedelta(days=20))) == 1
    assert list(anchors.verify()) == []


def test_paths_of_every_event_lead_to_the_published_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "BLOCK", 4)
    lamps(23)
    anchors.sweep(just_after_midnight(MONDAY))
    (anchor,) = anchors.everything()
    held = dict(EventRow.objects.values_list("position", "hash"))
    ways = anchors.paths(anchor.number, held)
    for position, event_hash in held.items():
        start = receipts.leaf("sha256", position, event_hash)
        assert f"sha256:{receipts.climbed('sha256', start, ways[position]).hex()}" == anchor.root


def test_changed_event_with_its_chain_made_to_fit_is_still_found() -> None:
    lamps(3)
    anchors.sweep(just_after_midnight(MONDAY))
    row = EventRow.objects.order_by("position")[1]
    row.data = '{"height":9}'
    row.hash = ""
    row.hash = stream.hash_of(row)
    row.save()

    (fault,) = anchors.verify()
    assert (fault.number, fault.day) == (1, "2026-03-02")
    assert "not those that were anchored" in fault.fault


def test_removed_event_and_changed_anchor_are_named() -> None:
    lamps(3)
    anchors.sweep(just_after_midnight(MONDAY))
    lamps(1, MONDAY + timedelta(days=1))
    anchors.sweep(just_after_midnight(MONDAY + timedelta(days=1)))
    EventRow.objects.order_by("position").first().delete()
    Anchor.objects.filter(number=2).update(day=date(2026, 3, 4))

    found = [(one.number, one.fault) for one in anchors.verify()]
    assert found[0][0] == 1
    assert "2 events stand there, 3 were anchored" in found[0][1]
    assert (2, "its digest does not fit its content") in found


def test_record_and_anchors_rewritten_together_differ_from_what_was_published() -> None:
    lamps(3)
    anchors.sweep(just_after_midnight(MONDAY))
    kept_elsewhere = [vars(one) for one in anchors.everything()]
    Anchor.objects.all().delete()
    row = EventRow.objects.order_by("position")[0]
    row.actor, row.hash = "operator", ""
    row.hash = stream.hash_of(row)
    row.save()
    anchors.sweep(just_after_midnight(MONDAY))

    assert list(anchors.verify()) == []
    (fault,) = anchors.verify(formerly=kept_elsewhere)
    assert fault.fault == "differs from what was published"


def test_anchor_by_sm3(settings: object) -> None:
    settings.HASH = "sm3"  # type: ignore[attr-defined]  # pytest-django's settings
    lamps(2)
    anchors.sweep(just_after_midnight(MONDAY))
    (anchor,) = anchors.everything()
    assert anchor.digest.startswith("sm3:")
    assert receipts.faults_of_anchors([vars(anchor)]) == []


def test_uncommitted_events_are_never_passed_over() -> None:
    """A transaction that got its positions first and commits last is in an anchor, once it is there."""
    if connection.vendor != "postgresql":
        pytest.skip("one writer at a time on SQLite: there is no gap to pass")
    told, looked = Event(), Event()

    def slow() -> None:
        with store.writing():
            stream.tell(LampPutUp(id=new_id()), actor=CLOCK, now=MONDAY)
            store.before_commit(lambda: (told.set(), looked.wait(10)))

    def sweeping() -> None:
        told.wait(10)
        anchors.sweep(just_after_midnight(MONDAY))
        looked.set()

    lamps(1)
    at_once(slow, sweeping)
    anchors.sweep(just_after_midnight(MONDAY + timedelta(days=1)))

    covered = anchors.covering(list(EventRow.objects.values_list("position", flat=True)))
    assert len(covered) == 2
    assert list(anchors.verify()) == []
