"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from gewu.infra import rates
from gewu.kernel.refusals import Refusal
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import ANONYMOUS
from gewu.security.queries import FactorStep
from gewu.web import errors, forms
from gewu.web.demo import demo_accounts
from gewu.web.pages import show
from gewu.web.presenting.shell import POST, actor_of, post_of

View = Callable[..., HttpResponseBase]
#: The key of the session under which a right password waits for what else is needed.
PENDING = "pending"
LANGUAGE_KEPT_S = 365 * 24 * 3600


class See(HttpResponseRedirect):
    """See other: the page to look at after a form was taken."""

    status_code = 303


def signed_in(view: View) -> View:
    """A page for those who have signed in; others sign in first and come back."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
        if actor_of(request) == ANONYMOUS:
            return See(f"{reverse('desk_sign_in')}?{urlencode({'next': _way_back(request)})}")
        return view(request, *args, **values)

    return guarded


def _way_back(request: HttpRequest) -> str:
    """The page itself; after a form whose session ran out the page that held the form."""
    if request.method == "GET":
        return request.get_full_path()
    came = urlsplit(request.headers.get("Referer", ""))
    return came.path if came.netloc == request.get_host() else reverse("desk_inbox")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in form; a right name and password open a fresh session."""
    given = request.POST if request.method == "POST" else request.GET
    onward = forms.own_address(request, given.get("next", ""), reverse("desk_inbox"))
    if request.method == "GET":
        return _form(request, onward)
    now = timezone.localtime()
    try:
        rates.limited(rates.address_of(request.META), "sign-in", per_hour=rates.SIGN_INS_PER_HOUR)
        account = security.sign_in(request.POST.get("name", ""), request.POST.get("password", ""), now=now)
    except Refusal as refusal:
        return _form(request, onward, refusal)
    return _after_password(request, account, onward, now)


def _form(request: HttpRequest, onward: str, refusal: Refusal | None = None) -> HttpResponse:
    return show(
        request,
        "desk/sign_in.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        name=request.POST.get("name", "")[:150],
        demo_accounts=demo_accounts(),
        next=onward,
    )


def _after_password(
    request: HttpRequest, account: security.Account, onward: str, now: datetime
) -> HttpResponse:
    """Straight in, or first a code, an authenticator app to set up, a password of one's own."""
    step = accounts.factor_step(account.pk, now=now)
    if step is FactorStep.NOTHING and not account.one_time:
        open_session(request, account.pk, account.epoch)
        return See(onward)
    request.session.flush()
    request.session[PENDING] = {"account": account.pk.hex, "at": now.isoformat(), "next": onward}
    pages = {FactorStep.CODE: "sign_in_code", FactorStep.ENROL: "sign_in_enrol"}
    return See(reverse(pages.get(step, "sign_in_password")))


def open_session(request: HttpRequest, account: UUID, epoch: int) -> None:
    """A new key for the session, so that one fixed before the sign-in is worth nothing."""
    now = timezone.localtime()
    request.session.flush()
    request.session["account"], request.session["epoch"] = account.hex, epoch
    request.session["opened"] = request.session["seen"] = now.isoformat()
    actor = accounts.actor_of(account, epoch=epoch, now=now)
    request.session[POST] = post_of(actor or ANONYMOUS, now)
    request.session.save()
    device = request.headers.get("User-Agent", "")
    security.keep_session(account, str(request.session.session_key), device=device, now=now)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    request.session.flush()
    return See(reverse("desk_sign_in"))


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language chosen and go back to where one was; an unknown one changes nothing."""
    chosen = request.POST.get("language", "")
    answer = See(forms.own_address(request, request.POST.get("next", ""), reverse("portal_home")))
    if chosen in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=LANGUAGE_KEPT_S,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer
