"""Duties of the kinds of post in setup."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from gewu.kernel.refusals import Refusal
from gewu.organisation import actions as organising
from gewu.organisation import queries as organisation
from gewu.organisation.actions import DutyDraft
from gewu.organisation.queries import RHYTHMS
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import Choice, either
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

SECTION = "setup_duties"
#: Empty lines for new duties under those there are.
SPARE = 3


@require_http_methods(["GET", "POST"])
@signed_in
def duties(request: HttpRequest) -> HttpResponse:
    """The duties of one kind of post, to be set as a whole."""
    opened(request, SECTION)
    given = request.POST if request.method == "POST" else request.GET
    kinds = organisation.post_kinds()
    kind = given.get("kind", "") if given.get("kind", "") in kinds else next(iter(kinds), "")
    if request.method == "GET" or not kind:
        return _page(request, kind)
    try:
        organising.set_duties(
            kind, _drafts(request), place=settings.COUNTY, actor=actor_of(request), now=timezone.now()
        )
    except Refusal as refusal:
        return _page(request, kind, refusal)
    return See(f"{reverse(SECTION)}?{urlencode({'kind': kind})}")


def _drafts(request: HttpRequest) -> list[DutyDraft]:
    """The lines that say something; an emptied line takes its duty away."""
    lines = zip(
        *(request.POST.getlist(name) for name in ("text_zh", "text_en", "rhythm", "on_day")), strict=False
    )
    return [
        DutyDraft(zh, rhythm, int(day) if day.isdecimal() and len(day) < 4 else None, en)
        for zh, en, rhythm, day in lines
        if zh.strip()
    ]


def _page(request: HttpRequest, kind: str, refusal: Refusal | None = None) -> HttpResponse:
    kept = [(one.text.zh, one.text.en, one.rhythm, one.on_day) for one in organisation.duties_of(kind)]
    typed = (
        [(one.text_zh, one.text_en, one.rhythm, one.on_day) for one in _drafts(request)] if refusal else kept
    )
    return shown(
        request,
        "setup/duties.html",
        SECTION,
        refusal=refusal,
        kind=kind,
        kinds=tuple(
            Choice(one.code, either(one.name_zh, one.name_en)) for one in organisation.post_kinds().values()
        ),
        lines=[*typed, *[("", "", "as_needed", None)] * SPARE],
        rhythms=tuple(Choice(code, label) for code, label in RHYTHMS.items()),  # type: ignore[arg-type]  # the template translates labels
    )
