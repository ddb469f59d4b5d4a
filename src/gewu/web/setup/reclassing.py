"""Past matters classified again: begun here, the drawn sample looked at here, its figures shown here."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gewu.insight import actions
from gewu.insight import queries as insight
from gewu.kernel.refusals import Refusal
from gewu.kernel.shares import FEWEST, Rate
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import matter_choices, matters_named
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

PAGE = "setup_reclassing"


@require_http_methods(["GET", "POST"])
@signed_in
def reclassing(request: HttpRequest) -> HttpResponse:
    """The runs with their figures, and the form that begins one."""
    opened(request, PAGE)
    if request.method == "GET":
        return _page(request)
    given = request.POST
    try:
        made = actions.reclassify(
            given.get("place", "").strip(),
            forms.day(given.get("begins", ""), "begins"),
            forms.day(given.get("ends", ""), "ends"),
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse("setup_reclassed", args=[made.pk]))


@require_http_methods(["GET", "POST"])
@signed_in
def reclassed(request: HttpRequest, id: UUID) -> HttpResponse:
    """The drawn sample of one run, each with the class that a person finds right."""
    opened(request, PAGE)
    refusal = None
    if request.method == "POST":
        try:
            number, found = (request.POST.get(name, "") for name in ("number", "found"))
            actions.review(id, number, found, actor=actor_of(request), now=timezone.now())
            return See(reverse("setup_reclassed", args=[id]))
        except Refusal as refused:
            refusal = refused
    return _page(request, refusal, id)


def _page(request: HttpRequest, refusal: Refusal | None = None, id: UUID | None = None) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    return shown(
        request,
        "setup/reclassing.html",
        PAGE,
        refusal=refusal,
        runs=[one for one in insight.reclassings(actor) if id in (None, one.id)],
        drawn=insight.drawn_of(actor, id) if id else (),
        id=id,
        names=matters_named(today),
        matters=matter_choices(today),
        typed=forms.typed(request),
        fewest=FEWEST,
        right=_right,
    )


def _right(one: Rate) -> str:
    """A share with its interval; empty below the fewest."""
    if one.share is None or one.low is None or one.high is None:
        return ""
    return f"{one.share:.0%} ({one.low:.0%}–{one.high:.0%})"
