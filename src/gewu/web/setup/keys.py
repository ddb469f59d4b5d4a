"""The keys by which other systems come in: for the security administrator."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from gewu.kernel.refusals import Refusal
from gewu.security import actions as security
from gewu.security import queries
from gewu.security.queries import KEY_PURPOSES
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import Choice
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

PAGE = "setup_keys"


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of systems; the form issues one, which is shown this once."""
    opened(request, PAGE)
    if request.method == "GET":
        return _page(request)
    purpose, label = request.POST.get("purpose", ""), request.POST.get("label", "")
    try:
        secret = security.issue_key(purpose, label, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal)
    return _page(request, secret=secret)


@require_POST
@signed_in
def withdraw(request: HttpRequest, id: UUID) -> HttpResponse:
    """Void a key at once."""
    opened(request, PAGE)
    security.withdraw_key(id, actor=actor_of(request), now=timezone.now())
    return See(reverse(PAGE))


def _page(request: HttpRequest, refusal: Refusal | None = None, secret: str = "") -> HttpResponse:
    return shown(
        request,
        "setup/keys.html",
        PAGE,
        refusal=refusal,
        secret=secret,
        rows=queries.system_keys(actor_of(request), now=timezone.now()),
        purposes=[
            Choice(name, one.name)  # type: ignore[arg-type]  # a sentence, which the picker translates
            for name, one in KEY_PURPOSES.items()
            if not one.personal
        ],
        typed=forms.typed(request),
    )
