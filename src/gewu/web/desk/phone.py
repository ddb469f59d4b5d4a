"""Taking down what comes by telephone, at a counter or by letter."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gewu.intake import actions as intake
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.pages import show
from gewu.web.presenting.names import matter_choices, origin_choices, place_choices
from gewu.web.presenting.parts import map_of
from gewu.web.presenting.shell import actor_of

#: The key of the session under which the receipt waits for the page that reads it out.
LAST = "last_report"


@dataclass(frozen=True)
class Receipt:
    """What is read out to the caller."""

    code: str
    number: str


@require_http_methods(["GET", "POST"])
@signed_in
def new_report(request: HttpRequest) -> HttpResponse:
    """The form of the telephone desk; after each report the next one, with the code of the last."""
    if not actor_of(request).holds("reports.screen"):
        raise Refusal(say("来电登记由受理员办理，您没有此权限"), Kind.FORBIDDEN)
    if request.method == "GET":
        return _form(request, forms.Draft(origin="phone"))
    draft = forms.Draft.typed(request)
    try:
        request.session[LAST] = _take_down(request, draft)
    except Refusal as refusal:
        return _form(request, draft, refusal)
    return See(reverse("desk_new_report"))


def _take_down(request: HttpRequest, draft: forms.Draft) -> list[str]:
    if draft.origin not in {one.value for one in origin_choices(staffed=True)}:
        raise Refusal(say("请选择来源"), field="origin")
    received = intake.receive(
        draft.report(draft.origin),
        actor=actor_of(request),
        now=timezone.localtime(),
        key=request.POST.get("key", "")[:80],
    )
    return [received.progress_code, received.case.number if received.case else ""]


def _form(request: HttpRequest, draft: forms.Draft, refusal: Refusal | None = None) -> HttpResponse:
    last = request.session.pop(LAST, None) if request.method == "GET" and LAST in request.session else None
    return show(
        request,
        "desk/new_report.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        draft=draft,
        origins=origin_choices(staffed=True),
        matters=matter_choices(timezone.localdate()),
        places=place_choices(settings.COUNTY, Level.GRID),
        key=forms.new_key(),
        map=map_of(settings.COUNTY),
        last=Receipt(*last) if last else None,
    )
