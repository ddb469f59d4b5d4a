"""Refusals and faults as problem details (RFC 9457), in one place."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, JsonResponse
from ninja.errors import AuthenticationError, ValidationError

from gewu.infra.wording import translated
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say

log = logging.getLogger(__name__)

STATUS = {
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.MISSING: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


def problem(status: HTTPStatus, title: str, **more: Any) -> JsonResponse:
    """A problem document. ``type`` stays ``about:blank``: the status says what kind it is."""
    body = {"type": "about:blank", "title": title, "status": int(status), **more}
    return JsonResponse(
        body,
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


def of_refusal(request: HttpRequest, refusal: Refusal) -> JsonResponse:
    """What was refused, where and what to do about it."""
    more = {"field": refusal.field, "advice": translated(refusal.advice) if refusal.advice else None}
    return problem(
        STATUS[refusal.kind], translated(refusal.text), **{name: one for name, one in more.items() if one}
    )


def of_shape(request: HttpRequest, fault: ValidationError) -> JsonResponse:
    """Input of the wrong shape: each fault with the place where it stands."""
    faults = [
        {"field": ".".join(str(part) for part in one["loc"][1:] if part != "given"), "detail": one["msg"]}
        for one in fault.errors
    ]
    title = translated(say("提交的数据格式不对"))
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, title, errors=faults)


def of_sign_in(request: HttpRequest, fault: AuthenticationError) -> JsonResponse:
    """No token, or one that is void."""
    return problem(HTTPStatus.UNAUTHORIZED, translated(say("请先登录，或令牌已失效")))


def of_malformed(request: HttpRequest, fault: Exception) -> JsonResponse:
    """A body that is no JSON at all."""
    return problem(HTTPStatus.BAD_REQUEST, translated(say("请求内容不是有效的 JSON")))
