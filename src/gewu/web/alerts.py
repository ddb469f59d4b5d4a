"""Warnings in force for residents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.command import queries
from gewu.command.queries import AlertLine
from gewu.web.pages import show
from gewu.web.presenting.names import places_named, whereabouts


@dataclass(frozen=True)
class Shown:
    """A warning with the names of its places."""

    line: AlertLine
    places: tuple[str, ...]


@require_GET
def alerts(request: HttpRequest) -> HttpResponse:
    """What the public is warned of now."""
    found = queries.public_alerts(timezone.now())
    lines = [Shown(one, places_spoken(one.places)) for one in found]
    return show(request, "portal/alerts.html", lines=lines)


def places_spoken(codes: Iterable[str]) -> tuple[str, ...]:
    """Places by their names."""
    listed = tuple(codes)
    named = places_named(listed)
    return tuple(whereabouts(named, one) or (named[one].name if one in named else one) for one in listed)
