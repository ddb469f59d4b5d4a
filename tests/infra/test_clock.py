"""A clock that is set while the platform runs: noticed, told, and in nobody's way."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gewu.infra import clock, deliveries, health, store, stream, switches, worker
from gewu.infra.models import Counter, EventRow
from gewu.infra.stream import Told
from gewu.kernel.identifiers import id_after, new_id
from gewu.security.actors import CLOCK
from tests.infra.told import NOW, LampPutUp, LampSeen

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Hands:
    """Two clocks: one that can be set, and one that cannot."""

    def __init__(self) -> None:
        self.set_by, self.passed = 0.0, 0.0

    def wall(self) -> float:
        return 1_000_000.0 + self.passed + self.set_by

    def steady(self) -> float:
        return self.passed


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def watch(hands: Hands) -> clock.Watch:
    return clock.Watch(hands.wall, hands.steady)


@pytest.mark.parametrize("by", [-DAY, -HOUR, HOUR, DAY, 400 * DAY])
def test_jump_is_noticed_once_however_long_nothing_was_asked(
    watch: clock.Watch, hands: Hands, by: timedelta
) -> None:
    hands.passed += 86_400
    assert watch.moved() == timedelta()
    hands.set_by += by.total_seconds()
    assert watch.moved() == by
    assert watch.moved() == timedelta()


def test_ordinary_work_of_a_time_service_is_no_jump(watch: clock.Watch, hands: Hands) -> None:
    hands.set_by += 5
    assert watch.moved() == timedelta()


def test_nothing_is_deleted_while_the_clock_is_far_ahead_of_where_it_stood(
    watch: clock.Watch, hands: Hands
) -> None:
    hands.passed += 400 * 86_400
    assert not watch.doubtful
    hands.set_by += 2 * 86_400
    watch.moved()
    assert watch.doubtful
    hands.set_by = 0
    assert not watch.doubtful


def note(told: Told, *, now: datetime) -> None:
    Counter.objects.create(name=f"clock:{told.position}", value=1)


@pytest.fixture
def noting() -> Iterator[None]:
    deliveries.register({LampPutUp: [note]})
    yield
    deliveries.register({LampPutUp: []})


def put_up(at: datetime) -> int:
    with store.writing():
        stream.tell(LampPutUp(id=new_id()), actor=CLOCK, now=at)
    return stream.last_position()


@pytest.mark.django_db(transaction=True)
def test_what_waits_for_a_time_that_has_come_already_does_not_wait_again(noting: None) -> None:
    position = put_up(NOW + HOUR)
    assert worker.work(NOW) == 0
    assert worker.bring_forward(NOW) == 1
    assert worker.work(NOW) == 1
    assert worker.of_event(position)[0]["done_at"] == NOW
    assert worker.bring_forward(NOW - HOUR) == 0
    assert Counter.objects.filter(name=f"clock:{position}").count() == 1


@pytest.mark.django_db(transaction=True)
def test_events_keep_their_order_by_number_whatever_their_times_say() -> None:
    lamp = new_id()
    for at in (NOW, NOW - DAY, NOW + DAY, NOW - HOUR):
        with store.writing():
            first = not EventRow.objects.filter(subject_id=lamp).exists()
            kind = LampPutUp if first else LampSeen
            stream.tell(kind(id=lamp), actor=CLOCK, now=at)
    told = stream.timeline("lamp", lamp)
    assert [one.seq for one in told] == [1, 2, 3, 4]
    assert [one.at for one in told] == [NOW, NOW - DAY, NOW + DAY, NOW - HOUR]
    assert list(stream.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_page_of_health_warns_while_the_clock_stands_behind_the_last_event() -> None:
    put_up(NOW)
    (sign,) = [one for one in health.signs(NOW - HOUR) if str(one.name) == "服务器时间"]
    assert not sign.well
    assert str(sign.state) == "比最后一条记录早 60 分钟"
    assert "已经承诺的期限不变" in str(sign.advice)
    (sign,) = [one for one in health.signs(NOW + HOUR) if str(one.name) == "服务器时间"]
    assert sign.well


@pytest.mark.django_db(transaction=True)
def test_jump_stands_in_the_audit_log_and_is_spoken_of_for_a_week() -> None:
    clock.tell_set(-HOUR, actor=CLOCK, now=NOW)
    (told,) = [one for one in stream.after(0) if one.type == "ClockSet"]
    assert told.data["seconds"] == -3600
    states = {
        days: [str(one.state) for one in health.signs(NOW + days * DAY) if str(one.name) == "服务器时间"]
        for days in (1, 8)
    }
    assert states == {1: [f"{NOW:%Y-%m-%d} 被调回 60 分钟"], 8: ["正常"]}


def test_key_made_after_the_clock_was_set_back_sorts_behind_the_one_in_force() -> None:
    ahead = id_after(None)
    later = id_after(type(ahead)(int=ahead.int + (1 << 90)))  # made by a clock hours ahead
    assert later.int == ahead.int + (1 << 90) + 1
    assert id_after(ahead) > ahead


class Manager:
    ref = "account:test"

    def holds(self, right: str) -> bool:
        return True


@pytest.mark.django_db(transaction=True)
def test_switch_turned_after_the_clock_was_set_back_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    def turn(on: bool) -> None:
        switches.set_switch("suggest.matter", on, reason="试一试", actor=Manager(), now=datetime.now(UTC))

    ahead = new_id().int + (3_600_000 << 80)
    with monkeypatch.context() as fast:
        fast.setattr(switches, "id_after", lambda last: type(new_id())(int=ahead))
        turn(False)
    turn(True)
    assert switches.is_on("suggest.matter")


@pytest.mark.django_db(transaction=True)
def test_background_process_catches_up_when_the_clock_went_back_while_nothing_ran(noting: None) -> None:
    from gewu.config.background import Worker  # noqa: PLC0415 -- it sets Django up when it is loaded

    position = put_up(datetime.now(UTC) + HOUR)
    stop = threading.Event()
    thread = Worker(stop, orphaned=stop.set)
    thread._begin()
    assert worker.work(datetime.now(UTC)) == 1
    assert Counter.objects.filter(name=f"clock:{position}").exists()


@pytest.mark.django_db(transaction=True)
def test_background_process_does_nothing_final_by_a_clock_in_doubt(watch: clock.Watch, hands: Hands) -> None:
    from gewu.config.background import Sweep, Worker  # noqa: PLC0415 -- as above

    thread = Worker(threading.Event(), orphaned=lambda: None)
    thread.watch = watch
    ran: list[datetime] = []
    deleting = Sweep(lambda now: ran.append(now) or 1, 0, final=True)
    telling = Sweep(lambda now: 1, 0)
    hands.set_by = 3 * 86_400
    assert (thread._swept(deleting), thread._swept(telling), ran) == (0, 1, [])
    hands.set_by = 0
    assert thread._swept(deleting) == 1
    assert {one.run.__name__ for one in thread.sweeps if one.final} == {
        "sweep",
        "sweep_exports",
        "sweep_readings",
        "sweep_retention",
        "sweep_successions",
        "sweep_tracks",
    }
