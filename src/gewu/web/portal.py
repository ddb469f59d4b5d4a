"""The residents' pages: reporting, following one's report by its code, saying whether it is solved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.infra import files, rates
from gewu.infra.wording import translated
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.intake.queries import LONGEST_TEXT, MOST_PHOTOS
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import ANONYMOUS
from gewu.web import errors, forms, wording
from gewu.web.accounts import See
from gewu.web.pages import show
from gewu.web.presenting.names import matter_choices
from gewu.web.presenting.parts import map_of
from gewu.web.presenting.progress import progress_of as presented
from gewu.web.residents import keep_new, resident_of

#: Looking up a code: enough for an office behind one address, too few to find codes by trying.
LOOK_UPS_PER_HOUR = 600


@dataclass(frozen=True)
class Limits:
    """What a report may hold."""

    photos: int
    photo_mb: int
    text: int


#: Photo, place, send: a report takes no more presses than this.
MOST_STEPS = 3
SEE_PHOTO = say("见照片")
#: The class of an opinion: it needs no place and no photo.
OPINION = "Q0201"
LARGE, KEPT_S = "gewu_large", 365 * 24 * 3600
LIMITS = Limits(MOST_PHOTOS, files.MOST_BYTES // 1024 // 1024, LONGEST_TEXT)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first page of the residents."""
    return show(request, "portal/home.html", answered=())


@require_POST
def large_type(request: HttpRequest) -> HttpResponse:
    """Large letters and buttons, or the usual ones again; kept in this browser."""
    answer = See(forms.own_address(request, request.POST.get("next", ""), reverse("portal_home")))
    if request.COOKIES.get(LARGE):
        answer.delete_cookie(LARGE, samesite="Lax")
    else:
        secure = settings.SESSION_COOKIE_SECURE
        answer.set_cookie(LARGE, "1", max_age=KEPT_S, samesite="Lax", httponly=True, secure=secure)
    return answer


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """How the platform treats what people tell it."""
    return show(request, "portal/privacy.html")


@require_http_methods(["GET", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form of a report, and its receipt."""
    if request.method == "GET":
        return _report_form(request, forms.Draft(matter=OPINION if "opinion" in request.GET else ""))
    draft, now, photos = forms.Draft.typed(request), timezone.localtime(), forms.kept(request)
    try:
        rates.limited(rates.address_of(request.META), "reports", per_hour=settings.REPORTS_PER_HOUR)
        photos += forms.new_photos(request, len(photos), actor=ANONYMOUS, now=now)
        code = _take_in(request, draft, photos, now)
    except Refusal as refusal:
        return _report_form(request, draft, refusal, photos)
    keep_new(request, code)
    return See(reverse("portal_receipt", kwargs={"code": code}))


def _take_in(request: HttpRequest, draft: forms.Draft, photos: tuple[str, ...], now: datetime) -> str:
    given = draft.report("web", photos, language=get_language() or "zh-hans")
    if photos and not given.text:
        given = replace(given, text=translated(SEE_PHOTO))  # the picture says it: three presses are enough
    key = request.POST.get("key", "")[:80]
    return intake.receive(given, actor=ANONYMOUS, now=now, key=key).progress_code


def _report_form(
    request: HttpRequest,
    draft: forms.Draft,
    refusal: Refusal | None = None,
    photos: tuple[str, ...] = (),
) -> HttpResponse:
    return show(
        request,
        "portal/report.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        draft=draft,
        matters=matter_choices(timezone.localdate(), public=True),
        key=forms.new_key(),
        limits=LIMITS,
        kept=forms.kept_token(photos),
        kept_photos=len(photos),
        opinion=draft.matter == OPINION,
        map=map_of(settings.COUNTY),
    )


@never_cache
@require_GET
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """The code of a report that was just sent, to be kept."""
    now = timezone.localtime()
    found = _found(request, code, now)
    follow = reverse("portal_progress_of", kwargs={"code": found.code})
    return show(
        request,
        "portal/receipt.html",
        code=found.code,
        progress_url=request.build_absolute_uri(follow),
        received_at=found.received_at,
        promise=say("我们会在 {time} 之前看过，并告诉您怎样办理。", time=wording.day(found.due_at, now)),
        qr=segno.make(request.build_absolute_uri(follow), error="m").svg_data_uri(scale=4, border=2),
        mine=resident_of(request) is not None,
    )


def _found(request: HttpRequest, code: str, now: datetime) -> reports.Progress:
    rates.limited(rates.address_of(request.META), "progress", per_hour=LOOK_UPS_PER_HOUR)
    return reports.progress(code, now=now)


@require_GET
def progress(request: HttpRequest) -> HttpResponse:
    """The question for a code; a right one leads to its page."""
    code = request.GET.get("code", "").strip()[:40]
    if not code:
        return _progress_form(request, "")
    try:
        found = _found(request, code, timezone.localtime())
    except Refusal as refusal:
        return _progress_form(request, code, refusal)
    return See(reverse("portal_progress_of", kwargs={"code": found.code}))


def _progress_form(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    unknown = refusal is not None and refusal.kind is Kind.MISSING
    return show(
        request,
        "portal/progress.html",
        status=errors.status_of(refusal),
        refusal=None if unknown else refusal,
        code=code,
        found=None,
        asked=unknown,
    )


@never_cache
@require_GET
def progress_of(request: HttpRequest, code: str) -> HttpResponse:
    """Where a report stands, for whoever holds its code."""
    return _progress(request, code)


def _progress(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    try:
        found = _found(request, code, timezone.localtime())
    except Refusal as unknown:
        return _progress_form(request, code, unknown)
    return show(
        request,
        "portal/progress.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        code=found.code,
        found=presented(found),
        asked=True,
    )


@require_POST
def verdict(request: HttpRequest, code: str) -> HttpResponse:
    """Solved or not, in the reporter's words."""
    now = timezone.localtime()
    try:
        rates.limited(rates.address_of(request.META), "verdict", per_hour=settings.REPORTS_PER_HOUR)
        said = forms.opinion(request)
        if "solved" not in said:
            raise Refusal(say("请选“解决了”或“没有解决”"), field="solved")
        intake.give_verdict(
            code,
            solved=bool(said["solved"]),
            words=request.POST.get("words", ""),
            satisfaction=said.get("satisfaction"),
            now=now,
        )
    except Refusal as refusal:
        return _progress(request, code, refusal)
    return See(reverse("portal_progress_of", kwargs={"code": code}))
