"""A resident's own account: optional, one list of one's own reports."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.infra import rates
from gewu.intake import queries as reports
from gewu.intake.actions import residents
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security.vault import Contact
from gewu.web import errors
from gewu.web.accounts import See
from gewu.web.pages import show

#: The keys of the session; a member of staff who signs in has a session of their own.
SESSION, EPOCH = "resident", "resident_epoch"
#: Codes tried in an hour: enough for a drawer full of receipts.
CODES_PER_HOUR = 60


def resident_of(request: HttpRequest) -> UUID | None:
    """Who has signed in as a resident, if anyone."""
    kept = request.session.get(SESSION)
    if not kept:
        return None
    found = UUID(kept)
    return found if reports.resident_is(found, request.session.get(EPOCH, 0)) else None


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The one form to sign in or to open an account; both lead to one's own list."""
    if request.method == "GET":
        return See(reverse("portal_mine")) if resident_of(request) else _form(request)
    now, password = timezone.localtime(), request.POST.get("password", "")[:200]
    contact = _contact(request.POST.get("contact", "").strip()[:200])
    new = request.POST.get("new") == "yes"
    try:
        rates.limited(rates.address_of(request.META), "sign-in", per_hour=rates.SIGN_INS_PER_HOUR)
        act = residents.register if new else residents.sign_in
        found = act(contact, password, now=now)
    except Refusal as refusal:
        return _form(request, refusal)
    language = request.session.get("_language")
    request.session.flush()  # a new key, so that one fixed before the sign-in is worth nothing
    request.session[SESSION], request.session[EPOCH] = found.pk.hex, found.epoch
    if language:
        request.session["_language"] = language
    return See(reverse("portal_mine"))


def _contact(left: str) -> Contact:
    return Contact(email=left) if "@" in left else Contact(phone=left)


def _form(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    return show(
        request,
        "portal/account.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        contact=request.POST.get("contact", "")[:200],
        shortest=residents.SHORTEST_PASSWORD,
    )


@never_cache
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One's own reports in one list."""
    return _mine(request)


def _mine(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    resident = resident_of(request)
    if resident is None:
        return See(reverse("portal_account"))
    return show(
        request,
        "portal/mine.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        found=reports.own(resident, after=request.GET.get("after", "")),
        called=reports.resident_called(resident),
        code=request.POST.get("code", "")[:40],
    )


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Put the report of a code into one's own list."""
    resident = resident_of(request)
    if resident is None:
        return See(reverse("portal_account"))
    try:
        rates.limited(rates.address_of(request.META), "keep", per_hour=CODES_PER_HOUR)
        residents.keep(resident, request.POST.get("code", "").strip()[:40], now=timezone.localtime())
    except Refusal as refusal:
        return _mine(request, refusal)
    return See(reverse("portal_mine"))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session of a resident."""
    request.session.flush()
    return See(reverse("portal_home"))


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close one's own account for good."""
    resident = resident_of(request)
    if resident is not None:
        if request.POST.get("sure") != "yes":
            return _mine(request, Refusal(say("请勾选确认注销"), field="sure"))
        residents.leave(resident, now=timezone.localtime())
        request.session.flush()
    return See(reverse("portal_home"))


def keep_new(request: HttpRequest, code: str) -> None:
    """A report sent by someone who has signed in goes into their list by itself."""
    resident = resident_of(request)
    if resident is not None:
        residents.keep(resident, code, now=timezone.localtime())
