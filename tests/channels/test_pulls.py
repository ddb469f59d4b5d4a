"""Other cities and offices are followed: requests by Open311 and warnings by CAP, each once, faults seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from gewu.channels.cap import feeds
from gewu.channels.open311.client import Client
from gewu.command.models import Alert
from gewu.infra import connectors
from gewu.infra.connectors import asking, outgoing, overview, queue
from gewu.infra.models import Connector, Outgoing, OutsideId
from gewu.intake import actions as intake
from gewu.intake.models import Report
from gewu.kernel.refusals import Refusal
from tests.channels import city
from tests.channels.linked import linked
from tests.channels.open311_setting import REALTIME, SPOT, key_for
from tests.channels.test_cap import cap, info
from tests.channels.test_open311_client import address
from tests.world import World

__all__ = ["address"]


def another_city(world: World, where: str, **options: str) -> Connector:
    """A connector to an Open311 server, with the key that it gave."""
    admin = world.actor("qian.lei")
    row = linked(world, "open311", "next-city", start=False, secret=key_for(world), options={
        "address": where, "write_back": "yes", **options,
    })  # fmt: skip
    return connectors.take_step(row.pk, "start", actor=admin, now=world.now)


@pytest.mark.django_db
def test_requests_of_another_server_come_once_and_what_becomes_of_them_goes_back(
    address: str, shared_world: World, settings: Any, tmp_path: Path
) -> None:
    settings.OUTBOUND, settings.HOME = ("127.0.0.1",), tmp_path
    world = shared_world
    there = Client(address, key_for(world, "邻市居民"))
    number = there.bring(REALTIME, description="井盖不见了", **SPOT)["service_request_id"]
    row = another_city(world, address)
    world.now = timezone.localtime() + timedelta(seconds=5)
    assert asking.ask_now(row, now=world.now) == ""
    report = Report.objects.get(channel_id="system")
    assert (report.text, OutsideId.objects.get().outside_id) == ("井盖不见了", number)
    row.refresh_from_db()
    assert asking.ask_now(row, now=world.later(seconds=5)) == ""
    assert Report.objects.filter(channel_id="system").count() == 1
    clerk = world.actor("li.wen")
    intake.take(report.pk, "decline", actor=clerk, now=world.now, reason="属邻市自己的道路")
    world.settle()
    world.later(seconds=2)
    while outgoing.sweep(world.now):
        pass
    assert [one.state for one in Outgoing.objects.all()] == ["sent"] * Outgoing.objects.count()
    words = Report.objects.filter(channel_id="open311").latest("received_at").text
    assert "属邻市自己的道路" in words


@pytest.mark.django_db
def test_key_of_the_other_side_is_asked_for_and_no_other_is_made(shared_world: World) -> None:
    with pytest.raises(Refusal, match="请填写对方给的密钥"):
        linked(shared_world, "open311", "next-city", options={"address": "https://city.example.org/v2"})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "content", "fault"), [(500, b"", "odd"), (403, b"", "denied"), (200, b"<html>", "odd")]
)
def test_city_that_answers_nonsense_is_shown_as_ill_and_nothing_is_taken(
    clock: World, settings: Any, status: int, content: bytes, fault: str
) -> None:
    settings.OUTBOUND = ("127.0.0.1",)

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start(f"{status} x", [("Content-Type", "application/json")])
        return [content]

    with city.serving(app) as where:
        row = another_city(clock, where)
        assert asking.ask_now(row, now=clock.now) == fault
    assert not Report.objects.exists()


@dataclass
class Office:
    """Another office's feed and its messages, by path."""

    messages: dict[str, bytes] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        found = self._feed() if path == "/feed" else self.messages.get(path)
        if found is None or path in self.missing:
            start("404 x", [])
            return [b""]
        start("200 OK", [("Content-Type", "application/xml")])
        return [found]

    def _feed(self) -> bytes:
        entries = "".join(
            f"<entry><id>{one}</id><updated>2026-03-02T08:50:00+08:00</updated>"
            f'<link rel="alternate" href="/page.html"/>'
            f'<link type="application/cap+xml" href="{one}"/></entry>'
            for one in self.messages
        )
        return f'<feed xmlns="{feeds.ATOM}">{entries}</feed>'.encode()


@pytest.fixture
def office(clock: World, settings: Any) -> Iterator[Office]:
    settings.OUTBOUND = ("127.0.0.1",)
    app = Office({"/1": cap("W-1", infos=info()), "/2": cap("W-2", infos=info())})
    with city.serving(app) as where:
        linked(clock, "cap", "met", options={"address": f"{where}/feed"})
        yield app


@pytest.mark.django_db
def test_feed_of_another_office_is_followed_each_message_once(clock: World, office: Office) -> None:
    asking.sweep(clock.now)
    assert sorted(Alert.objects.values_list("identifier", flat=True)) == ["W-1", "W-2"]
    assert set(Alert.objects.values_list("ours", flat=True)) == {False}
    office.asked.clear()
    office.messages["/3"] = cap("W-3", infos=info())
    asking.sweep(clock.later(minutes=2))
    assert (Alert.objects.count(), office.asked) == (3, ["/feed", "/3"])


@pytest.mark.django_db
def test_message_that_is_wrong_waits_with_its_reason_and_one_that_is_away_is_a_fault(
    clock: World, office: Office
) -> None:
    office.messages["/2"] = b"<alert/>"
    office.missing.add("/1")
    office.messages["/3"] = cap("W-3", infos=info())
    asking.sweep(clock.now)
    assert list(Alert.objects.values_list("identifier", flat=True)) == ["W-3"]
    row = Connector.objects.get()
    assert [str(one.reason) for one in queue.waiting(row.pk).rows] == ["不是 CAP 1.2 消息"]
    assert row.fault == "odd"
    office.missing.clear()
    asking.sweep(clock.later(hours=1))
    assert Alert.objects.filter(identifier="W-1").exists()
    assert overview.standing("met").well_at == clock.now


@pytest.mark.django_db
def test_what_is_no_feed_is_the_fault_of_the_other_side(clock: World, office: Office) -> None:
    row = Connector.objects.get()
    options = {"address": row.options["address"].replace("/feed", "/1")}
    connectors.set_options(row.pk, options, actor=clock.actor("qian.lei"), now=clock.now)
    asking.sweep(clock.later(seconds=1))
    assert (Connector.objects.get().fault, Alert.objects.count()) == ("odd", 0)
