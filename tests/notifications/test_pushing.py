"""Announcements on phones: sealed so that only the phone reads them, and saying only that there is one."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from gewu.kernel.refusals import Refusal
from gewu.notifications import actions, queries
from gewu.notifications.models import Message, PushSubscription
from tests.world import World


def plain(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def written(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Phone:
    """A browser with its keys: what is sealed for it, it opens as RFC 8291 says."""

    def __init__(self, endpoint: str) -> None:
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.subscription = actions.Subscription(endpoint, written(point), written(self.auth))

    def opened(self, body: bytes) -> dict[str, str]:
        content = http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        told: dict[str, str] = json.loads(content)
        return told


class Service:
    """A push service on this machine: keeps what it was given and answers as it is told to."""

    def __init__(self) -> None:
        self.given: list[tuple[str, dict[str, str], bytes]] = []
        self.answers = 201
        here = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                here.given.append(
                    (self.path, {name.lower(): one for name, one in self.headers.items()}, body)
                )
                self.send_response(here.answers)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Door)
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    one = Service()
    settings.PUSH_SERVICES = ("push.example", one.root)
    yield one
    one.end()


def subscribed(world: World, service: Service, name: str = "zhao.qiang") -> Phone:
    phone = Phone(f"{service.root}/phone/{name}/{os.urandom(4).hex()}")
    actions.subscribe(phone.subscription, actor=world.actor(name), now=world.now)
    return phone


def test_a_phone_hears_that_there_is_a_message_and_nothing_of_what_it_says(
    world: World, service: Service
) -> None:
    phone = subscribed(world, service)
    world.case_at("handled", matter="C0101")
    world.settle()
    [(path, headers, body)] = service.given
    assert service.root + path == phone.subscription.endpoint
    told = phone.opened(body)
    assert told == {
        "words": "工单待核查", "words_en": "Case to check", "link": "/field#/messages", "tag": "CaseHandled",
    }  # fmt: skip
    assert (headers["ttl"], headers["urgency"], headers["content-encoding"]) == (
        "43200",
        "normal",
        "aes128gcm",
    )
    assert len(headers["topic"]) <= 32
    message = Message.objects.get(account=world.accounts["zhao.qiang"])
    assert (message.due_at, message.error, message.tries) == (None, "", 1)
    assert message.sent_at is not None, "the inbox had it at once"


def test_a_push_is_signed_by_this_installation(world: World, service: Service) -> None:
    subscribed(world, service)
    world.case_at("handled")
    world.settle()
    scheme, _, rest = service.given[0][1]["authorization"].partition(" ")
    parts = dict(one.strip().split("=", 1) for one in rest.split(","))
    head, claims, signature = parts["t"].split(".")
    assert scheme == "vapid"
    assert parts["k"] == queries.push_key()
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), plain(parts["k"]))
    raw = plain(signature)
    pair = (int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.verify(encode_dss_signature(*pair), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert json.loads(plain(claims))["aud"] == service.root


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_forgotten(world: World, service: Service, status: int) -> None:
    subscribed(world, service)
    service.answers = status
    world.case_at("handled")
    world.settle()
    assert not PushSubscription.objects.exists()
    assert Message.objects.get(account=world.accounts["zhao.qiang"]).due_at is None


@pytest.mark.parametrize("status", [429, 500, 302])
def test_a_service_that_does_not_take_it_is_asked_again_later_and_not_elsewhere(
    world: World, service: Service, status: int
) -> None:
    subscribed(world, service)
    service.answers = status
    world.case_at("handled")
    world.settle()
    assert len(service.given) == 1
    message = Message.objects.get(account=world.accounts["zhao.qiang"])
    assert (message.error, message.due_at) == (f"push {status}", world.now + actions.RETRIES[0])
    service.answers = 201
    world.later(minutes=2)
    world.settle()
    assert len(service.given) == 2
    assert Message.objects.get(pk=message.pk).due_at is None


def test_a_phone_belongs_to_whoever_subscribed_last(world: World, service: Service) -> None:
    phone = subscribed(world, service)
    actions.subscribe(phone.subscription, actor=world.actor("sun.li"), now=world.now)
    world.case_at("handled")
    world.settle()
    assert service.given == [], "the message was zhao.qiang's, the phone is sun.li's now"
    actions.unsubscribe(phone.subscription.endpoint, actor=world.actor("zhao.qiang"))
    assert PushSubscription.objects.count() == 1
    actions.unsubscribe(phone.subscription.endpoint, actor=world.actor("sun.li"))
    assert not PushSubscription.objects.exists()


def test_an_account_keeps_five_phones_and_lets_go_of_the_oldest(world: World, service: Service) -> None:
    phones = []
    for _ in range(7):
        world.later(minutes=1)
        phones.append(subscribed(world, service))
    kept = set(PushSubscription.objects.values_list("endpoint", flat=True))
    assert kept == {one.subscription.endpoint for one in phones[2:]}


@pytest.mark.parametrize(
    ("scheme", "rest"),
    [
        ("http", "127.0.0.1:1/x"),
        ("http", "push.example/x"),
        ("https", "push.example.evil.example/x"),
        ("https", "evil.example/push.example"),
        ("https", "user@push.example/x"),
        ("https", "push.example:8443/x"),
        ("https", "[broken"),
        ("file", "/etc/passwd"),
    ],
)
def test_nobody_has_us_call_any_machine_but_the_services_that_are_named(
    world: World, service: Service, scheme: str, rest: str
) -> None:
    given = Phone(f"{scheme}://{rest}").subscription
    with pytest.raises(Refusal, match="不能向这个推送服务发送"):
        actions.subscribe(given, actor=world.actor("zhao.qiang"), now=world.now)


def test_keys_that_are_none_are_refused(world: World, service: Service) -> None:
    broken = actions.Subscription(f"{service.root}/x", "AAAA", "BBBB")
    with pytest.raises(Refusal, match="推送的密钥不对"):
        actions.subscribe(broken, actor=world.actor("zhao.qiang"), now=world.now)
