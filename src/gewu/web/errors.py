"""Refusals and faults as pages, in one place."""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from gewu.infra import store
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say

STATUS = {
    Kind.INVALID: 422,
    Kind.FORBIDDEN: 403,
    Kind.MISSING: 404,
    Kind.CONFLICT: 409,
    Kind.TOO_MANY: 429,
    Kind.TOO_LARGE: 413,
}

#: Addresses that only programs ask; each of their shells says no in its own form.
OF_PROGRAMS = ("/api/", "/open311/", "/cap/", "/calendar/")
#: When to come again after the disk was full, in seconds.
RETRY_AFTER = "60"


def status_of(refusal: Refusal | None) -> int:
    """The status of a page that shows this refusal, or none."""
    return STATUS[refusal.kind] if refusal else 200


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A page that says what was refused and what to do."""
    page = _page(request, status_of(refusal), refusal.text, refusal.advice)
    if refusal.retry_after:
        page["Retry-After"] = refusal.retry_after
    return page


def too_long(request: HttpRequest, refusal: Refusal, wanted: str) -> HttpResponse:
    """A list that may not be taken out at once, with the way to ask for it."""
    onward = f"{reverse('desk_exports')}?{urlencode({'list': wanted})}"
    return _page(request, status_of(refusal), refusal.text, refusal.advice, onward=onward)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from this site's own page, or whose page is too old."""
    return _page(request, 403, say("这个页面已过期"), say("请返回上一页，刷新后再提交"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such address."""
    return _page(request, 404, say("没有这个页面"), say("请核对网址，或从首页进入"))


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What no browser sends: a host name that is not ours; or a form larger than any of ours."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent | TooManyFieldsSent):
        return too_large(request)
    return _page(request, 400, say("这个请求无法处理"), say("请返回上一页，刷新后再提交"))


def wrong_method(request: HttpRequest) -> HttpResponse:
    """An address that is asked in a way no page of ours asks it."""
    return _page(request, 405, say("这个地址不能这样使用"), say("请从首页或工作台进入，再办您要办的事"))


def too_large(request: HttpRequest) -> HttpResponse:
    """More than a form with all its photos can hold."""
    return _page(request, 413, say("传上来的内容太大了"), say("请换小一些的照片，或少传几张"))


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or a full disk; the page asks nothing of the database that may be the cause."""
    if store.is_full(sys.exception()):
        return full(request)
    return _page(request, 500, say("系统出错了"), say("您填写的内容没有提交，请稍后再试；仍不行请联系管理员"))


def full(request: HttpRequest) -> HttpResponse:
    """No room on the disk: nothing of the request was kept, and it may be sent again."""
    page = _page(
        request,
        503,
        say("系统存储空间已满，暂时不能提交"),
        say("您填写的内容没有提交，请过一会儿再试；紧急情况请打电话"),
    )
    page["Retry-After"] = RETRY_AFTER
    return page


def by_api(request: HttpRequest) -> bool:
    """Whether a program asks: it shows no cookie, and it is answered with documents, never with a page."""
    return request.path_info.startswith(OF_PROGRAMS)


def _page(
    request: HttpRequest, status: int, text: Text, advice: Text | None, *, onward: str = ""
) -> HttpResponse:
    if by_api(request):
        return HttpResponse(status=status)  # `api.problems` says the rest
    from gewu.web.pages import show  # noqa: PLC0415 -- the environment is built by Django, which loads this module first

    return show(request, "error.html", status=status, text=text, advice=advice, onward=onward)
