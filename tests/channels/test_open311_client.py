"""Our client against our own running server, and the rules of the published validators against both."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone

from gewu.channels.open311 import client as clients
from gewu.channels.open311.client import Client, Photo, Refused
from gewu.intake.models import Report
from gewu.kernel.refusals import Refusal
from gewu.kernel.worktime import CHINA
from tests.channels.open311_setting import BATCH, BLACKBOX, FORMATS, REALTIME, key_for
from tests.pictures import photo_bytes
from tests.world import World

SPOT = {"lat": 32.0575, "long": 118.6025}


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Nobody reads it."""


def serving(application: Callable[..., Any]) -> tuple[WSGIServer, str]:
    server = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def address(shared_world: World) -> Iterator[str]:
    """Our server on a port of its own, in the world as it is by the real clock."""
    shared_world.now = timezone.localtime()
    platform = get_wsgi_application()

    def answered(environ: dict[str, Any], start: Any) -> list[bytes]:
        try:
            return list(platform(environ, start))
        finally:
            connections.close_all()  # those of the thread that answers, which ends with the test

    server, root = serving(answered)
    yield f"{root}/open311/v2"
    server.shutdown()
    server.server_close()


@pytest.fixture(params=FORMATS)
def client(request: pytest.FixtureRequest, address: str, shared_world: World) -> Client:
    found = Client.discovered(f"{address}/discovery.{request.param}", key=key_for(shared_world))
    assert (found.endpoint, found.format) == (address, request.param)
    return found


@pytest.mark.both_databases
def test_client_goes_the_whole_way_with_our_server(client: Client, shared_world: World) -> None:
    codes = {one["service_code"]: one for one in client.services()}
    assert codes[REALTIME]["metadata"] is True
    assert client.definition("E0301")["attributes"][0]["code"]
    begin = shared_world.now - timedelta(minutes=1)

    photo = Photo("井盖.jpg", photo_bytes())
    made = client.bring(
        REALTIME, description="井盖不见了，😀", answers={"CRITERION": "1"}, photos=[photo], **SPOT
    )
    waiting = client.bring(
        "E0301", description="夜里施工", answers={"HOURS": ["evening", "night"]}, first_name="三", **SPOT
    )
    assert client.number_of(waiting["token"]) == ""
    assert client.bring(BLACKBOX, description="邻里纠纷", **SPOT).keys() == {"service_notice"}

    record = client.request(made["service_request_id"])
    assert record["description"] == "井盖不见了，😀"
    assert (record["lat"], record["long"]) == (32.0575, 118.6025)
    shared_world.now = timezone.localtime()
    case = shared_world.accepted(Report.objects.get(matter="E0301"), matter="E0301")
    assert client.number_of(waiting["token"]) == case.number
    numbers = {case.number, made["service_request_id"]}
    end = timezone.localtime() + timedelta(minutes=1)
    assert {one["service_request_id"] for one in client.harvest(begin - timedelta(days=400), end)} == numbers
    assert {one["service_request_id"] for one in client.updates(begin, end)} == numbers
    said = {"updated_datetime": begin, "status": "open", "description": "还没有来人"}
    number = made["service_request_id"]
    assert client.update(service_request_id=number, update_id="7", **said) == {"update_id": "7"}


def test_client_is_told_why_not(client: Client) -> None:
    with pytest.raises(Refused) as no:
        clients.Client(client.endpoint, "guessed", client.format).bring(REALTIME, **SPOT)
    assert (no.value.status, no.value.errors[0][0]) == (403, "403")
    with pytest.raises(Refused) as missing:
        client.request("320111-20200101-0001")
    assert missing.value.status == 404
    with pytest.raises(Refused) as two:
        client.bring(BATCH)
    assert two.value.status == 400


# What other validators ask of a server (SeeClickFix/open311-validator, kvlahromei/validopen311)


def test_discovery_keeps_the_rules_of_the_published_validators(client: Client) -> None:
    url = f"{client.endpoint}/discovery.{client.format}"
    assert url.rpartition(".")[0].endswith("discovery")
    found = client._tree(clients.Request(url))
    changed = datetime.fromisoformat(found["changeset"])
    assert changed < datetime.now(CHINA) + timedelta(seconds=1)
    assert len(found["endpoints"]) >= 1
    for endpoint in found["endpoints"]:
        assert isinstance(endpoint["formats"], list)
        assert "text/xml" in endpoint["formats"]
        assert endpoint["type"] in ("production", "test")
        assert datetime.fromisoformat(endpoint["changeset"]) == changed


