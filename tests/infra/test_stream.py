"""The event stream: told in the transaction of the change, chained, and every tampering named."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gewu.infra import store, stream
from gewu.infra.models import Chain, Delivery, EventRow, Words
from gewu.kernel.identifiers import new_id
from gewu.security.actors import CLOCK
from tests.infra import platform
from tests.infra.told import NOW, LampPutUp, LampSeen

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def lamp(*, seen: int = 0, words: str = "") -> UUID:
    """A lamp with some events, each in a transaction of its own."""
    key = new_id()
    with store.writing():
        stream.tell(LampPutUp(id=key, place="320111"), actor=CLOCK, now=NOW)
    for number in range(1, seen + 1):
        with store.writing():
            stream.tell(LampSeen(id=key, times=number), actor=CLOCK, now=NOW, words={"reason": words})
    return key


def faults() -> list[tuple[int, str]]:
    return [(one.seq, one.fault) for one in stream.verify()]


def row(key: UUID, seq: int) -> EventRow:
    return EventRow.objects.get(subject_id=key, seq=seq)


def test_timeline_gives_back_what_was_told_in_order() -> None:
    key = lamp(seen=2, words="看不清")
    lamp(seen=1)
    told = stream.timeline("lamp", key)
    assert [one.type for one in told] == ["LampPutUp", "LampSeen", "LampSeen"]
    assert [one.seq for one in told] == [1, 2, 3]
    assert told[0].data == {"place": "320111", "height": 8}
    assert told[1].words == {"reason": "看不清"}
    assert told[1].data == {"times": 1}
    assert told[0].at.astimezone(UTC) == NOW
    assert {one.actor for one in told} == {"clock"}
    assert told[2].kind is LampSeen


def test_events_of_one_transaction_share_a_chain() -> None:
    key = new_id()
    with store.writing():
        stream.tell(LampPutUp(id=key), actor=CLOCK, now=NOW)
        stream.tell(LampSeen(id=key), actor=CLOCK, now=NOW)
    first, second = row(key, 1), row(key, 2)
    assert first.previous == stream.GENESIS
    assert second.previous == first.hash
    assert Chain.objects.get(pk=key).head == second.hash


def test_text_stays_out_of_the_event() -> None:
    key = lamp(seen=1, words="住在三楼的人说的")
    assert "三楼" not in row(key, 2).data
    assert stream.at(row(key, 2).position).words == {"reason": "住在三楼的人说的"}  # type: ignore[union-attr] # it was just written


def test_reading_goes_on_after_a_position() -> None:
    lamp(seen=3)
    start = stream.last_position() - 3
    assert [one.position for one in stream.after(start)] == [start + 1, start + 2, start + 3]
    assert len(stream.after(start, limit=2)) == 2
    assert stream.after(stream.last_position()) == ()


def test_nothing_may_be_told_outside_of_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="outside"):
        stream.tell(LampPutUp(id=new_id()), actor=CLOCK, now=NOW)


def test_a_failed_transaction_leaves_nothing_told() -> None:
    with pytest.raises(ZeroDivisionError), store.writing():
        stream.tell(LampPutUp(id=new_id()), actor=CLOCK, now=NOW, words={"reason": "x"})
        _ = 1 / 0
    assert (EventRow.objects.count(), Words.objects.count(), Delivery.objects.count()) == (0, 0, 0)
    lamp()
    assert EventRow.objects.count() == 1


@pytest.mark.parametrize("digest", ["sha256", "sm3"])
def test_an_honest_record_verifies(settings: Any, digest: str) -> None:
    lamp(seen=2, words="一")
    settings.HASH = digest
    key = lamp(seen=3, words="二")
    assert row(key, 1).hash.startswith(f"{digest}:")
    assert faults() == []
    assert stream.size() == (2, 7)


def test_an_erased_text_breaks_nothing() -> None:
    lamp(seen=1, words="要删的")
    Words.objects.update(text="", salt="", erased_at=NOW)
    assert faults() == []


Tampering = Callable[[UUID], object]


def _change(**values: Any) -> Tampering:
    return lambda key: EventRow.objects.filter(subject_id=key, seq=2).update(**values)


def _rewrite_with_its_hash(key: UUID) -> None:
    """What someone does who knows how the hash is made."""
    changed = row(key, 2)
    changed.actor = "account:other"
    changed.hash = stream.hash_of(changed)
    changed.save()


def _insert_behind(key: UUID) -> None:
    last = row(key, 3)
    forged = EventRow(
        subject="lamp", subject_id=key, seq=4, type="LampSeen", actor="clock", at=NOW,
        data=json.dumps({}), previous=last.hash,
    )  # fmt: skip
    forged.hash = stream.hash_of(forged)
    forged.save()


def _remove(seq: int) -> Tampering:
    return lambda key: (
        Delivery.objects.all().delete(),
        EventRow.objects.filter(subject_id=key, seq=seq).delete(),
    )


@pytest.mark.parametrize("digest", ["sha256", "sm3"])
@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (_change(data='{"times":9}'), (2, "event changed")),
        (_change(actor="account:other"), (2, "event changed")),
        (_change(at=NOW.replace(year=2025)), (2, "event changed")),
        (_rewrite_with_its_hash, (3, "event before it removed or inserted")),
        (_remove(1), (1, "event 1 removed")),
        (_remove(2), (2, "event 2 removed")),
        (_remove(3), (3, "last event removed")),
        (_insert_behind, (4, "event inserted after the last")),
        (lambda key: Words.objects.filter(text="话2").update(text="别的"), (2, "words changed: reason")),
        (lambda key: Words.objects.filter(text="话2").delete(), (2, "words removed: reason")),
        (lambda key: Chain.objects.filter(pk=key).update(head="sha256:0"), (3, "head of the chain differs")),
    ],
)
def test_tampering_is_found_and_named(
    settings: Any, digest: str, tamper: Tampering, found: tuple[int, str]
) -> None:
    settings.HASH = digest
    lamp(seen=2, words="旁边的")
    key = new_id()
    with store.writing():
        stream.tell(LampPutUp(id=key), actor=CLOCK, now=NOW)
        stream.tell(LampSeen(id=key, times=2), actor=CLOCK, now=NOW, words={"reason": "话2"})
        stream.tell(LampSeen(id=key, times=3), actor=CLOCK, now=NOW)
    tamper(key)
    breaks = list(stream.verify())
    assert found in [(one.seq, one.fault) for one in breaks]
    assert {one.subject_id for one in breaks} == {key}


WRITERS = """
import sys
from uuid import UUID
from gewu.infra import store, stream
from gewu.security.actors import CLOCK
from tests.infra.told import NOW, LampPutUp, LampSeen

KEY = UUID(int=7)
"""


def test_two_processes_that_write_one_subject_keep_its_chain_whole(tmp_path: Path) -> None:
    here = platform.new(tmp_path / "home")
    here.run(WRITERS + "with store.writing(): stream.tell(LampPutUp(id=KEY), actor=CLOCK, now=NOW)")
    write = """
for number in range(100):
    with store.writing():
        stream.tell(LampSeen(id=KEY, times=number), actor=CLOCK, now=NOW)
"""
    writers = [here.begin_code(WRITERS + write) for _ in range(2)]
    printed = [writer.communicate(timeout=60)[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], printed
    code, said = here.gewu("verify")
    assert code == 0, said
    assert "已核对 1 条链、201 个事件，发现 0 处不一致" in said
