"""Reporting by service: a form drawn from the definition that outside systems read, and from nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from gewu.infra import rates
from gewu.infra.wording import translated
from gewu.intake import actions as intake
from gewu.intake import queries
from gewu.intake.queries import Numbering, Service
from gewu.kernel.refusals import Refusal
from gewu.security.actors import ANONYMOUS
from gewu.web import errors, forms
from gewu.web.accounts import See
from gewu.web.pages import show
from gewu.web.portal import LIMITS
from gewu.web.presenting.parts import map_of
from gewu.web.residents import keep_new

_ANSWER = re.compile(r"attribute\[([^\[\]]{1,60})\]")


@require_GET
def services(request: HttpRequest) -> HttpResponse:
    """Everything that may be reported, under its groups."""
    listed = queries.services(timezone.localdate())
    groups = [(name, list(some)) for name, some in groupby(listed, key=lambda one: one.group)]
    return show(request, "portal/services.html", groups=groups)


@require_http_methods(["GET", "POST"])
def service(request: HttpRequest, code: str) -> HttpResponse:
    """The form of one service, and what it brings."""
    found = queries.service(code, timezone.localdate())
    draft = forms.Draft.typed(request)
    if request.method == "GET":
        return _form(request, found, draft, {})
    answers, photos = _answers(request, found), forms.kept(request)
    now = timezone.localtime()
    try:
        rates.limited(rates.address_of(request.META), "reports", per_hour=settings.REPORTS_PER_HOUR)
        photos += forms.new_photos(request, len(photos), actor=ANONYMOUS, now=now)
        given = draft.report("web", photos, language=get_language() or "zh-hans")
        words = given.text or translated(found.name)
        given = replace(given, text=words, matter=found.code, answers=answers)
        key = request.POST.get("key", "")[:80]
        report = intake.receive(given, actor=ANONYMOUS, now=now, key=key)
    except Refusal as refusal:
        return _form(request, found, draft, answers, refusal, photos)
    keep_new(request, report.progress_code)
    return See(reverse("portal_receipt", kwargs={"code": report.progress_code}))


def _answers(request: HttpRequest, found: Service) -> dict[str, tuple[str, ...]]:
    """What was answered; a time is one on the wall clock of the place."""
    moments = {one.code for one in found.questions if one.datatype == "datetime"}
    answers: dict[str, tuple[str, ...]] = {}
    for name, values in request.POST.lists():
        match = _ANSWER.fullmatch(name)
        if match:
            read = _zoned if match[1] in moments else str
            answers[match[1]] = tuple(read(str(value)) for value in values if value)
    return answers


def _zoned(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text  # refused behind the door, in its words
    return timezone.make_aware(moment).isoformat() if moment.tzinfo is None else text


def _form(
    request: HttpRequest,
    found: Service,
    draft: forms.Draft,
    answers: Mapping[str, tuple[str, ...]],
    refusal: Refusal | None = None,
    photos: tuple[str, ...] = (),
) -> HttpResponse:
    local = {code: tuple(value[:16] for value in values) for code, values in answers.items()}
    moments = {one.code for one in found.questions if one.datatype == "datetime"}
    return show(
        request,
        "portal/service.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        service=found,
        private=found.numbering is Numbering.BLACKBOX,
        answers={code: local[code] if code in moments else values for code, values in answers.items()},
        draft=draft,
        key=forms.new_key(),
        limits=LIMITS,
        kept=forms.kept_token(photos),
        kept_photos=len(photos),
        map=map_of(settings.COUNTY),
    )
