"""Refusals and faults as problem details (RFC 9457), in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language_from_request, override
from ninja.errors import AuthenticationError, ValidationError

from gewu.infra.wording import translated
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say

Next = Callable[[HttpRequest], HttpResponseBase]

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
    answer = problem(
        STATUS[refusal.kind], translated(refusal.text), **{name: one for name, one in more.items() if one}
    )
    if refusal.retry_after:
        answer["Retry-After"] = refusal.retry_after
    return answer


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


def of_large(request: HttpRequest, fault: RequestDataTooBig) -> JsonResponse:
    """A body larger than any of these calls needs."""
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, translated(_WORDS[413]))


#: What is said when the framework and not one of our rules refuses.
_WORDS: Mapping[int, Text] = {
    400: say("这个请求无法处理"),
    404: say("没有这个接口地址"),
    405: say("这个接口不支持此种请求方法"),
    413: say("提交的内容太大了"),
    500: say("系统出错了"),
    503: say("系统存储空间已满，暂时不能提交"),
}


def documents(get_response: Next) -> Next:
    """Have every refusal under ``/api/`` be a problem document, those of the framework too."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        plain = not response.headers.get("Content-Type", "").startswith("application/problem+json")
        if response.status_code >= 400 and plain and request.path.startswith("/api/"):
            return _as_document(request, response)
        return response

    return respond


def _as_document(request: HttpRequest, response: HttpResponseBase) -> JsonResponse:
    status = HTTPStatus(response.status_code)
    text = _WORDS.get(status, _WORDS[500 if status >= 500 else 400])
    with override(get_language_from_request(request)):
        document = problem(status, translated(text))
    for name in ("Allow", "Retry-After"):
        if name in response.headers:
            document.headers[name] = response.headers[name]
    return document


def of_malformed(request: HttpRequest, fault: Exception) -> JsonResponse:
    """A body that is no JSON at all."""
    return problem(HTTPStatus.BAD_REQUEST, translated(say("请求内容不是有效的 JSON")))
