"""The description of the interface says how each of its operations can say no."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

PROBLEM = "application/problem+json"

#: A refusal as it is answered (RFC 9457).
SHAPE: dict[str, Any] = {
    "title": "Problem",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "const": "about:blank"},
        "title": {"type": "string", "description": "What was refused, in the language of the caller."},
        "status": {"type": "integer"},
        "field": {"type": "string", "description": "The field that it is about."},
        "advice": {"type": "string", "description": "What to do about it."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}

#: What each status means here; the statuses of our refusals and of the framework.
MEANS: dict[int, str] = {
    400: "The request is no HTTP or JSON that can be read.",
    401: "No token, or one that is void.",
    403: "The caller may not do this.",
    404: "There is none, or it is out of the caller's scope.",
    409: "Not now: the record stands otherwise than this asks for; the title says what changed.",
    413: "More than this takes.",
    422: "A value is missing or cannot be; field and errors say which.",
    429: "Too often from this address, or too many failures; come again later.",
    503: "There is no room to keep anything now; nothing was kept, and it may be sent again.",
}

#: The refusals that say when to come again.
WAITS = (429, 503)
_WHEN: dict[str, Any] = {
    "description": "In so many seconds it may be tried again (RFC 9110, 10.2.3).",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
}


def can(*statuses: int) -> dict[str, Any]:
    """The refusals of an operation beside those that follow from its form."""
    return {"responses": {status: _said(status) for status in statuses}}


def _said(status: int) -> dict[str, Any]:
    shape = {"$ref": "#/components/schemas/Problem"}
    said: dict[str, Any] = {"description": MEANS[status], "content": {PROBLEM: {"schema": shape}}}
    if status in WAITS:
        said["headers"] = {"Retry-After": _WHEN}
    return said


class DescribedAPI(NinjaAPI):
    """An interface whose description names every refusal, those that follow from its form by themselves."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The description of all operations, each with its refusals."""
        found = super().get_openapi_schema(**options)
        found["components"]["schemas"]["Problem"] = SHAPE
        for operations in found["paths"].values():
            for method, operation in operations.items():
                for status in _by_form(method, operation):
                    operation["responses"].setdefault(status, _said(status))
                operation["responses"] = {
                    str(int(status)): one for status, one in sorted(operation["responses"].items())
                }
        return found


def _by_form(method: str, operation: dict[str, Any]) -> list[HTTPStatus]:
    """What can be refused because of a token, a parameter, a body, or because something is to be written."""
    asked = [HTTPStatus.UNAUTHORIZED] if operation.get("security") else []
    if operation.get("parameters") or "requestBody" in operation:
        asked.append(HTTPStatus.UNPROCESSABLE_ENTITY)
    if "requestBody" in operation:
        asked += [HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE]
    if any("{" in one.get("name", "") or one.get("in") == "path" for one in operation.get("parameters", ())):
        asked.append(HTTPStatus.NOT_FOUND)
    if method != "get":
        asked.append(HTTPStatus.SERVICE_UNAVAILABLE)
    return asked
