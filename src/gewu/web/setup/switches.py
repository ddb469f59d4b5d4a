"""Functions that are turned on and off: for the system administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gewu.infra import switches as functions
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text
from gewu.security import queries as security
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

PAGE = "setup_switches"


@dataclass(frozen=True)
class Line:
    """One function as it stands."""

    name: str
    label: Text
    purpose: Text
    on: bool


@dataclass(frozen=True)
class Past:
    """One turning on or off."""

    label: Text
    on: bool
    reason: str
    who: str
    at: datetime


@require_http_methods(["GET", "POST"])
@signed_in
def switches(request: HttpRequest) -> HttpResponse:
    """Every function with its switch, and who changed what for which reason."""
    opened(request, PAGE)
    if request.method == "GET":
        return _page(request)
    given = {name: request.POST.get(name, "") for name in ("name", "on", "reason")}
    try:
        functions.set_switch(
            given["name"],
            given["on"] == "1",
            reason=given["reason"],
            actor=actor_of(request),
            now=timezone.localtime(),
        )
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse(PAGE))


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    known, past = functions.KNOWN, functions.history()
    names = security.names_of({one.by for one in past})
    return shown(
        request,
        "setup/switches.html",
        PAGE,
        refusal=refusal,
        lines=[Line(name, one.label, one.purpose, functions.is_on(name)) for name, one in known.items()],
        past=[
            Past(known[one.name].label, one.on, one.reason, names.get(one.by) or one.by, one.at)
            for one in past
            if one.name in known
        ],
    )
