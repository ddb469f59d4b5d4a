"""The door for rows that are pushed: signed, let in once, each row taken by itself."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gewu.channels.answers import for_systems, said
from gewu.infra import connectors, rates
from gewu.infra.connectors.overview import named
from gewu.infra.wording import translated
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

#: Bytes of one request.
LARGEST = 1024 * 1024
#: Requests of one address that are refused before it is not listened to, in an hour.
MOST_REFUSED = 300


@for_systems
@require_http_methods(["POST"])
def rows(request: HttpRequest, code: str) -> HttpResponse:
    """Take one row, or ``{"rows": […]}``; the answer says of each what became of it.

    Rows that are refused wait here to be corrected: sending them again unchanged does not help.
    """
    body = admitted(request, code)
    found = connectors.take(named(code).pk, rows_of(body), way="push", now=timezone.now())
    return said(
        {name: found.count(name) for name in _OUTCOMES} | {"rows": [_line(one) for one in found.results]}
    )


_OUTCOMES = ("taken", "already", "waiting", "refused")


def _line(one: connectors.Result) -> dict[str, Any]:
    line = {"line": one.line, "outcome": one.outcome, "id": one.outside_id}
    if one.reason:
        line |= {"reason": translated(one.reason), "field": one.field}
    return line


def admitted(request: HttpRequest, code: str) -> bytes:
    """The body of a signed request to a connector. An unknown connector reads like a wrong signature."""
    address = rates.address_of(request.META)
    try:
        body = _body(request)
        row = named(code)
        connectors.admit(row.pk, request.headers, body, now=timezone.now())
    except Refusal as refusal:
        if refusal.kind is not Kind.CONFLICT:
            rates.limited(address, "channels", per_hour=MOST_REFUSED)
        if refusal.kind is Kind.MISSING:
            raise Refusal(say("请求没有签名，或签名不对"), Kind.FORBIDDEN) from None
        raise
    connectors.running(row.pk)
    return body


def _body(request: HttpRequest) -> bytes:
    try:
        body = request.body
    except RequestDataTooBig:
        body = b" " * (LARGEST + 1)
    if len(body) > LARGEST:
        raise Refusal(say("一次最多 {n} KB", n=LARGEST // 1024), Kind.TOO_LARGE, advice=say("请分几次发送"))
    return body


def rows_of(body: bytes) -> list[Any]:
    """The rows of a body. Refused: what is no JSON in UTF-8, what is neither a row nor a list of them."""
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise Refusal(say("请求内容不是有效的 JSON"), advice=say("请用 UTF-8 编码的 JSON")) from None
    if isinstance(found, dict) and isinstance(found.get("rows"), list):
        return list(found["rows"])
    if isinstance(found, dict):
        return [found]
    raise Refusal(say("请发送一条记录，或 {shape}", shape='{"rows": […]}'))


def _no_constant(name: str) -> None:
    raise ValueError(name)
