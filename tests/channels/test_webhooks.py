"""Webhooks against a real receiver: public facts only, within the own place, at least once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gewu.channels.webhooks import topics
from gewu.config.reactions import REACTIONS
from gewu.infra import connectors
from gewu.infra.connectors import asking, outgoing
from gewu.infra.models import Connector, Outgoing
from gewu.kernel import events
from gewu.kernel.refusals import Refusal
from gewu.security.vault import Contact
from tests.channels.city import City, serving
from tests.channels.linked import linked
from tests.world import COUNTY, RIVERSIDE, SOUTH_GATE, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(settings: Any) -> Iterator[City]:
    """Somebody's program, which checks every signature itself."""
    settings.OUTBOUND = ("127.0.0.1",)
    app = City()
    with serving(app) as address:
        app.address = f"{address}/hook"
        yield app


def subscribed(world: World, receiver: City, code: str = "hook", **options: str) -> Connector:
    row = linked(world, "webhooks", code, options={"address": receiver.address, **options})
    receiver.secret = connectors.secrets_of(row.pk, now=world.now)[0]
    asking.sweep(world.now)
    return row


def told(world: World) -> None:
    asking.sweep(world.later(seconds=30))
    while outgoing.sweep(world.now):
        pass


def test_subscriber_hears_of_each_public_step_in_order_and_of_nobody(world: World, receiver: City) -> None:
    subscribed(world, receiver)
    report = world.report(contact=Contact("张三", "13800138000", "zhang@example.org"))
    case = world.accepted(report)
    world.step(case, "sign_for", "chen.guoping")
    told(world)
    assert [one["type"] for one in receiver.statuses] == ["case.filed", "case.dispatched", "case.handling"]
    assert receiver.statuses[0]["data"]["number"] == case.number
    assert set(receiver.statuses[0]["data"]) <= {"number", "matter", "place", "unit", "filed_at", "due_at"}
    said = json.dumps(receiver.statuses, ensure_ascii=False)
    for own in ("张三", "13800138000", "zhang@", report.progress_code, report.text):
        assert own not in said
    assert receiver.forged == 0


def test_topics_and_places_narrow_what_is_told(world: World, receiver: City) -> None:
    subscribed(world, receiver, topics="case.closed,case.handling", places=RIVERSIDE)
    case = world.accepted()
    world.step(case, "sign_for", "chen.guoping")
    assert case.place.startswith(SOUTH_GATE)
    told(world)
    assert not receiver.statuses
    other = world.accepted(world.report(lon=None, lat=None, place=RIVERSIDE))
    assert other.place.startswith(RIVERSIDE)
    world.step(other, "sign_for", "chen.guoping")
    told(world)
    assert [one["type"] for one in receiver.statuses] == ["case.handling"]


def test_subscription_never_reaches_beyond_its_own_place(world: World, receiver: City) -> None:
    wide = {"address": receiver.address, "places": COUNTY}
    row = linked(world, "webhooks", place=SOUTH_GATE, options=wide, start=False)
    with pytest.raises(Refusal, match="不在这个订阅的范围内"):
        connectors.take_step(row.pk, "start", actor=world.actor("qian.lei"), now=world.now)
    assert topics.Subscription.of({"places": COUNTY}, SOUTH_GATE).places == (SOUTH_GATE,)


def test_what_was_before_is_not_told_and_nothing_is_told_twice(world: World, receiver: City) -> None:
    world.accepted()
    subscribed(world, receiver)
    told(world)
    assert not receiver.statuses
    case = world.accepted(world.report(text="又一处井盖缺失，请尽快处理。"))
    told(world)
    Connector.objects.update(cursor="0")
    told(world)
    numbers = [one["data"]["number"] for one in receiver.statuses if one["type"] == "case.filed"]
    assert numbers.count(case.number) == 1
    assert len(receiver.ids) == len(set(receiver.ids))


def test_receiver_that_fails_gets_it_later_under_the_same_number(world: World, receiver: City) -> None:
    subscribed(world, receiver, topics="case.filed")
    world.accepted()
    receiver.failing = [503, 500]
    for _ in range(4):
        told(world)
        world.later(minutes=3)
    assert [one["type"] for one in receiver.statuses] == ["case.filed"]
    assert receiver.ids == [Outgoing.objects.get().pk.hex]
    assert Outgoing.objects.get().tries == 3


def test_receiver_that_is_gone_for_good_is_given_up_and_can_be_replayed(world: World, receiver: City) -> None:
    row = subscribed(world, receiver, topics="case.filed")
    world.accepted()
    receiver.failing = [410]
    told(world)
    assert Outgoing.objects.get().state == "given_up"
    admin = world.actor("qian.lei")
    assert outgoing.send_again_since(row.pk, world.now.replace(hour=0), actor=admin, now=world.now) == 1
    told(world)
    assert len(receiver.statuses) == 1


def test_paused_subscription_catches_up(world: World, receiver: City) -> None:
    row = subscribed(world, receiver, topics="case.filed")
    admin = world.actor("qian.lei")
    connectors.take_step(row.pk, "pause", actor=admin, now=world.now)
    world.accepted()
    told(world)
    assert not receiver.statuses
    connectors.take_step(row.pk, "start", actor=admin, now=world.now)
    told(world)
    assert [one["type"] for one in receiver.statuses] == ["case.filed"]


@pytest.mark.parametrize("address", ["https://localhost/x", "https://127.0.0.1/x", "https://[::1]/x"])
def test_address_inside_is_refused_and_told_on_the_message(world: World, settings: Any, address: str) -> None:
    settings.OUTBOUND = ()
    linked(world, "webhooks", options={"address": address, "topics": "case.filed"})
    asking.sweep(world.now)
    world.accepted()
    told(world)
    assert (Outgoing.objects.get().fault, Outgoing.objects.get().state) == ("forbidden", "waiting")


@pytest.mark.parametrize(
    ("option", "sentence"),
    [({"address": "ftp://example.org"}, "不是网址"), ({"address": ""}, "缺少“接收地址”"),
     ({"topics": "case.filed person.moved"}, "没有“person.moved”这类消息"),
     ({"places": "江浦"}, "区划代码应是数字")],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(world: World, option: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        linked(world, "webhooks", options={"address": "https://example.org/hook", **option})


def test_matters_that_speak_of_someone_are_not_told(world: World, receiver: City) -> None:
    subscribed(world, receiver)
    dispute = world.accepted(world.report(text="楼上楼下为漏水争吵，请调解。"), matter="D0102")
    told(world)
    assert dispute.number
    assert not receiver.statuses


def test_topics_stand_for_events_of_cases_that_exist() -> None:
    known = {kind.__name__: kind for kind in REACTIONS}
    for one in topics.TOPICS:
        for name in one.events:
            assert events.type_named(name) is known[name]
            assert known[name].subject == "case"


def test_asking_does_not_make_a_receiver_that_is_down_look_well(world: World, receiver: City) -> None:
    row = subscribed(world, receiver, topics="case.filed")
    for _ in range(3):
        connectors.note_ill(row.pk, "silent", now=world.now)
    told(world)
    assert Connector.objects.get().state == "failing"
