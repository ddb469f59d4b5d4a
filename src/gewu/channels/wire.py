"""Calls to outside systems by HTTP: only where it is allowed, never on from there, never for long."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from gewu.infra import connectors
from gewu.infra.connectors import Answer, Facts, signing
from gewu.infra.models import Outgoing
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say

#: For one step of the line, and for the whole call, in seconds.
PATIENCE, LONGEST = 5.0, 15.0
#: Bytes of an answer.
LARGEST = 4 * 1024 * 1024

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: IPv6 addresses that stand for an IPv4 address behind a translator (RFC 6052).
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class Unreached(Exception):
    """The call did not come to a whole answer; ``code`` is one of `connectors.FAULTS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Answered:
    """What came back, whatever its status."""

    status: int
    body: bytes

    def verdict(self) -> Answer:
        """What it means for a message that was sent."""
        if 200 <= self.status < 300:
            return Answer(status=self.status)
        if self.status in (401, 403):
            return Answer("denied", self.status)
        # RFC 9110: a request that is refused as it stands is refused again; 408, 409, 425 and 429 may pass.
        final = 400 <= self.status < 500 and self.status not in (404, 408, 409, 425, 429)
        return Answer("refused" if final else "odd", self.status, final)


def check_address(url: str) -> None:
    """Refuse what is no address to call: another scheme, a password in it, plain HTTP to a public host."""
    parts = _parts(url)
    if parts.username or parts.password:
        raise _wrong(say("地址里不能有账号或口令"))
    if (
        parts.scheme == "http"
        and not _is_listed(parts.hostname or "")
        and not _is_inner(parts.hostname or "")
    ):
        raise _wrong(say("公网地址须用 https"))


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        known = False
    if not known or any(sign <= " " or sign == "\x7f" for sign in url):
        raise _wrong(say("这不是网址"))
    return parts


def _wrong(text: Text) -> Refusal:
    return Refusal(text, field="address", advice=say("例如 https://hotline.example.gov.cn/api"))


def call(method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answered:
    """One request and its whole answer. Redirections are not followed.

    The address is looked up once, and what is connected to is that very address: a name that is looked up
    anew may be another machine the second time. Refused: an address inside that is not listed in
    ``GEWU_OUTBOUND``. Raises `Unreached` when no whole answer came in time.
    """
    check_address(url)
    parts = _parts(url)
    until = time.monotonic() + LONGEST
    line = _connected(parts)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request(method, target, body=body or None, headers={"User-Agent": "gewu", **(headers or {})})
        answer = line.getresponse()
        return Answered(answer.status, _read(answer, until))
    except http.client.HTTPException:
        raise Unreached("odd") from None
    except OSError:
        raise Unreached("silent") from None
    finally:
        line.close()


def _read(answer: http.client.HTTPResponse, until: float) -> bytes:
    found = bytearray()
    while piece := answer.read1(65536):
        found += piece
        if len(found) > LARGEST:
            raise Unreached("odd")
        if time.monotonic() > until:
            raise Unreached("silent")
    return bytes(found)


def _connected(parts: SplitResult) -> http.client.HTTPConnection:
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    line = kind(host, port, timeout=PATIENCE)
    try:
        line.sock = socket.create_connection((str(_looked_up(host, port)), port), PATIENCE)
        if secure:
            # The name is held against the certificate, though the number is what is called.
            line.sock = ssl.create_default_context().wrap_socket(line.sock, server_hostname=host)
    except OSError:
        line.close()
        raise Unreached("silent") from None
    return line


def _looked_up(host: str, port: int) -> _Address:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreached("silent") from None
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not _is_listed(host) and not all(map(_may_be_called, addresses)):
        raise Refusal(
            say("“{host}”在内部网络，没有列入许可", host=host),
            field="address",
            advice=say("请运维人员在 GEWU_OUTBOUND 中列出这个主机或网段"),
        )
    return addresses[0]


def _may_be_called(address: _Address) -> bool:
    inner = _inner(address)
    listed = any(inner in network for network in _networks() if network.version == inner.version)
    return listed or (inner.is_global and not inner.is_multicast)


def _inner(address: _Address) -> _Address:
    """The IPv4 address that an IPv6 address stands for, as far as it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    found = []
    for one in settings.OUTBOUND:
        try:
            found.append(ipaddress.ip_network(one))
        except ValueError:
            continue  # a host by its name
    return found


def _is_listed(host: str) -> bool:
    return host.lower().rstrip(".") in {one.lower() for one in settings.OUTBOUND}


def _is_inner(host: str) -> bool:
    """Whether it is written as the number of a listed network: there plain HTTP is what there is."""
    try:
        return any(ipaddress.ip_address(host) in network for network in _networks())
    except ValueError:
        return False


def deliver(connector: Facts, message: Outgoing, url: str, *, now: datetime) -> Answer:
    """Post one owed message as JSON, signed; its number is the same on every try, its time stamp is not."""
    body = message.body.encode()
    headers = signing.signed(connectors.secrets_of(connector.id, now=now), message.pk.hex, body, now=now)
    try:
        return call("POST", url, headers={**headers, "Content-Type": "application/json"}, body=body).verdict()
    except Unreached as fault:
        return Answer(fault.code)
