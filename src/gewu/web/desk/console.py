"""The console of one's own community: a set of panels as data."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.insight import queries
from gewu.web.accounts import signed_in
from gewu.web.pages import show
from gewu.web.presenting.names import Choice, places_named
from gewu.web.presenting.shell import actor_of

#: The page of each kind of record that a line can lead to, and the name its key has there.
_PAGES = {
    "case": ("desk_case", "number"),
    "report": ("desk_report", "id"),
    "place": ("desk_place", "code"),
    "unit": ("desk_roster", "code"),
    "list": ("list_versions", "kind"),
}


@require_GET
@signed_in
def console(request: HttpRequest) -> HttpResponse:
    """The panels of the own community; another community is refused."""
    actor, now = actor_of(request), timezone.localtime()
    found = queries.console(actor, now=now, place=request.GET.get("at", "").strip())
    named = places_named(set(found.others))
    return show(
        request,
        "desk/console.html",
        console=found,
        place=named[found.place].name if found.place in named else found.place,
        others=tuple(Choice(one, named[one].name if one in named else one) for one in found.others),
        address=_address,
    )


def _address(line: queries.PanelLine) -> str:
    """Where a line leads; nowhere for one without a record."""
    if line.kind not in _PAGES:
        return ""
    page, name = _PAGES[line.kind]
    return reverse(page, kwargs={name: line.key})
