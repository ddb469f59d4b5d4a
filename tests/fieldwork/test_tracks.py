"""Tracks: only of an opened patrol, marked and not trusted blindly, and deleted when their term is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import jobs, queries
from gewu.fieldwork.models import Footprint, Task, Track, TrackPart
from gewu.infra import stream
from gewu.kernel.refusals import Kind, Refusal
from gewu.notifications.models import Message
from gewu.security import actions as security
from gewu.security import queries as kept
from gewu.security.models import Certificate
from tests.fieldwork.setting import TODAY, first_task, running, step
from tests.world import GRID, SOUTH_GATE, World

#: In the middle of the first grid; a thousandth of a degree is a corner.
LON, LAT = 118.6025, 32.0575


def patrol(world: World) -> Task:
    """A patrol that has been opened just now."""
    task = first_task(running(world))
    return step(world, task, "start")


def walk(start: datetime, n: int, *, north: float = 0.0, **more: Any) -> list[fieldwork.Position]:
    """So many positions at ten seconds, each some fourteen metres on."""
    return [
        fieldwork.Position(
            start + timedelta(seconds=10 * i), LON, LAT + north + i * 0.000126, **{"accuracy_m": 8, **more}
        )
        for i in range(n)
    ]


def send(
    world: World,
    task: Task,
    points: list[fieldwork.Position],
    by: str = "zhao.qiang",
    batch: UUID | None = None,
) -> fieldwork.Taken:
    actor = world.actor(by)
    return fieldwork.take_positions(task.pk, batch or uuid4(), points, actor=actor, now=world.now)


def test_a_patrol_leaves_a_track_that_its_own_worker_can_read(world: World) -> None:
    task = patrol(world)
    started = world.now
    world.later(minutes=20)
    assert send(world, task, walk(started, 60)) == fieldwork.Taken(60, 0, 0)
    facts = queries.own_track(world.actor("zhao.qiang"), task.pk, now=world.now)
    assert (facts.line.points, facts.line.counted, facts.refused) == (60, 60, 0)
    assert facts.line.length_m == pytest.approx(59 * 14, abs=8)
    assert len(facts.way) == 60
    assert facts.line.kept_until == facts.line.last_at + timedelta(days=90)
    assert [one.id for one in queries.own_tracks(world.actor("zhao.qiang")).rows] == [task.pk]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_point_outside_the_opened_patrol_is_refused(world: World, when: str) -> None:
    task = patrol(world)
    started = world.now
    world.later(minutes=30)
    step(world, task, "check_in", at=fieldwork.CheckInDraft())
    step(world, task, "finish", reason="有急事，提前结束")
    world.later(minutes=30)
    moment = started - timedelta(minutes=10) if when == "before" else started + timedelta(minutes=40)
    with pytest.raises(Refusal, match="不在已开启的巡查时间内") as refused:
        send(world, task, walk(moment, 5))
    assert refused.value.kind is Kind.CONFLICT
    assert not TrackPart.objects.exists()
    # Of a batch that lies partly outside, that part is counted and not kept.
    taken = send(world, task, walk(started + timedelta(minutes=29, seconds=30), 10))
    assert taken == fieldwork.Taken(4, 0, 6)
    kept_points = queries.own_track(world.actor("zhao.qiang"), task.pk, now=world.now)
    assert (kept_points.line.points, kept_points.refused) == (4, 6)


def test_no_positions_without_a_started_patrol_nor_of_another_nor_of_a_visit(world: World) -> None:
    task = first_task(running(world))
    with pytest.raises(Refusal, match="还没有开始"):
        send(world, task, walk(world.now, 3))
    step(world, task, "start")
    with pytest.raises(Refusal) as refused:
        send(world, task, walk(world.now, 3), "sun.li")
    assert refused.value.kind is Kind.FORBIDDEN
    visit = fieldwork.visit(
        fieldwork.VisitDraft(place=GRID, at=fieldwork.CheckInDraft(lon=LON, lat=LAT)),
        actor=world.actor("zhao.qiang"), now=world.now,
    )  # fmt: skip
    with pytest.raises(Refusal, match="不记录轨迹"):
        send(world, visit, walk(world.now, 3))
    with pytest.raises(Refusal) as missing:
        fieldwork.take_positions(
            uuid4(), uuid4(), walk(world.now, 1), actor=world.actor("zhao.qiang"), now=world.now
        )
    assert missing.value.kind is Kind.MISSING
    assert not Track.objects.exists()


def test_a_patrol_that_nobody_ended_takes_no_positions_after_a_days_work(world: World) -> None:
    task = patrol(world)
    started = world.now
    world.later(hours=9)
    with pytest.raises(Refusal, match="不在已开启的巡查时间内"):
        send(world, task, walk(started + timedelta(hours=8, minutes=1), 3))
    assert send(world, task, walk(started + timedelta(hours=7), 3)).kept == 3


@pytest.mark.both_databases
def test_batches_are_taken_once_and_in_any_order(world: World) -> None:
    task = patrol(world)
    started = world.now
    world.later(minutes=30)
    whole = walk(started, 90)
    whole[40] = fieldwork.Position(whole[40].at, LON + 0.2, LAT, 8)
    whole[70] = fieldwork.Position(whole[70].at, whole[70].lon, whole[70].lat, 8, mock=True)
    parts = [whole[60:], whole[:30], whole[30:60]]
    keys = [uuid4() for _ in parts]
    for key, part in zip(keys, parts, strict=True):
        send(world, task, part, batch=key)
    first = queries.own_track(world.actor("zhao.qiang"), task.pk, now=world.now)
    steps_before = dict(Footprint.objects.values_list("y", "passes"))
    for key, part in zip(keys, parts, strict=True):
        again = send(world, task, part, batch=key)
        assert again.kept == 30
    assert queries.own_track(world.actor("zhao.qiang"), task.pk, now=world.now) == first
    assert dict(Footprint.objects.values_list("y", "passes")) == steps_before
    assert (first.line.points, first.line.counted) == (90, 88)
    assert {str(label): n for label, n in first.marks} == {"速度不可能": 1, "模拟定位": 1}
    with pytest.raises(Refusal, match="另一内容"):
        send(world, task, whole[:5], batch=keys[0])


def test_sizes_and_empty_batches_are_refused(world: World) -> None:
    task = patrol(world)
    with pytest.raises(Refusal) as refused:
        send(world, task, [])
    assert refused.value.field == "points"
    with pytest.raises(Refusal) as large:
        send(world, task, walk(world.now, 1001))
    assert large.value.kind is Kind.TOO_LARGE


def test_another_looks_at_a_track_only_by_right_with_a_reason_and_its_walker_hears_of_it(
    world: World,
) -> None:
    task = patrol(world)
    send(world, task, walk(world.now, 20))
    for name in ("sun.li", "li.wen", "shen.ji"):
        with pytest.raises(Refusal) as refused:
            fieldwork.look_at(task.pk, reason="看看", actor=world.actor(name), now=world.now)
        assert refused.value.kind is Kind.MISSING
    with pytest.raises(Refusal) as silent:
        fieldwork.look_at(task.pk, reason=" ", actor=world.actor("zheng.jun"), now=world.now)
    assert silent.value.field == "reason"
    world.later(minutes=1)
    reason = "居民投诉当天无人巡查，核对"
    seen = fieldwork.look_at(task.pk, reason=reason, actor=world.actor("zheng.jun"), now=world.now)
    assert seen.line.points == 20
    world.settle()
    own = queries.own_track(world.actor("zhao.qiang"), task.pk, now=world.now)
    assert [(one.who, one.reason) for one in own.looks] == [("郑军", reason)]
    assert Message.objects.filter(account=world.accounts["zhao.qiang"], event="TrackSeen").count() == 1
    log = kept.audit_log(world.actor("shen.ji"), kept.AuditFilters(part="track"))
    assert len(log.rows) == 1


def test_events_hold_no_position(world: World) -> None:
    task = patrol(world)
    send(world, task, walk(world.now, 20))
    told = [str(dict(one.data)) for one in stream.after(0, limit=5000)]
    assert not any("118.60" in one or "118602" in one for one in told)


def test_tracks_are_deleted_after_their_term_and_coverage_stays_as_counts(world: World) -> None:
    task = patrol(world)
    send(world, task, walk(world.now, 60))
    before = queries.footprints(SOUTH_GATE, TODAY.replace(day=1))
    assert before
    assert sum(one.passes for one in before) == Footprint.objects.count()
    world.later(days=89)
    assert jobs.sweep_tracks(world.now) == 0
    world.later(days=2)
    assert jobs.sweep_tracks(world.now) == 1
    assert jobs.sweep_tracks(world.now) == 0
    track = Track.objects.get()
    assert (track.trail, track.corners, TrackPart.objects.count()) == ({}, {}, 0)
    assert (track.points, track.length_m > 0) == (60, True)
    assert queries.footprints(SOUTH_GATE, TODAY.replace(day=1)) == before
    own = queries.own_track(world.actor("zhao.qiang"), task.pk, now=world.now)
    assert (own.way, own.line.kept_until) == ((), None)
    certificate = Certificate.objects.get(code="tracks")
    assert (certificate.count, certificate.days) == (1, 90)
    with pytest.raises(Refusal, match="已按期限删除"):
        send(world, task, walk(task.started_at, 5))  # type: ignore[arg-type]  # it was started


def test_tracks_may_be_kept_shorter_and_never_longer(world: World) -> None:
    actor = world.actor("fang.an")
    with pytest.raises(Refusal, match="最多保存 90 天"):
        security.set_retention("tracks", 91, basis="想多留一阵", actor=actor, now=world.now)
    security.set_retention("tracks", 30, basis="区里规定", actor=actor, now=world.now)
    task = patrol(world)
    send(world, task, walk(world.now, 5))
    world.later(days=31)
    assert jobs.sweep_tracks(world.now) == 1


def test_a_corner_passed_on_two_patrols_is_counted_twice_and_once_on_each(world: World) -> None:
    for _ in range(2):
        task = first_task(running(world, title=f"巡查{uuid4().hex[:6]}"))
        step(world, task, "start")
        for n in range(2):
            send(world, task, walk(world.now + timedelta(seconds=n), 20))
    assert {one.passes for one in queries.footprints(SOUTH_GATE, TODAY.replace(day=1))} == {2}


def test_nobody_begins_another_patrol_after_a_whole_day_of_them(world: World) -> None:
    for n in range(3):
        task = first_task(running(world, title=f"巡查{n}"))
        if n == 2:
            with pytest.raises(Refusal, match="今天巡查已满八小时"):
                step(world, task, "start")
            break
        step(world, task, "start")
        world.later(hours=4)
        step(world, task, "check_in", at=fieldwork.CheckInDraft())
        step(world, task, "finish", reason="巡完")
    assert queries.own_day(world.actor("zhao.qiang"), now=world.now).full
    world.later(hours=20)
    assert not queries.own_day(world.actor("zhao.qiang"), now=world.now).full


def test_whoever_walks_for_two_hours_is_reminded_to_rest_once(world: World) -> None:
    patrol(world)
    world.later(hours=1, minutes=59)
    assert jobs.sweep_rests(world.now) == 0
    world.later(minutes=1)
    assert [jobs.sweep_rests(world.now), jobs.sweep_rests(world.now)] == [1, 0]
    world.settle()
    told = Message.objects.filter(account=world.accounts["zhao.qiang"], event="RestDue")
    assert told.count() == 1
