"""Units in setup: their tree, set up, renamed, moved and closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from gewu.kernel.refusals import Refusal
from gewu.organisation import actions as organising
from gewu.organisation import queries as organisation
from gewu.organisation.actions import UnitSpec
from gewu.territory import queries as territory
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import Choice, either
from gewu.web.presenting.shell import actor_of
from gewu.web.setup import find
from gewu.web.setup.home import opened, shown

SECTION = "setup_units"


@require_GET
@signed_in
def units(request: HttpRequest) -> HttpResponse:
    """The units at a place and in it, as trees, with the form for a new one."""
    opened(request, SECTION)
    return _page(request, place_asked(request))


def place_asked(request: HttpRequest) -> str:
    """The place that the address or the form names; the whole of this installation without one."""
    given = request.POST if request.method == "POST" else request.GET
    return given.get("at", "").strip()[:17] or settings.COUNTY


def _page(request: HttpRequest, code: str, refusal: Refusal | None = None, deed: str = "") -> HttpResponse:
    here = territory.place(code)
    return shown(
        request,
        "setup/units.html",
        SECTION,
        refusal=refusal,
        place=here,
        below=territory.children_of(code),
        tree=organisation.unit_tree(code) if len(code) > 6 else (),
        own=organisation.units_at(code) if len(code) <= 6 else (),
        kinds=tuple(
            Choice(one.code, either(one.name_zh, one.name_en)) for one in organisation.unit_kinds().values()
        ),
        typed=request.POST if refusal else {},
        deed=deed,
        names=find.names,
    )


def _add(given: Mapping[str, str], **by: Any) -> None:
    def said(name: str) -> str:
        return given.get(name, "").strip()

    spec = UnitSpec(
        said("kind"),
        said("code"),
        said("name_zh"),
        said("place"),
        said("parent"),
        said("name_en"),
        said("department"),
        said("contact"),
    )
    organising.add_unit(spec, **by)


def _rename(given: Mapping[str, str], **by: Any) -> None:
    organising.rename_unit(
        given.get("code", ""), given.get("name_zh", ""), name_en=given.get("name_en", ""), **by
    )


def _move(given: Mapping[str, str], **by: Any) -> None:
    parent, place = given.get("parent", "").strip(), given.get("place", "").strip()
    organising.move_unit(given.get("code", ""), parent=parent, place=place, **by)


def _close(given: Mapping[str, str], **by: Any) -> None:
    organising.close_unit(given.get("code", ""), **by)


def _alias(given: Mapping[str, str], **by: Any) -> None:
    organising.add_alias(given.get("code", ""), given.get("name_zh", ""), **by)


DEEDS: Mapping[str, Callable[..., None]] = {
    "add": _add,
    "rename": _rename,
    "move": _move,
    "close": _close,
    "alias": _alias,
}


@require_POST
@signed_in
def change(request: HttpRequest, deed: str) -> HttpResponse:
    """Carry out one form of the page; what is refused is said beside what was typed."""
    opened(request, SECTION)
    at = place_asked(request)
    if deed not in DEEDS:
        raise Http404
    try:
        DEEDS[deed](request.POST.dict(), actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, at, refusal, deed)
    return See(f"{reverse(SECTION)}?{urlencode({'at': at})}")
