"""Taking in a file: a row may fail alone, and how far it is stands beside the rows."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from gewu.config.wanted import WANTED
from gewu.infra import batches, deliveries, store, stream
from gewu.infra.batches import Counts, Refused, Source
from gewu.infra.models import Batch, Counter, Delivery, EventRow
from gewu.intake.events import ReportReceived
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security.actors import CLOCK

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
SOURCE = Source("t.csv", "d" * 64, "reports", "m" * 64)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def tell(key: UUID) -> None:
    stream.tell(ReportReceived(id=key, place="320111", channel="import"), actor=CLOCK, now=NOW)


def test_an_attempt_that_fails_undoes_what_it_wrote_and_told_and_nothing_else() -> None:
    before, failed, after = new_id(), new_id(), new_id()
    with store.writing():
        tell(before)
        with pytest.raises(ZeroDivisionError), store.attempt(), store.writing():
            Counter.objects.create(name="failed", value=1)
            tell(failed)
            _ = 1 / 0
        with store.attempt():
            Counter.objects.create(name="after", value=1)
            tell(after)
    assert list(Counter.objects.values_list("name", flat=True)) == ["after"]
    assert list(EventRow.objects.order_by("position").values_list("subject_id", flat=True)) == [before, after]


def test_an_attempt_that_tells_first_and_fails_leaves_no_ending_behind() -> None:
    with store.writing():
        with pytest.raises(ZeroDivisionError), store.attempt():
            tell(new_id())
            _ = 1 / 0
        key = new_id()
        tell(key)
    assert [row.subject_id for row in EventRow.objects.all()] == [key]


def test_an_attempt_belongs_to_a_write_transaction() -> None:
    with pytest.raises(RuntimeError), store.attempt():
        pass


def test_what_is_long_past_is_recorded_without_telling_anyone() -> None:
    with store.writing():
        deliveries.owe_nothing()
        tell(new_id())
    assert (EventRow.objects.count(), Delivery.objects.count()) == (1, 0)
    with store.writing():
        tell(new_id())
    unwanted = set(map(deliveries.name_of, WANTED))
    owed = [name for name in deliveries.reactions_of("ReportReceived") if name not in unwanted]
    assert Delivery.objects.count() == len(owed) > 0


def test_a_batch_goes_on_where_it_stood() -> None:
    batch = batches.begin(SOURCE, started_by="operator", now=NOW)
    batches.go_on(batch, 200, Counts(taken=198, already=1, refused=1), [])
    found = batches.unfinished(SOURCE)
    assert found is not None
    assert (found.rows_done, found.taken, found.already, found.refused) == (200, 198, 1, 1)
    batches.finish(found, now=NOW)
    assert batches.unfinished(SOURCE) is None


def test_a_part_that_is_undone_does_not_count() -> None:
    batch = batches.begin(SOURCE, started_by="operator", now=NOW)
    with pytest.raises(ZeroDivisionError), store.writing():
        batches.go_on(batch, 200, Counts(taken=200), [])
        _ = 1 / 0
    assert Batch.objects.get().rows_done == 0


def test_a_refused_row_is_kept_by_its_line_and_reason_without_its_values() -> None:
    batch = batches.begin(SOURCE, started_by="operator", now=NOW)
    refusal = Refusal(say("没有名为“{name}”的单位", name="张三的店"), field="unit")
    batches.go_on(batch, 1, Counts(refused=1), [Refused(7, refusal)])
    bad = batch.bad_rows.get()
    assert (bad.line, bad.field, bad.reason) == (7, "unit", "没有名为“{name}”的单位")
