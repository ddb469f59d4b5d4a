"""Clients that keep their connection: one thread, plain sockets, as little of its own work as can be."""

from __future__ import annotations

import json
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

#: Gives the next request of a run as bytes, or None when there are no more.
Requests = Callable[[], bytes | None]


@dataclass
class Run:
    """What came back: seconds of each answer, and how many of each status."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    #: Processor time of the server for each answer, where it was looked at.
    cpu_ms: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds

    def wait_ms(self, share: float) -> float:
        """The wait in ms that this share of the answers did not exceed."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    def require(self, status: int) -> Run:
        """Itself, or an error when any answer had another status."""
        if set(self.statuses) != {status}:
            raise RuntimeError(f"expected only {status}, got {self.statuses}")
        return self


def request(method: str, path: str, *, body: object = None, **headers: str) -> bytes:
    """One HTTP/1.1 request; ``body`` is sent as JSON, header names are written with ``_`` for ``-``."""
    content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if content:
        lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
    return "\r\n".join([*lines, "", ""]).encode() + content


class _Client:
    """One connection with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got = b""
        self.since = 0.0

    def send(self, content: bytes) -> None:
        self.got, self.since = b"", time.perf_counter()
        self.socket.sendall(content)

    def read(self) -> int | None:
        """The status once the whole answer is here."""
        part = self.socket.recv(1 << 18)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.got += part
        end = self.got.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.got[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r", 1)[0]) if at >= 0 else 0
        return int(head[9:12]) if len(self.got) >= end + 4 + length else None


def drive(port: int, requests: Requests, *, clients: int, seconds: float) -> Run:
    """Have so many clients ask as fast as they are answered, for so long or until nothing is left."""
    run, chooser = Run(), selectors.DefaultSelector()
    open_clients = [_Client(port) for _ in range(clients)]
    begun = time.perf_counter()
    for client in open_clients:
        _next(client, requests, chooser, register=True)
    while chooser.get_map():
        for key, _ in chooser.select():
            client = key.data
            status = client.read()
            if status is None:
                continue
            at = time.perf_counter()
            run.waits.append(at - client.since)
            run.statuses[status] = run.statuses.get(status, 0) + 1
            if at - begun >= seconds or not _next(client, requests, chooser):
                chooser.unregister(client.socket)
    run.seconds = time.perf_counter() - begun
    for client in open_clients:
        client.socket.close()
    return run


def _next(
    client: _Client, requests: Requests, chooser: selectors.BaseSelector, *, register: bool = False
) -> bool:
    content = requests()
    if content is None:
        return False
    if register:
        chooser.register(client.socket, selectors.EVENT_READ, client)
    client.send(content)
    return True


def always(content: bytes) -> Requests:
    """The same request again and again."""
    return lambda: content


def each(contents: Iterator[bytes]) -> Requests:
    """One request after the other until none is left."""
    return lambda: next(contents, None)


def ask(port: int, content: bytes) -> tuple[int, bytes]:
    """One request and its answer."""
    client = _Client(port)
    client.send(content)
    status = None
    while status is None:
        status = client.read()
    client.socket.close()
    return status, client.got.partition(b"\r\n\r\n")[2]
