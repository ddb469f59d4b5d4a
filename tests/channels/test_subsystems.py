"""The systems of the departments hear each public change of what they passed on, in order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gewu.infra import connectors
from gewu.infra.connectors import outgoing
from gewu.infra.models import Connector, Outgoing
from gewu.intake.models import Report
from gewu.kernel.refusals import Refusal
from tests.channels.city import City, serving
from tests.channels.linked import linked, take
from tests.world import World

pytestmark = pytest.mark.django_db
PASSED_ON = {
    "id": "CG-1", "time": "2026-03-02 08:30:00", "content": "路口上水井盖缺失", "location": "凤凰大街路口",
    "lon": 118.6025, "lat": 32.0575, "matter": "C0101",
}  # fmt: skip


@pytest.fixture
def system(clock: World, settings: Any, tmp_path: Path) -> Iterator[City]:
    settings.OUTBOUND, settings.HOME = ("127.0.0.1",), tmp_path
    app = City()
    with serving(app) as address:
        options = {"address": f"{address}/api", "write_back": "yes"}
        row = linked(clock, "subsystem", "zhcg", options=options)
        app.secret = connectors.rotate_secret(row.pk, actor=clock.actor("qian.lei"), now=clock.now)
        mapping = [
            *connectors.rules_of(row.mapping),
            *(connectors.Rule(name, name) for name in ("lon", "lat", "matter")),
        ]
        connectors.revise_mapping(row.pk, mapping, actor=clock.actor("qian.lei"), now=clock.now)
        yield app


def told(world: World) -> None:
    world.settle()
    world.later(seconds=2)
    while outgoing.sweep(world.now):
        pass


def test_each_public_change_goes_back_signed_and_in_order(clock: World, system: City) -> None:
    take(clock, Connector.objects.get(), PASSED_ON)
    case = Report.objects.get().case
    assert case is not None
    told(clock)
    clock.step(case, "sign_for", "chen.guoping")
    clock.step(
        case, "report_done", "chen.guoping", result="已更换", answer="井盖已更换。",
        evidence=(clock.photo("photo_before"), clock.photo()),
    )  # fmt: skip
    told(clock)
    assert [one["status"] for one in system.statuses] == [
        "received", "accepted", "dispatched", "handling", "handled",
    ]  # fmt: skip
    assert {(one["order_no"], one.get("case_no", case.number)) for one in system.statuses} == {
        ("CG-1", case.number)
    }
    assert system.forged == 0


def test_what_failed_is_sent_again_before_what_came_later(clock: World, system: City) -> None:
    system.failing = [503]
    take(clock, Connector.objects.get(), PASSED_ON)
    told(clock)
    assert system.statuses == []
    clock.later(seconds=6)
    told(clock)
    assert [one["status"] for one in system.statuses] == ["received", "accepted", "dispatched"]
    assert Outgoing.objects.order_by("position").values_list("tries", flat=True)[0] == 2


def test_nothing_goes_back_unless_it_is_asked_for_and_asking_needs_an_address(clock: World) -> None:
    row = linked(clock, "subsystem", "quiet")
    take(clock, row, PASSED_ON)
    clock.settle()
    assert not Outgoing.objects.exists()
    with pytest.raises(Refusal, match="需要对方的地址"):
        linked(clock, "subsystem", "deaf", options={"write_back": "yes"})
