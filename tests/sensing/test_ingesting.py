"""Many small rows in one transaction: each once, what cannot be believed beside them."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import operator
from gewu.sensing import actions, jobs, queries
from gewu.sensing.actions import DeviceSpec, Message
from gewu.sensing.models import Alarm, Device, DeviceState, Quarantined, Reading
from gewu.sensing.queries import in_ms
from tests.sensing.devices import SPOT, hears, levels, registered, said
from tests.world import COUNTY, GRID, World


@pytest.mark.both_databases
def test_reading_is_stored_once_with_both_times(world: World) -> None:
    registered(world)
    one = said(world, "gauge-1", seq=7, late_s=90, level_m=5.25)
    assert hears(world, one).stored == 1
    assert hears(world, one, one).repeated == 2
    row = Reading.objects.get()
    assert (row.seq, row.received - row.ts, row.values) == (7, 90_000, '{"level_m": 5.25}')


@pytest.mark.both_databases
def test_every_order_and_repetition_leaves_the_same_readings_and_one_alarm(world: World) -> None:
    registered(world)
    sent = [
        Message("gauge-1", in_ms(world.now) + n * 3_600_000, n, 0, {"level_m": 8 + n / 10}) for n in range(24)
    ]
    world.later(hours=24)
    chance = random.Random(7)
    for _ in range(3):
        repeated = [*sent, *chance.choices(sent, k=20)]
        chance.shuffle(repeated)
        for batch in itertools.batched(repeated, 7) if hasattr(itertools, "batched") else [repeated]:
            hears(world, *batch)
    assert list(Reading.objects.order_by("ts").values_list("seq", flat=True)) == list(range(24))
    assert Quarantined.objects.count() == 0
    assert Alarm.objects.count() == 1


def test_same_number_and_time_with_other_content_is_set_aside(world: World) -> None:
    registered(world)
    hears(world, said(world, "gauge-1", seq=1, level_m=5.0))
    taken = hears(world, said(world, "gauge-1", seq=1, level_m=5.5))
    assert (taken.stored, taken.set_aside) == (0, {"duplicate": 1})
    assert Reading.objects.get().values == '{"level_m": 5.0}'


def test_what_is_set_aside_keeps_its_reason_and_no_text(world: World) -> None:
    registered(world)
    taken = hears(
        world,
        said(world, "gauge-1", seq=1, level_m="很高", picture="data:image/png;base64,iVBOR"),
        said(world, "gauge-1", seq=2, late_s=-3600, level_m=5.0),
        said(world, "gauge-1", seq=3, late_s=8 * 86400, level_m=5.0),
        said(world, "gauge-1", seq=4, level_m=500),
        Message("gauge-1", 10**30, -5, 0, {"level_m": 1}),
    )
    assert taken.set_aside == {"invalid": 2, "future": 1, "past": 1, "impossible": 1}
    assert "base64" not in "".join(Quarantined.objects.values_list("values", flat=True))
    assert Reading.objects.count() == 0
    page = queries.device(world.actor("zhou.min"), "gauge-1", now=world.now)
    assert len(page.aside) == 5


def test_replayed_nonsense_fills_nothing(world: World) -> None:
    registered(world)
    for _ in range(5):
        hears(world, said(world, "gauge-1", seq=4, level_m=500))
    assert Quarantined.objects.count() == 1


def test_unknown_device_is_named_and_nothing_of_it_is_stored(world: World) -> None:
    registered(world)
    taken = hears(world, said(world, "gauge-1", level_m=5.0), said(world, "stranger", level_m=5.0))
    assert (taken.stored, taken.unknown) == (1, {"stranger"})
    actions.retire("gauge-1", actor=operator(COUNTY), now=world.now)
    assert hears(world, said(world, "gauge-1", seq=2, level_m=5.0)).unknown == {"gauge-1"}


def test_reading_that_comes_late_is_stored_and_not_judged(world: World) -> None:
    registered(world, "box-1", "street_box")
    world.later(hours=1)
    hears(world, said(world, "box-1", water=0))
    taken = hears(world, said(world, "box-1", late_s=600, water=1))
    assert (taken.stored, taken.raised) == (1, 0)


def test_batch_costs_few_statements_however_many_devices(world: World) -> None:
    for n in range(30):
        registered(world, f"gauge-{n}")
    hears(world, said(world, "gauge-0", level_m=5.0))  # what is held in memory is loaded now

    def cost(count: int) -> int:
        world.later(minutes=1)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            hears(world, *(said(world, f"gauge-{n}", level_m=5.0) for n in range(count)))
        return len([one for one in seen if "SAVEPOINT" not in one["sql"]])

    assert cost(30) == cost(1) <= 6


def test_device_that_nobody_hears_is_told_once_and_heard_again(world: World) -> None:
    registered(world)
    levels(world, "gauge-1", 5.0)
    world.later(hours=3)
    assert jobs.sweep_alarms(world.now) == 1
    assert jobs.sweep_alarms(world.now) == 0
    assert queries.devices(world.actor("zhou.min"), now=world.now).rows[0].silent
    levels(world, "gauge-1", 5.1)
    device = Device.objects.get()
    told = [one.type for one in stream.timeline("device", device.pk)]
    assert told == ["DeviceRegistered", "DeviceFellSilent", "DeviceHeardAgain"]


def test_readings_are_kept_for_ninety_days(world: World) -> None:
    registered(world)
    levels(world, "gauge-1", 5.0, 5.1)
    world.later(days=90)
    levels(world, "gauge-1", 5.2)
    jobs.sweep_readings(world.now)
    assert Reading.objects.count() == 1


def test_series_is_thinned_so_that_its_peak_stays(world: World) -> None:
    registered(world)
    begin = in_ms(world.now)
    wave = [Message("gauge-1", begin + n * 60_000, n, 0, {"level_m": 5 + (n == 777)}) for n in range(2000)]
    world.later(hours=34)
    hears(world, *wave)
    found = queries.series("gauge-1", "level_m", since=world.now - timedelta(days=2), until=world.now)
    assert len(found.points) <= 300
    assert max(value for _, value in found.points) == 6
    assert [at for at, _ in found.points] == sorted(at for at, _ in found.points)


WRONG_SPECS = [
    ("code", {"code": "Gauge_1"}),
    ("code", {"code": "a/b"}),
    ("kind", {"kind": "camera"}),
    ("owner", {"owner": "nobody"}),
    ("sign", {"public": True}),
    ("name", {"name": ""}),
    ("lon", {"lat": 32.0}),
    ("lon", {"lon": 100.0, "lat": 20.0}),
    ("place", {"place": "320111004002", **SPOT}),
]


@pytest.mark.parametrize(("field", "more"), WRONG_SPECS)
def test_device_that_cannot_be_is_refused(world: World, field: str, more: dict[str, object]) -> None:
    usual = {"code": "gauge-1", "kind": "river_gauge", "name": "水位站", "owner": f"{COUNTY}-water_affairs"}
    spec = DeviceSpec(**{**usual, **({} if "lon" in more or "lat" in more else {"place": GRID}), **more})  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(Refusal) as refused:
        actions.register(spec, actor=operator(COUNTY), now=world.now)
    assert refused.value.field == field
    assert not DeviceState.objects.exists()


def test_device_lies_where_its_coordinates_say(world: World) -> None:
    registered(world, place="", **SPOT)
    assert Device.objects.get().place == GRID


def test_only_whoever_keeps_the_devices_registers_one(world: World) -> None:
    with pytest.raises(Refusal) as refused:
        spec = DeviceSpec("g-1", "river_gauge", "水位站", f"{COUNTY}-water_affairs", GRID)
        actions.register(spec, actor=world.actor("zhou.min"), now=world.now)
    assert refused.value.kind is Kind.FORBIDDEN
    actions.register(spec, actor=world.actor("qian.lei"), now=world.now)


def test_grids_without_a_device_are_listed(world: World) -> None:
    """The device side of R087."""
    registered(world)
    bare = queries.grids_without_device(world.actor("zhou.min"), COUNTY)
    assert (len(bare), GRID in bare) == (8, False)


def test_command_lapses_and_its_answer_is_kept_once(world: World) -> None:
    registered(world)
    actor = world.actor("zhou.min")
    soon = actions.ask("gauge-1", "self_test", within=timedelta(minutes=5), actor=actor, now=world.now)
    actions.ask("gauge-1", "silence", within=timedelta(minutes=1), actor=actor, now=world.now)
    world.later(minutes=2)
    (sent,) = actions.take_commands(now=world.now)
    assert (sent.id, sent.word, sent.lapses_s) == (soon.pk, "self_test", 180)
    assert actions.take_commands(now=world.now) == ()
    assert not actions.note_answer("gauge-2", soon.pk, done=True, now=world.now)
    assert actions.note_answer("gauge-1", soon.pk, done=True, now=world.now)
    assert not actions.note_answer("gauge-1", soon.pk, done=False, now=world.now)
