"""Taking down what comes by telephone, at a counter or by letter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from gewu.infra import switches
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.pages import show
from gewu.web.presenting.lists import near_lines, report_lines
from gewu.web.presenting.names import matter_choices, origin_choices, place_choices
from gewu.web.presenting.parts import map_of
from gewu.web.presenting.proposals import presented
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
    _require_screener(actor_of(request))
    if request.method == "GET":
        return _form(request, forms.Draft(origin="phone"))
    draft, photos = forms.Draft.typed(request), forms.kept(request)
    try:
        photos += forms.new_photos(request, len(photos), actor=actor_of(request), now=timezone.localtime())
        request.session[LAST] = _take_down(request, draft, photos)
    except Refusal as refusal:
        return _form(request, draft, refusal, photos)
    return See(reverse("desk_new_report"))


@require_POST
@signed_in
def hints(request: HttpRequest) -> HttpResponse:
    """Beside a form that is being filled in: likely classes, what is like it close by, earlier calls.

    The number comes in the body and never in an address, so that no log keeps it.
    """
    actor, now, draft = actor_of(request), timezone.localtime(), forms.Draft.typed(request)
    _require_screener(actor)
    text = draft.text[: reports.LONGEST_TEXT]
    spot = reports.spot_of(
        text,
        address=draft.address[:200],
        place=draft.place[:17],
        lon=forms.degrees(draft.lon, "lon"),
        lat=forms.degrees(draft.lat, "lat"),
        matter=draft.matter,
    )
    looks = text and switches.is_on("suggest.duplicates")
    earlier = reports.earlier(actor, draft.contact_phone[:30])
    return show(
        request,
        "desk/hints.html",
        proposals=presented(reports.matters_for(text, on=now.date()), now.date()),
        near=near_lines(reports.near_spot(actor, spot, now=now) if looks else (), now.date()),
        earlier=report_lines(earlier.lines, now.date()),
        earlier_count=earlier.count,
    )


def _require_screener(actor: Actor) -> None:
    if not actor.holds("reports.screen"):
        raise Refusal(say("来电登记由受理员办理，您没有此权限"), Kind.FORBIDDEN)


def _take_down(request: HttpRequest, draft: forms.Draft, photos: tuple[str, ...]) -> list[str]:
    if draft.origin not in {one.value for one in origin_choices(staffed=True)}:
        raise Refusal(say("请选择来源"), field="origin")
    given = draft.report(draft.origin, photos)
    if written := request.POST.get("written_on", "").strip():
        # The day on which a letter came in, from its morning on: its clock began then.
        came = datetime.combine(forms.day(written, "written_on"), time(9))
        given = replace(given, received_at=timezone.make_aware(came))
    received = intake.receive(
        given,
        actor=actor_of(request),
        now=timezone.localtime(),
        key=request.POST.get("key", "")[:80],
    )
    return [received.progress_code, received.case.number if received.case else ""]


def _form(
    request: HttpRequest,
    draft: forms.Draft,
    refusal: Refusal | None = None,
    photos: tuple[str, ...] = (),
) -> HttpResponse:
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
        kept=forms.kept_token(photos),
        kept_photos=len(photos),
        most_photos=reports.MOST_PHOTOS - len(photos),
        written_on=request.POST.get("written_on", "")[:10],
        map=map_of(settings.COUNTY),
        last=Receipt(*last) if last else None,
    )
