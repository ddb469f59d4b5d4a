"""The panels of the community console in setup."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gewu.insight import actions, queries
from gewu.insight.actions import PanelDraft
from gewu.kernel.refusals import Refusal
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import Choice
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

SECTION = "setup_consoles"
#: Empty lines for new panels under those there are.
SPARE = 2


@require_http_methods(["GET", "POST"])
@signed_in
def consoles(request: HttpRequest) -> HttpResponse:
    """The panels of the community console, to be set as a whole."""
    opened(request, SECTION)
    if request.method == "GET":
        return _page(request)
    drafts = _drafts(request)
    try:
        actions.set_panels(
            queries.COMMUNITY, drafts, place=settings.COUNTY, actor=actor_of(request), now=timezone.now()
        )
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse(SECTION))


def _drafts(request: HttpRequest) -> list[PanelDraft]:
    """The lines that have a title; an emptied one takes its panel away."""
    names = ("title_zh", "title_en", "source", "matter", "audience")
    lines = zip(*(request.POST.getlist(name) for name in names), strict=False)
    return [
        PanelDraft(zh, source, en, matter, audience)
        for zh, en, source, matter, audience in lines
        if zh.strip()
    ]


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    kept = [
        PanelDraft(one.title.zh, one.source, one.title.en, one.matter, one.audience)
        for one in queries.panels()
    ]
    typed = _drafts(request) if refusal else kept
    return shown(
        request,
        "setup/consoles.html",
        SECTION,
        refusal=refusal,
        lines=[*typed, *[PanelDraft("", "cases")] * SPARE],
        sources=tuple(Choice(code, one.label) for code, one in queries.SOURCES.items()),  # type: ignore[arg-type]  # the template translates labels
    )
