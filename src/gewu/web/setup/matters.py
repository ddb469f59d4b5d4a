"""Setup of matter classes: search, one class with its versions, another limit rehearsed and published."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from gewu.cases import queries as cases
from gewu.catalogue import actions as catalogue_actions
from gewu.catalogue import queries as catalogue
from gewu.kernel.refusals import Refusal
from gewu.kernel.worktime import Unit
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.editions import office_named
from gewu.web.presenting.names import either
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

SECTION = "setup_matters"


@require_GET
@signed_in
def matters(request: HttpRequest) -> HttpResponse:
    """The classes in force, by words, kind and department."""
    opened(request, SECTION)
    wanted = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "group", "department")}
    today = timezone.localdate()
    found = [
        one
        for one in catalogue.search_matters(wanted["q"], today)
        if one.parent_code == wanted["group"] or not wanted["group"]
        if one.department == wanted["department"] or not wanted["department"]
    ]
    return shown(
        request,
        "setup/matters.html",
        SECTION,
        wanted=wanted,
        groups=[(one.code, either(one.name_zh, one.name_en)) for one in catalogue.matters(today)],
        departments=[(code, office_named(code)) for code in catalogue.departments()],
        lines=[(one, either(one.name_zh, one.name_en), office_named(one.department)) for one in found],
    )


@require_http_methods(["GET", "POST"])
@signed_in
def matter(request: HttpRequest, code: str) -> HttpResponse:
    """One class: its criteria, evidence and versions; another limit is rehearsed, then published."""
    opened(request, SECTION)
    if request.method == "GET":
        return _matter(request, code)
    actor, now, place = actor_of(request), timezone.localtime(), settings.COUNTY
    try:
        limit = catalogue.read_limit(request.POST.get("amount", ""), request.POST.get("unit", ""))
        if request.POST.get("do") != "publish":
            found = cases.rehearse_limit(code, limit, place=place, actor=actor, now=now)
            return _matter(request, code, rehearsal=found)
        since, reason = forms.day(request.POST.get("since", ""), "since"), request.POST.get("reason", "")
        catalogue_actions.revise_limit(
            code, limit, since=since, reason=reason, place=place, actor=actor, now=now
        )
    except Refusal as refusal:
        return _matter(request, code, refusal)
    return See(reverse("setup_matter", kwargs={"code": code}))


def _matter(
    request: HttpRequest,
    code: str,
    refusal: Refusal | None = None,
    rehearsal: cases.LimitRehearsal | None = None,
) -> HttpResponse:
    versions = catalogue.matter_versions(code)
    newest = versions[0].matter
    return shown(
        request,
        "setup/matter.html",
        SECTION,
        refusal=refusal,
        code=code,
        name=either(newest.name_zh, newest.name_en),
        department=office_named(newest.department),
        versions=versions,
        evidence=[cases.EVIDENCE_WORDS.get(one, one) for one in newest.evidence],
        criteria=[
            (
                one.seq,
                either(one.filing_zh, one.filing_en),
                one.limit.words,
                either(one.closing_zh, one.closing_en),
            )
            for one in newest.criteria
        ],
        units=[(one.value, one.label) for one in Unit],
        rehearsal=rehearsal,
        typed=request.POST,
        tomorrow=(timezone.localdate() + timedelta(days=1)).isoformat(),
    )
