"""What comes between a right password and the session: a code, an app to set up, an own password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from gewu.infra import rates
from gewu.kernel.refusals import Refusal
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import Actor
from gewu.security.queries import FactorStep
from gewu.web import errors
from gewu.web.accounts import PENDING, See, open_session
from gewu.web.pages import show

#: How long a right password waits for its code.
WAITS_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Waiting:
    """Someone whose password was right a moment ago."""

    account: UUID
    onward: str


def _waiting(request: HttpRequest, now: datetime) -> Waiting | None:
    kept = request.session.get(PENDING)
    if not kept or not timedelta() <= now - datetime.fromisoformat(kept["at"]) < WAITS_FOR:
        return None
    return Waiting(UUID(kept["account"]), kept["next"])


def _from_the_start() -> HttpResponse:
    return See(reverse("desk_sign_in"))


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The form for a code of the authenticator app; a right one opens the session."""
    now = timezone.localtime()
    waiting = _waiting(request, now)
    if waiting is None:
        return _from_the_start()
    if request.method == "GET":
        return show(request, "desk/code.html")
    try:
        rates.limited(rates.address_of(request.META), "sign-in", per_hour=rates.SIGN_INS_PER_HOUR)
        account = security.pass_second_factor(waiting.account, request.POST.get("code", "")[:40], now=now)
    except Refusal as refusal:
        return show(request, "desk/code.html", status=errors.status_of(refusal), refusal=refusal)
    return _onward(request, account, waiting)


def _onward(request: HttpRequest, account: security.Account, waiting: Waiting) -> HttpResponse:
    if account.one_time:
        request.session[PENDING] = {**request.session[PENDING], "passed": True}
        return See(reverse("sign_in_password"))
    open_session(request, account.pk, account.epoch)
    return See(waiting.onward)


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Setting up an authenticator app; the recovery codes are shown once, then the session is open."""
    now = timezone.localtime()
    waiting = _waiting(request, now)
    if waiting is None:
        return _from_the_start()
    if accounts.factor_step(waiting.account, now=now) is not FactorStep.ENROL:
        return See(reverse("sign_in_password"))
    shown = security.pending_second_factor(waiting.account)
    shown = shown or security.begin_second_factor(waiting.account, now=now)
    if request.method == "GET":
        return _enrol_page(request, shown)
    try:
        rates.limited(rates.address_of(request.META), "sign-in", per_hour=rates.SIGN_INS_PER_HOUR)
        codes = security.confirm_second_factor(waiting.account, request.POST.get("code", "")[:40], now=now)
    except Refusal as refusal:
        return _enrol_page(request, shown, refusal)
    request.session[PENDING] = {**request.session[PENDING], "passed": True}
    return show(request, "desk/recovery.html", codes=codes, onward=reverse("sign_in_password"))


def _enrol_page(
    request: HttpRequest, shown: security.Enrolment, refusal: Refusal | None = None
) -> HttpResponse:
    import segno  # noqa: PLC0415 -- few requests draw a code, and every start would wait for it

    picture = segno.make(shown.address, error="m").svg_data_uri(scale=5, border=3)
    return show(
        request,
        "desk/enrol.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        picture=picture,
        secret=" ".join(shown.secret[n : n + 4] for n in range(0, len(shown.secret), 4)),
    )


@never_cache
@sensitive_post_parameters("old", "password")
@require_http_methods(["GET", "POST"])
def own_password(request: HttpRequest) -> HttpResponse:
    """A password of one's own in place of one that was given; the last step before the session."""
    now = timezone.localtime()
    waiting = _waiting(request, now)
    if waiting is None:
        return _from_the_start()
    step = accounts.factor_step(waiting.account, now=now)
    if step is FactorStep.ENROL:
        return See(reverse("sign_in_enrol"))
    if step is FactorStep.CODE and not request.session[PENDING].get("passed"):
        return See(reverse("sign_in_code"))
    epoch = accounts.settled_epoch(waiting.account)
    if epoch is not None:
        open_session(request, waiting.account, epoch)
        return See(waiting.onward)
    if request.method == "GET":
        return show(request, "desk/own_password.html")
    try:
        epoch = _changed(request, waiting.account, now)
    except Refusal as refusal:
        return show(
            request, "desk/own_password.html", status=errors.status_of(refusal), refusal=refusal,
        )  # fmt: skip
    open_session(request, waiting.account, epoch)
    return See(waiting.onward)


def _changed(request: HttpRequest, account: UUID, now: datetime) -> int:
    rates.limited(rates.address_of(request.META), "sign-in", per_hour=rates.SIGN_INS_PER_HOUR)
    own = Actor(f"account:{account.hex}", "", account_id=account)
    old, new = request.POST.get("old", ""), request.POST.get("password", "")
    return security.change_password(account, old, new, actor=own, now=now)
