"""Requests are read by many threads and answered by one, so that a slow sender keeps nobody waiting."""

from __future__ import annotations

import io
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import IO, Any

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
#: Inside it everything that is written is kept at its end, or, after any error, nothing is.
Together = Callable[[], AbstractContextManager[None]]

#: So many requests may be on their way in at once, in each web process. A reader waits and does nothing else.
READERS = 64
#: What is larger waits in a temporary file until it is whole.
IN_MEMORY = 1024 * 1024
_PART = 64 * 1024
#: So many requests that write may be answered in one transaction, when they wait behind each other anyway.
AT_ONCE = 16
#: A reader with a part of a request gets its turn after so many seconds of other work.
_SWITCH_S = 0.001


class _Unread(io.RawIOBase):
    """A body for which there was no room: whoever reads it meets the fault, and says so in plain words."""

    def __init__(self, fault: OSError) -> None:
        self.fault = fault

    def read(self, size: int = -1) -> bytes:
        raise self.fault


@dataclass
class _Request:
    environ: Environ
    done: threading.Event = field(default_factory=threading.Event)
    started: tuple[Any, ...] = ()
    body: Iterable[bytes] = ()
    fault: BaseException | None = None

    def start(self, *started: Any) -> Callable[[bytes], object]:
        """Keep the status and the headers until the reader passes them on."""
        self.started = started
        return lambda part: None

    @property
    def joins(self) -> bool:
        """Whether it may share a transaction: a small message, which writes records and no files."""
        content = self.environ.get("CONTENT_TYPE", "")
        return (
            self.environ["REQUEST_METHOD"] == "POST"
            and content.partition(";")[0] == "application/json"
            and isinstance(self.environ["wsgi.input"], io.BytesIO)
        )

    @property
    def failed(self) -> bool:
        """Whether a fault came of it, or an answer that says so."""
        return self.fault is not None or not self.started or self.started[0].startswith("5")

    def anew(self) -> None:
        """Forget what was answered."""
        self.environ["wsgi.input"].seek(0)
        self.started, self.body, self.fault = (), (), None


class _Unsound(Exception):
    """One of several answers is a fault: what it left behind is not known, so none of them counts."""


class OneAnswers:
    """One thread with its one connection answers; those that read and send hold neither.

    Given ``together``, messages that wait behind each other are written in one transaction: the disk is
    waited for once, and nobody is answered before. If anything goes wrong in it all of it is undone and
    each is answered alone, as if it had come alone.
    """

    def __init__(self, application: Application, *, largest: int, together: Together | None = None) -> None:
        self._application, self._largest, self._together = application, largest, together
        self._waiting: SimpleQueue[_Request] = SimpleQueue()
        sys.setswitchinterval(_SWITCH_S)
        threading.Thread(target=self._answer, name="answers", daemon=True).start()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.input"] = _whole(environ, self._largest)
        request = _Request(environ)
        self._waiting.put(request)
        request.done.wait()
        if request.fault is not None:
            raise request.fault
        start_response(*request.started)
        return request.body

    def _answer(self) -> None:
        following: _Request | None = None
        while True:
            group = [following or self._waiting.get()]
            following = None
            while self._together and group[0].joins and len(group) < AT_ONCE and not following:
                try:
                    another = self._waiting.get_nowait()
                except Empty:
                    break
                if another.joins:
                    group.append(another)
                else:
                    following = another
            if not (len(group) > 1 and self._at_once(group)):
                for request in group:
                    self._alone(request)
                    request.done.set()

    def _alone(self, request: _Request) -> None:
        try:
            request.body = self._application(request.environ, request.start)
        except BaseException as fault:
            request.fault = fault

    def _at_once(self, group: list[_Request]) -> bool:
        """Answer them in one transaction; False when nothing of it was kept and nobody was answered."""
        assert self._together is not None
        try:
            with self._together():
                for request in group:
                    self._alone(request)
                    if request.failed:
                        raise _Unsound
        except Exception:
            for request in group:
                request.anew()
            return False
        for request in group:
            request.done.set()
        return True


def _whole(environ: Mapping[str, Any], largest: int) -> IO[bytes]:
    """The body of a request once all of it is here; one that will be refused for its length is left alone."""
    length = environ.get("CONTENT_LENGTH") or "0"
    left = int(length) if length.isdigit() else 0
    source: IO[bytes] = environ["wsgi.input"]
    if left > largest:
        return source
    try:
        kept = tempfile.SpooledTemporaryFile(IN_MEMORY) if left > IN_MEMORY else io.BytesIO()  # noqa: SIM115 -- closed with the request
        while left > 0 and (part := source.read(min(left, _PART))):
            left -= len(part)
            kept.write(part)
        kept.seek(0)
    except OSError as fault:
        return _Unread(fault)  # type: ignore[return-value]  # read is all that is asked of it
    return kept
