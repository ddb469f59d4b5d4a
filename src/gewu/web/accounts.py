"""Signing in and out, and the language of the pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar
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
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import ANONYMOUS
from gewu.security.queries import FactorStep
from gewu.web import errors, forms
from gewu.web.demo import demo_accounts
from gewu.web.pages import show
from gewu.web.presenting.shell import POST, actor_of, post_of

View = Callable[..., HttpResponseBase]
V = TypeVar("V", bound=View)
#: The key of the session under which a right password waits for what else is needed.
PENDING = "pending"
#: The key under which the session keeps by which provider it was opened.
PROVIDER = "provider"
LANGUAGE_KEPT_S = 365 * 24 * 3600


class See(HttpResponseRedirect):
    """See other: the page to look at after a form was taken."""

    status_code = 303


#: What marks a view that accounts of enterprises may open, too.
_OUTSIDE_TOO = "outside_too"


def outside_too(view: V) -> V:
    """Mark a page as one that accounts of enterprises may open; their rights say what they see there."""
    setattr(view, _OUTSIDE_TOO, True)
    return view


def signed_in(view: View) -> View:
    """A page for those who work here and have signed in; others sign in first and come back.

    Accounts of enterprises are led to their own page, and refused at any other that is not marked for them.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
        if actor_of(request) == ANONYMOUS:
            return See(f"{reverse('desk_sign_in')}?{urlencode({'next': _way_back(request)})}")
        if actor_of(request).outside and not getattr(view, _OUTSIDE_TOO, False):
            return _to_the_own_page(request)
        return view(request, *args, **values)

    return guarded


def _to_the_own_page(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and request.path in (reverse("desk_inbox"), "/"):
        return See(reverse("enterprise"))
    raise Refusal(
        say("这一页供工作人员使用"), Kind.FORBIDDEN, advice=say("请从“企业自查”查看和整改本企业的隐患")
    )


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


def sign_in_page(request: HttpRequest, onward: str, refusal: Refusal) -> HttpResponse:
    """The sign-in form with what was refused: the password is still a way in."""
    return _form(request, onward, refusal)


def _form(request: HttpRequest, onward: str, refusal: Refusal | None = None) -> HttpResponse:
    return show(
        request,
        "desk/sign_in.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        name=request.POST.get("name", "")[:150],
        demo_accounts=demo_accounts(),
        ways=accounts.ways_to_sign_in(),
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
    return _first(request, account, step, onward, now)


def after_vouched(
    request: HttpRequest, account: security.Account, onward: str, *, provider: str, second_factor: bool,
    now: datetime,
) -> HttpResponse:  # fmt: skip
    """What follows when a provider vouched for somebody: the session, or first a second factor as ever.

    A factor that was shown over there, to a provider trusted in this, is not asked for once more; neither is
    the password of this platform, which such a person may not even have.
    """
    step = FactorStep.NOTHING if second_factor else accounts.factor_step(account.pk, now=now)
    if step is FactorStep.NOTHING:
        open_session(request, account.pk, account.epoch, provider=provider)
        return See(onward)
    return _first(request, account, step, onward, now, provider)


def _first(
    request: HttpRequest, account: security.Account, step: FactorStep, onward: str, now: datetime,
    provider: str = "",
) -> HttpResponse:  # fmt: skip
    """What is still needed before the session, on the page that asks for it."""
    request.session.flush()
    request.session[PENDING] = {
        "account": account.pk.hex, "at": now.isoformat(), "next": onward, "provider": provider,
    }  # fmt: skip
    pages = {FactorStep.CODE: "sign_in_code", FactorStep.ENROL: "sign_in_enrol"}
    return See(reverse(pages.get(step, "sign_in_password")))


def open_session(request: HttpRequest, account: UUID, epoch: int, *, provider: str = "") -> None:
    """A new key for the session, so that one fixed before the sign-in is worth nothing."""
    now = timezone.localtime()
    pending = (request.session.get(PENDING) or {}).get("provider", "")
    provider = provider or pending or request.session.get(PROVIDER, "")
    request.session.flush()
    if provider:
        request.session[PROVIDER] = provider
    request.session["account"], request.session["epoch"] = account.hex, epoch
    request.session["opened"] = request.session["seen"] = now.isoformat()
    actor = accounts.actor_of(account, epoch=epoch, now=now)
    request.session[POST] = post_of(actor or ANONYMOUS, now)
    request.session.save()
    device = request.headers.get("User-Agent", "")
    security.keep_session(account, str(request.session.session_key), device=device, now=now)


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
