"""A client of Open311: reads from and brings to the server of another city, or our own.

Knows nothing of Django, so that a script can use it. Reads forgivingly (one object where a list belongs,
words for booleans), writes strictly. Nothing from outside is trusted: sizes are bounded, XML has no entities.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener
from uuid import uuid4

from gewu.channels.open311 import codec
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: Another server is waited for this long, in seconds, and listened to for so many bytes.
PATIENCE_S = 20.0
MOST_BYTES = 16 * 1024 * 1024
#: A window that every server answers.
WINDOW = timedelta(days=90)

Record = dict[str, Any]


class Refused(Exception):
    """The other server said no; ``errors`` are its own words, each with its code."""

    def __init__(self, status: int, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(f"{status}: " + "; ".join(f"{code} {text}" for code, text in errors))
        self.status = status
        self.errors = tuple(errors)


@dataclass(frozen=True)
class Photo:
    """A picture to bring along."""

    name: str
    content: bytes
    media_type: str = "image/jpeg"


class _NoDowngrade(HTTPRedirectHandler):
    """A key that was sent in confidence does not follow to another host or to a plain line."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        here, there = urlsplit(req.full_url), urlsplit(newurl)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise URLError("redirected to another host")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@dataclass(frozen=True)
class Client:
    """One endpoint, such as ``https://city.example/open311/v2``, with the key and the format to use there."""

    endpoint: str
    key: str = ""
    format: str = "json"
    jurisdiction: str = ""
    language: str = ""

    @classmethod
    def discovered(cls, url: str, **options: Any) -> Client:
        """The client of the endpoint that a discovery document names. Refused when it names none of v2."""
        format = "xml" if urlsplit(url).path.endswith(".xml") else "json"
        root = cls("", format=format)
        found = root._tree(Request(_web(url)))  # noqa: S310 -- see `_web`
        for endpoint in _list(found.get("endpoints") if isinstance(found, Mapping) else None):
            if "georeport_v2" in str(endpoint.get("specification", "")).lower():
                return cls(str(endpoint.get("url", "")).rstrip("/"), **{"format": format, **options})
        raise Refusal(say("对方的发现文档里没有 GeoReport v2 接口"), Kind.MISSING)

    def services(self) -> list[Record]:
        """What may be reported."""
        return _list(self._get("services"))

    def definition(self, code: str) -> Record:
        """What the form of a service asks."""
        found = self._get(f"services/{quote(code, safe='')}")
        return cast(Record, found[0] if isinstance(found, list) else found)

    def request(self, number: str) -> Record:
        """One request; some servers give it bare, ours in a list."""
        found = _list(self._get(f"requests/{quote(number, safe='')}"))
        if not found:
            raise Refused(404, [("404", "empty list")])
        return found[0]

    def requests(self, **filters: Any) -> list[Record]:
        """The requests that the filters of GeoReport v2 leave, as the server bounds them."""
        return [one for one in _list(self._get("requests", filters)) if one.get("service_request_id")]

    def harvest(self, since: datetime, until: datetime, **filters: Any) -> Iterator[Record]:
        """Every request filed in a time however long, window by window, each once.

        A window that comes back full is cut in half, down to a second, so that the bound of a server hides
        nothing but what was filed within one second.
        """
        seen: set[str] = set()
        waiting = [(since, until)]
        while waiting:
            first, last = waiting.pop()
            if last - first > WINDOW:
                waiting += [(first + WINDOW, last), (first, first + WINDOW)]
                continue
            found = self.requests(start_date=first, end_date=last, **filters)
            if len(found) >= _FULL and last - first > timedelta(seconds=1):
                middle = (first + (last - first) / 2).replace(microsecond=0)
                waiting += [(middle, last), (first, middle)]
                continue
            for one in found:
                if one["service_request_id"] not in seen:
                    seen.add(one["service_request_id"])
                    yield one

    def updates(self, since: datetime, until: datetime) -> list[Record]:
        """What happened to requests in a time (mySociety's extension)."""
        return _list(self._get("servicerequestupdates", {"start_date": since, "end_date": until}))

    def bring(
        self,
        service_code: str,
        *,
        answers: Mapping[str, str | Sequence[str]] | None = None,
        photos: Sequence[Photo] = (),
        **given: Any,
    ) -> Record:
        """Bring a request; its receipt holds a number, a token, or neither."""
        form = [("service_code", service_code), *_answered(answers or {}), *_said(given)]
        return _list(self._post("requests", form, photos))[0]

    def number_of(self, token: str) -> str:
        """The number behind a token; empty while there is none."""
        found = _list(self._get(f"tokens/{quote(token, safe='')}"))
        return str(found[0].get("service_request_id") or "") if found else ""

    def update(self, **given: Any) -> Record:
        """Add a word to a request (mySociety's extension)."""
        return _list(self._post("servicerequestupdates", _said(given), ()))[0]

    def _get(self, path: str, filters: Mapping[str, Any] | None = None) -> Any:
        asked = urlencode([*self._always(), *_said(filters or {})])
        return self._tree(Request(f"{self._address(path)}{'?' if asked else ''}{asked}"))  # noqa: S310 -- see `_web`

    def _post(self, path: str, form: list[tuple[str, str]], photos: Sequence[Photo]) -> Any:
        fields = [("api_key", self.key), *self._always(), *form]
        body, kind = _multipart(fields, photos) if photos else _urlencoded(fields)
        headers = {"Content-Type": kind}
        return self._tree(Request(self._address(path), data=body, headers=headers, method="POST"))  # noqa: S310 -- see `_web`

    def _always(self) -> list[tuple[str, str]]:
        return [("jurisdiction_id", self.jurisdiction)] if self.jurisdiction else []

    def _address(self, path: str) -> str:
        return f"{_web(self.endpoint)}/{path}.{self.format}"

    def _tree(self, request: Request) -> Any:
        if self.language:
            request.add_header("Accept-Language", self.language)
        try:
            with build_opener(_NoDowngrade).open(request, timeout=PATIENCE_S) as answer:
                return codec.read(self.format, _bounded(answer))
        except HTTPError as fault:
            raise _refused(self.format, fault) from None
        except (URLError, TimeoutError, OSError) as fault:
            raise Refusal(say("对方服务器没有应答：{why}", why=str(fault)[:120]), Kind.CONFLICT) from None


#: A list of so many may have been cut off.
_FULL = 1000


def _web(url: str) -> str:
    """The address, which must be one of the web: nothing of this machine's files is ever opened."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise Refusal(say("Open311 地址要以 http:// 或 https:// 开头"), field="endpoint")
    return url


def _bounded(answer: Any) -> bytes:
    content: bytes = answer.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Refusal(say("对方的应答过大"), Kind.TOO_LARGE)
    return content


def _refused(format: str, fault: HTTPError) -> Refused:
    """The errors of another server; what it sends instead of them is left out."""
    try:
        listed = _list(codec.read(format, fault.read(MOST_BYTES)))
    except (Refusal, OSError):
        listed = []
    errors = [(str(one.get("code") or ""), str(one.get("description") or "")) for one in listed]
    return Refused(fault.code, errors)


def _list(found: Any) -> list[Record]:
    """A list of records, made of a single one where a server gives that."""
    many = found if isinstance(found, list) else [found] if found else []
    return [one for one in many if isinstance(one, dict)]


def _said(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, _word(value)) for name, value in given.items() if value not in (None, "")]


def _word(value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a time needs its zone")
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(_word(one) for one in value)
    return str(value)


def _answered(answers: Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for code, value in answers.items():
        if isinstance(value, str):
            found.append((f"attribute[{code}]", value))
        else:
            found += [(f"attribute[{code}][]", one) for one in value]
    return found


def _urlencoded(fields: list[tuple[str, str]]) -> tuple[bytes, str]:
    return urlencode(fields).encode(), "application/x-www-form-urlencoded; charset=utf-8"


def _multipart(fields: list[tuple[str, str]], photos: Sequence[Photo]) -> tuple[bytes, str]:
    boundary = uuid4().hex
    parts = [_part(boundary, f'name="{name}"', value.encode()) for name, value in fields]
    for one in photos:
        plain = "".join(c for c in one.name if c.isalnum() or c in "._-")[:60] or "photo"
        head = f'name="media"; filename="{plain}"\r\nContent-Type: {one.media_type}'
        parts.append(_part(boundary, head, one.content))
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _part(boundary: str, head: str, content: bytes) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + content + b"\r\n"
