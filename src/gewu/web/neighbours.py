"""Open matters round about, for residents: has it been reported, and have I met it too?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from gewu.cases import queries as cases
from gewu.infra import rates
from gewu.intake import actions as intake
from gewu.intake.queries import MOST_PHOTOS
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text
from gewu.security.actors import ANONYMOUS
from gewu.web import errors, forms
from gewu.web.accounts import See
from gewu.web.pages import show
from gewu.web.presenting.names import (
    grid_name,
    matter_choices,
    matters_named,
    place_choices,
    places_named,
    whereabouts,
)
from gewu.web.residents import keep_new


@dataclass(frozen=True)
class Line:
    """An open matter as its neighbours read it: class and grid, nobody's words."""

    number: str
    matter: str
    place: str
    label: Text
    filed_at: datetime
    due_at: datetime
    reports: int


@require_GET
def nearby(request: HttpRequest) -> HttpResponse:
    """The open public matters of a community, newest first."""
    place, matter = request.GET.get("place", "")[:17], request.GET.get("matter", "")[:12]
    inside = place if place.startswith(settings.COUNTY) else settings.COUNTY
    today = timezone.localdate()
    listed = cases.public_matters(today)
    found = cases.public_open(inside, on=today, matter=matter, after=request.GET.get("after", ""))
    return show(
        request,
        "portal/nearby.html",
        lines=[_line(one) for one in found.rows],
        after=found.after,
        place=place[: Level.COMMUNITY.digits],
        matter=matter,
        places=place_choices(settings.COUNTY, Level.COMMUNITY),
        matters=[one for one in matter_choices(today) if one.value in listed],
    )


@require_http_methods(["GET", "POST"])
def me_too(request: HttpRequest, number: str) -> HttpResponse:
    """I have met this too: an own report with an own code behind the same case."""
    today, draft = timezone.localdate(), forms.Draft.typed(request)
    if request.method == "GET":
        return _form(request, _line(cases.public_case(number, on=today)), draft)
    photos = forms.kept(request)
    try:
        rates.limited(rates.address_of(request.META), "reports", per_hour=settings.REPORTS_PER_HOUR)
        photos += forms.new_photos(request, len(photos), actor=ANONYMOUS, now=timezone.localtime())
        given = intake.MeToo(draft.text, draft.contact(), photos, get_language() or "zh-hans")
        key = request.POST.get("key", "")[:80]
        report = intake.me_too(number, given, actor=ANONYMOUS, now=timezone.localtime(), key=key)
    except Refusal as refusal:
        return _form(request, _line(cases.public_case(number, on=today)), draft, refusal, photos)
    keep_new(request, report.progress_code)
    return See(reverse("portal_receipt", kwargs={"code": report.progress_code}))


def _form(
    request: HttpRequest,
    line: Line,
    draft: forms.Draft,
    refusal: Refusal | None = None,
    photos: tuple[str, ...] = (),
) -> HttpResponse:
    return show(
        request,
        "portal/me_too.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        line=line,
        draft=draft,
        key=forms.new_key(),
        most_photos=MOST_PHOTOS - len(photos),
        kept=forms.kept_token(photos),
        kept_photos=len(photos),
    )


def _line(one: cases.PublicLine) -> Line:
    places = places_named([one.place])
    where = whereabouts(places, one.place)
    grid = grid_name(places, one.place).removeprefix(where.rpartition(" · ")[2])
    return Line(
        one.number,
        matters_named(timezone.localdate()).get(one.matter, one.matter),
        f"{where} · {grid}" if grid else where,
        one.public_label,
        one.filed_at,
        one.due_at,
        one.reports,
    )
