"""What is refused, in the one shape of Open311: a list of errors, with one of three statuses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from gewu.channels.open311 import codec
from gewu.infra.wording import translated
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say

log = logging.getLogger(__name__)

#: Where this interface lives; below it nothing is answered in another shape.
ROOT = "/open311/"
BAD, FORBIDDEN, MISSING = 400, 403, 404
#: A code that says more than the status may: the only one that is not the status itself.
TOO_OFTEN = 429

Next = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True)
class Fault:
    """One error as it is listed."""

    code: int
    text: Text


class Faults(Exception):
    """A request that is not carried out, with everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault], *, status: int = BAD, retry_after: str = "") -> None:
        super().__init__("; ".join(str(one.text) for one in faults))
        self.faults = tuple(faults)
        self.status = status
        self.retry_after = retry_after


def missing(text: Text) -> Faults:
    """The named thing does not exist, or nobody outside may know that it does."""
    return Faults([Fault(MISSING, text)], status=MISSING)


def bad(*texts: Text) -> Faults:
    """Everything else."""
    return Faults([Fault(BAD, text) for text in texts])


def of_refusal(refusal: Refusal, *, named: bool = False) -> Faults:
    """A refusal of a subject. Only what the address ``named`` is missing; a bad value is a bad request."""
    text = _whole(refusal)
    if refusal.kind is Kind.TOO_MANY:
        return Faults([Fault(TOO_OFTEN, text)], retry_after=refusal.retry_after)
    return missing(text) if named and refusal.kind is Kind.MISSING else bad(text)


def _whole(refusal: Refusal) -> Text:
    if refusal.advice is None:
        return refusal.text
    return say("{what}。{advice}", what=refusal.text, advice=refusal.advice)


def answer(format: str, faults: Faults) -> HttpResponse:
    """The errors in the format that was asked for; XML where that is none of ours."""
    format = format if format in codec.TYPES else "xml"
    listed = [{"code": str(one.code), "description": translated(one.text)} for one in faults.faults]
    response = HttpResponse(
        codec.written(format, "errors", listed), status=faults.status, content_type=codec.TYPES[format]
    )
    if faults.retry_after:
        response["Retry-After"] = faults.retry_after
    return response


def format_of(path: str) -> str:
    """The format that an address asks for by its suffix."""
    return path.rpartition(".")[2].lower()


def shaped(get_response: Next) -> Next:
    """Have every refusal below `ROOT` in this shape, those of the framework and our own faults too."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if response.status_code < BAD or not request.path.startswith(ROOT) or hasattr(response, "spoken"):
            return response
        if response.status_code == MISSING:
            return answer(format_of(request.path), missing(say("没有这个接口地址")))
        if response.status_code >= 500:
            log.error("open311 answered %s for %s", response.status_code, request.path)
            return answer(format_of(request.path), bad(say("系统出错了，请稍后再试")))
        return answer(format_of(request.path), bad(say("这个请求无法处理")))

    return respond
