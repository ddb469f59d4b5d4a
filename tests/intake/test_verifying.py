"""A look at the spot: asked of the grid workers there, with a clock, brought back with place and photos."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gewu.infra import files
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.intake.models import Report, VerificationTask
from gewu.kernel.refusals import Refusal
from tests.founded import statements
from tests.world import World

pytestmark = pytest.mark.flow


def take(world: World, report: Report, event: str, by: str = "li.wen", **given: object) -> Report:
    return intake.take(report.pk, event, actor=world.actor(by), now=world.now, **given)  # type: ignore[arg-type]  # as the test gives it


def waiting(world: World, by: str) -> list[tuple[str, bool]]:
    """What waits on the list of someone, and whether it is overdue."""
    return [(one.text, one.overdue) for one in reports.visits(world.actor(by), now=world.now).rows]


def test_look_is_on_the_list_of_the_grid_workers_there_for_half_an_hour(world: World) -> None:
    report = world.report("井盖不见了")
    take(world, report, "ask_verification")
    task = VerificationTask.objects.get()

    assert task.due_at - task.asked_at == timedelta(minutes=30)
    assert waiting(world, "zhao.qiang") == [("井盖不见了", False)]
    assert waiting(world, "sun.li") == []
    assert waiting(world, "chen.guoping") == []
    world.later(minutes=31)
    assert waiting(world, "zhao.qiang") == [("井盖不见了", True)]


def test_finding_comes_with_time_place_and_photo_and_ends_the_task(world: World) -> None:
    report = world.report("井盖不见了")
    take(world, report, "ask_verification")
    world.later(minutes=10)
    photo = world.photo("photo_before").file
    take(
        world, report, "record_finding", "zhao.qiang",
        finding="井盖缺失", photos=(photo,), lon=118.6025, lat=32.0575,
    )  # fmt: skip
    task = VerificationTask.objects.get()

    assert (task.done_at, task.done_by) == (world.now, world.actor("zhao.qiang").ref)
    assert (task.lon, task.lat) == (118.6025, 32.0575)
    assert [str(one.id) for one in files.of([report.pk])[report.pk]] == [photo]
    assert waiting(world, "zhao.qiang") == []
    assert take(world, report, "accept", matter="C0101").state == "accepted"


def test_point_that_is_nowhere_is_refused(world: World) -> None:
    report = world.report("井盖不见了")
    take(world, report, "ask_verification")
    with pytest.raises(Refusal):
        take(world, report, "record_finding", "zhao.qiang", finding="井盖缺失", lon=500.0, lat=32.0)
    assert len(waiting(world, "zhao.qiang")) == 1


def test_report_that_joins_a_case_needs_no_more_looking(world: World) -> None:
    case, report = world.accepted(), world.report("井盖不见了")
    take(world, report, "ask_verification")
    take(world, report, "join", case=case.number)
    assert waiting(world, "zhao.qiang") == []
    assert VerificationTask.objects.get().dropped_at == world.now


def test_list_of_three_costs_what_a_list_of_one_costs(world: World) -> None:
    costs, actor = [], world.actor("zhao.qiang")
    for n in (1, 2):
        for _ in range(n):
            take(world, world.report("井盖不见了"), "ask_verification")
        with statements() as counted:
            assert reports.visits(actor, now=world.now).rows
        costs.append(len(counted))
    assert costs == [1, 1]