def test_every_answer_keeps_the_rules_of_the_published_validators(client: Client) -> None:
    client.bring(REALTIME, description="井盖不见了", **SPOT)
    kinds = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
    for path in ("services", f"services/{REALTIME}", "requests"):
        with urlopen(f"{client.endpoint}/{path}.{client.format}") as answer:
            assert answer.status == 200
            assert answer.headers["Content-Type"] == kinds[client.format]
            content = answer.read()
        if client.format == "xml":
            assert content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
            assert b"xmlns" not in content
    listed = client.services()
    assert listed
    for one in listed:
        assert one["service_code"]
        for name in ("service_name", "description", "keywords", "group"):
            assert isinstance(one[name], str), (one["service_code"], name)
        assert isinstance(one["metadata"], bool)
        assert one["type"] in ("realtime", "batch", "blackbox")
    for record in client.requests():
        for name in ("address", "zipcode", "lat", "long", "media_url", "description", "address_id"):
            assert name in record
        assert record["status"] in ("open", "closed")
        for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
            assert datetime.fromisoformat(record[name]).tzinfo is not None


# Servers that are not as they should be


def served(answers: dict[str, tuple[str, str, bytes]]) -> tuple[WSGIServer, str]:
    """A foreign server: for each path the status, the content type and the content of its answer."""

    def application(environ: dict[str, Any], start: Any) -> list[bytes]:
        status, kind, content = answers[environ["PATH_INFO"]]
        headers = [("Content-Type", kind)]
        start(status, [*headers, ("Location", content.decode())] if status.startswith("3") else headers)
        return [content]

    return serving(application)


@pytest.mark.parametrize(
    ("format", "content"),
    [
        (
            "xml",
            b"<service_requests><request><service_request_id>7</service_request_id></request></service_requests>",
        ),
        ("json", b'[{"service_request_id": "7"}]'),
        ("json", b'{"service_request_id": "7"}'),
        ("json", b'[{"service_request_id": null}, {"service_request_id": "7"}, "noise"]'),
    ],
)
def test_client_reads_what_other_servers_really_send(format: str, content: bytes) -> None:
    server, root = served({f"/requests.{format}": ("200 OK", "text/plain", content)})
    try:
        assert [one["service_request_id"] for one in Client(root, format=format).requests()] == ["7"]
    finally:
        server.shutdown()
        server.server_close()


def test_words_for_booleans_and_a_bare_object_are_read() -> None:
    said = json.dumps([{"service_code": "1", "metadata": "true"}]).encode()
    form = json.dumps(
        {"service_code": "1", "attributes": {"attribute": {"code": "A", "required": "false"}}}
    ).encode()
    kind = "application/json"
    server, root = served(
        {"/services.json": ("200 OK", kind, said), "/services/1.json": ("200 OK", kind, form)}
    )
    try:
        client = Client(root)
        assert client.services()[0]["metadata"] is True
        assert client.definition("1")["attributes"] == [{"code": "A", "required": False}]
    finally:
        server.shutdown()
        server.server_close()


BOMB = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]><services>&d;</services>"""


@pytest.mark.parametrize(
    "content",
    [
        BOMB,
        b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><services><service>&x;</service></services>',
        b"<services>" + b"<a>" * 200 + b"</a>" * 200 + b"</services>",
        b"<services><service>",
        b"\xff\xfe<\x00s\x00/\x00>\x00",
        b"",
        b"<html><body>Bad gateway<br></body>",
        b"<services>" + b"<service/>" * 30_000 + b"</services>",
    ],
    ids=["bomb", "file", "deep", "cut", "utf-16", "empty", "html", "many"],
)
def test_xml_that_would_do_harm_is_refused(content: bytes) -> None:
    server, root = served({"/services.xml": ("200 OK", "text/xml", content)})
    try:
        with pytest.raises(Refusal):
            Client(root, format="xml").services()
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'{"a":', b"\xff", b"<html>"], ids=["deep", "cut", "bytes", "html"]
)
def test_json_that_is_none_is_refused(content: bytes) -> None:
    server, root = served({"/services.json": ("200 OK", "application/json", content)})
    try:
        with pytest.raises(Refusal):
            Client(root).services()
    finally:
        server.shutdown()
        server.server_close()


def test_key_does_not_follow_to_another_host() -> None:
    far, there = served({"/requests.json": ("200 OK", "application/json", b"[]")})
    near, here = served(
        {"/requests.json": ("307 Temporary Redirect", "text/plain", f"{there}/requests.json".encode())}
    )
    try:
        with pytest.raises(Refusal):
            Client(here, "secret").requests()
    finally:
        for server in (far, near):
            server.shutdown()
            server.server_close()


@pytest.mark.parametrize("endpoint", ["file:///etc/passwd", "ftp://example.org", "//example.org", ""])
def test_only_the_web_is_asked(endpoint: str) -> None:
    with pytest.raises(Refusal):
        Client(endpoint).services()


def test_nobody_at_home_is_said_so() -> None:
    with pytest.raises(Refusal, match="没有应答"):
        Client("http://127.0.0.1:9").services()
