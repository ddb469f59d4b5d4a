"""What is answered to outside systems: JSON, refusals in words with the field to mend, in one place."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from gewu.infra.wording import translated
from gewu.kernel.refusals import Kind, Refusal

STATUS = {
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.MISSING: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Kind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}

View = Callable[..., HttpResponse]


def said(body: Any, status: int = 200) -> JsonResponse:
    """An answer as JSON, Chinese as it is written."""
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


def refused(refusal: Refusal) -> JsonResponse:
    """Why it is not done, the field to mend and what to do."""
    body = {"title": translated(refusal.text), "status": int(STATUS[refusal.kind])}
    if refusal.field:
        body["field"] = refusal.field
    if refusal.advice:
        body["advice"] = translated(refusal.advice)
    answer = said(body, int(STATUS[refusal.kind]))
    if refusal.retry_after:
        answer["Retry-After"] = refusal.retry_after
    return answer


def for_systems(view: View) -> View:
    """A door for outside systems: no cookie, no form, every refusal as JSON."""

    @csrf_exempt
    @wraps(view)
    def respond(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        try:
            return view(request, *args, **given)
        except Refusal as refusal:
            return refused(refusal)

    return respond
