"""Calls to outside systems: where they may go, how long they may take, what they mean."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from gewu.channels import wire
from gewu.kernel.refusals import Refusal

#: The beginning of an address, apart from what would make it one.
WEB = "https:" + "//"


class Station(BaseHTTPRequestHandler):
    """An outside system with its moods, by the path."""

    def do_GET(self) -> None:
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/secret")
            self.end_headers()
            return
        if self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            for _ in range(200):
                self.wfile.write(b"x" * 65536)
            return
        if self.path == "/drip":
            self.send_response(200)
            self.end_headers()
            for _ in range(30):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
            return
        self.send_response(int(self.path.strip("/")) if self.path.strip("/").isdigit() else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *about: Any) -> None:
        """Say nothing."""


@pytest.fixture
def station(settings: Any) -> Iterator[str]:
    settings.OUTBOUND = ("127.0.0.1",)
    with ThreadingHTTPServer(("127.0.0.1", 0), Station) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "127.0.0.1"),
        ("inner.example", "10.1.2.3"),
        ("inner.example", "192.168.1.1"),
        ("inner.example", "172.16.0.9"),
        ("inner.example", "169.254.169.254"),
        ("inner.example", "0.0.0.0"),
        ("inner.example", "100.64.0.1"),
        ("inner.example", "224.0.0.1"),
        ("inner.example", "::1"),
        ("inner.example", "fd00::1"),
        ("inner.example", "fe80::1"),
        ("inner.example", "::ffff:127.0.0.1"),
        ("inner.example", "64:ff9b::7f00:1"),
        ("inner.example", "2002:7f00:1::"),
    ],
)
def test_inner_addresses_are_refused_whatever_name_leads_there(
    monkeypatch: pytest.MonkeyPatch, host: str, found: str
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **more: [(2, 1, 6, "", (found, 443))])
    with pytest.raises(Refusal, match="在内部网络"):
        wire.call("GET", f"https://{host}/")


def test_one_inner_address_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    both = [(2, 1, 6, "", (one, 443)) for one in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **more: both)
    with pytest.raises(Refusal, match="在内部网络"):
        wire.call("GET", "https://twofaced.example/")


def test_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A name that answers differently the second time (DNS rebinding) gains nothing."""
    asked: list[str] = []
    reached: list[Any] = []

    def looked_up(host: str, *given: Any, **more: Any) -> list[Any]:
        asked.append(host)
        return [(2, 1, 6, "", ("8.8.8.8" if len(asked) == 1 else "127.0.0.1", 443))]

    def connect(address: Any, *given: Any) -> socket.socket:
        reached.append(address)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(wire.Unreached):
        wire.call("GET", "https://rebound.example/")
    assert (asked, reached) == (["rebound.example"], [("8.8.8.8", 443)])


@pytest.mark.parametrize(
    "url",
    [
        "", "example.org", "ftp://example.org/", "file:///etc/passwd", "http://example.org/",
        WEB + "user:word@example.org/", "https:///path", "https://example.org:99999/",
        WEB + "exa mple.org/", "https://example.org/\r\nX: y", "gopher://example.org", WEB + "[::1/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Refusal):
        wire.check_address(url)


def test_listed_hosts_and_networks_may_be_called(station: str, settings: Any) -> None:
    assert wire.call("GET", f"{station}/").body == b"{}"
    settings.OUTBOUND = ("127.0.0.0/8",)
    assert wire.call("GET", f"{station}/").status == 200
    settings.OUTBOUND = ()
    with pytest.raises(Refusal, match="公网地址须用 https"):
        wire.call("GET", f"{station}/")


def test_redirection_is_not_followed(station: str) -> None:
    answer = wire.call("GET", f"{station}/elsewhere")
    assert (answer.status, answer.verdict().fault) == (302, "odd")


def test_endless_and_dripping_answers_are_cut_off(station: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(wire.Unreached, match="odd"):
        wire.call("GET", f"{station}/endless")
    monkeypatch.setattr(wire, "LONGEST", 0.2)
    began = time.monotonic()
    with pytest.raises(wire.Unreached, match="silent"):
        wire.call("GET", f"{station}/drip")
    assert time.monotonic() - began < 1.2


def test_closed_port_is_silent(settings: Any) -> None:
    settings.OUTBOUND = ("127.0.0.1",)
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        with pytest.raises(wire.Unreached, match="silent"):
            wire.call("GET", f"http://127.0.0.1:{held.getsockname()[1]}/")


@pytest.mark.parametrize(
    ("status", "fault", "final"),
    [(200, "", False), (204, "", False), (401, "denied", False), (403, "denied", False),
     (404, "odd", False), (410, "refused", True), (422, "refused", True), (429, "odd", False),
     (500, "odd", False), (503, "odd", False)],
)  # fmt: skip
def test_status_says_whether_sending_again_can_help(
    station: str, status: int, fault: str, final: bool
) -> None:
    answer = wire.call("GET", f"{station}/{status}").verdict()
    assert (answer.fault, answer.status, answer.final) == (fault, status, final)
