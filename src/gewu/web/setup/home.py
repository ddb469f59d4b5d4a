"""The first page of setup, and what every page of setup shares."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.catalogue import queries as catalogue
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.web import errors
from gewu.web.accounts import signed_in
from gewu.web.pages import show
from gewu.web.presenting.shell import actor_of, notes_of
from gewu.web.setup import sections


def shown(
    request: HttpRequest, template: str, section: str, *, refusal: Refusal | None = None, **context: Any
) -> HttpResponse:
    """A page of one part of setup, beside the list of parts this reader may open."""
    return show(
        request,
        template,
        status=errors.status_of(refusal),
        refusal=refusal,
        rail=sections.grouped(sections.shown_to(actor_of(request))),
        section=section,
        notices=() if section == "setup_calendar" else notes_of(request),
        **context,
    )


def opened(request: HttpRequest, section: str) -> None:
    """Refuse whoever holds none of the rights that open this part."""
    if section not in {one.page for one in sections.shown_to(actor_of(request))}:
        raise Refusal(say("这一页由管理员使用，您没有此权限"), Kind.FORBIDDEN)


@require_GET
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The parts of setup with a line on each."""
    if not sections.shown_to(actor_of(request)):
        raise Refusal(say("这一页由管理员使用，您没有此权限"), Kind.FORBIDDEN)
    return shown(request, "setup/home.html", "")


@require_GET
@signed_in
def calendar(request: HttpRequest) -> HttpResponse:
    """Which years have their notice of days off, and the days of one year."""
    opened(request, "setup_calendar")
    today = timezone.localdate()
    years = catalogue.calendar_years()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdigit() and int(asked) in years else min(today.year, max(years, default=0))
    return shown(
        request,
        "setup/calendar.html",
        "setup_calendar",
        years=years,
        year=year,
        days=catalogue.days_of(year),
        missing=catalogue.missing_calendar_years(today),
    )
