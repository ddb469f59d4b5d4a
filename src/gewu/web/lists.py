"""The public lists: what is in force, every version of it, and what one version changed against another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from gewu.catalogue import actions as lists
from gewu.catalogue import queries as catalogue
from gewu.infra import rates
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Name
from gewu.security.actors import ANONYMOUS
from gewu.web import errors
from gewu.web.accounts import See
from gewu.web.pages import show
from gewu.web.presenting.editions import change_view, item_view, place_and_number, version
from gewu.web.presenting.names import called, matter_choices, places_named
from gewu.web.presenting.shell import actor_of


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Every kind of list with its edition in force, and the drafts that ask for opinions."""
    today = timezone.localdate()
    found = [version(one, today) for one in catalogue.editions(ANONYMOUS)]
    kinds = [
        (kind, next((one for one in found if one.kind == kind.code and one.in_force), None))
        for kind in catalogue.list_kinds()
        if kind.public
    ]
    return show(
        request,
        "portal/lists.html",
        kinds=[(kind.code, called(kind.name), called(kind.purpose), current) for kind, current in kinds],
        asked=[one for one in found if one.state == "consulted"],
    )


@require_GET
def kind(request: HttpRequest, kind: str) -> HttpResponse:
    """The versions of one list, newest first."""
    today = timezone.localdate()
    known = catalogue.list_kind(kind)
    return show(
        request,
        "portal/list_versions.html",
        kind=kind,
        name=called(known.name),
        purpose=called(known.purpose),
        rule=called(known.rule),
        versions=[version(one, today) for one in catalogue.editions(ANONYMOUS, kind)],
    )


@require_http_methods(["GET", "POST"])
def edition(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """One version with its items; one that is being consulted on takes opinions."""
    if request.method == "GET":
        return _edition(request, kind, key)
    try:
        rates.limited(rates.address_of(request.META), "opinions", per_hour=settings.REPORTS_PER_HOUR)
        chosen = UUID(request.POST.get("edition", "0" * 32)[:36])
        text, item = request.POST.get("text", ""), request.POST.get("item", "")
        lists.give_opinion(chosen, text, actor=ANONYMOUS, now=timezone.localtime(), item=item)
    except ValueError:
        return _edition(request, kind, key)
    except Refusal as refusal:
        return _edition(request, kind, key, refusal)
    return See(reverse("list_edition", kwargs={"kind": kind, "key": key}) + "#opinions")


def _edition(request: HttpRequest, kind: str, key: str, refusal: Refusal | None = None) -> HttpResponse:
    place, number = place_and_number(key)
    found = catalogue.edition_numbered(ANONYMOUS, kind, place, number)
    wanted = request.GET.get("q", "").strip()[:60]
    items = [item_view(one) for one in found.items]
    words = wanted.casefold().split()
    return show(
        request,
        "portal/list_edition.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        version=version(found.line, timezone.localdate()),
        items=[one for one in items if all(word in one.searched for word in words)],
        q=wanted,
        opinions=found.opinions,
        typed=request.POST.get("text", "") if refusal else "",
    )


@require_GET
def compared(request: HttpRequest, kind: str, older: str, newer: str) -> HttpResponse:
    """What one version changed against another, item by item."""
    place, number = place_and_number(newer)
    before_place, before = place_and_number(older)
    found = catalogue.difference(ANONYMOUS, kind, (before_place, before), (place, number))
    changes = [change_view(one) for one in found]
    return show(
        request,
        "portal/list_difference.html",
        kind=kind,
        name=called(catalogue.list_kind(kind).name),
        older=(older, before),
        newer=(newer, number),
        changes=[one for one in changes if one.sort != "kept"],
        kept=sum(one.sort == "kept" for one in changes),
    )


@dataclass(frozen=True)
class RulingView:
    """A ruling as its page shows it; why it was ruled so is for those who work here."""

    matter: str
    name: str
    place: str
    unit: Name
    case: str
    reason: Name | None
    since: date
    until: date | None


@require_GET
def rulings(request: HttpRequest) -> HttpResponse:
    """Rulings on grey areas by class of matters, each with its case and date."""
    asked = request.GET.get("matter", "").strip().upper()[:12]
    found = catalogue.rulings(asked if asked.isalnum() else "")
    classes = {one.value: one.label for one in matter_choices(timezone.localdate(), headers=True)}
    named = places_named({one.place for one in found})
    staff = actor_of(request) != ANONYMOUS and not actor_of(request).outside
    lines = [
        RulingView(
            one.matter,
            classes.get(one.matter, one.matter),
            named[one.place].name if one.place in named else one.place,
            one.unit,
            one.case,
            one.reason if staff else None,
            one.since,
            one.until,
        )
        for one in found
    ]
    return show(request, "portal/rulings.html", lines=lines, matter=asked)
