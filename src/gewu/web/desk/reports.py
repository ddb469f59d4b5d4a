"""The page of a report and its steps."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.cases import queries as cases
from gewu.infra import switches
from gewu.intake import actions as intake
from gewu.intake import queries as reports
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.security.actors import Actor
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.pages import followed, show
from gewu.web.presenting.lists import Near, near_lines
from gewu.web.presenting.names import Choice, matter_choices, place_choices, unit_choices
from gewu.web.presenting.parts import map_of, steps_of
from gewu.web.presenting.proposals import likely_matter, proposals_of
from gewu.web.presenting.records import report_page
from gewu.web.presenting.referrals import referral_cards
from gewu.web.presenting.shell import actor_of, notes_of, undelivered_to

#: With fewer alike cases than this to join, the newest of the community can be chosen too.
FEW = 3


@require_GET
@signed_in
@followed
def report(request: HttpRequest, id: UUID) -> HttpResponse:
    """A report with what may be done about it."""
    return _page(request, id)


@require_POST
@signed_in
def step(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Take a step of a report; an accepted one goes on as its case."""
    actor, now = actor_of(request), timezone.localtime()
    reports.page(actor, id, now=now)  # a report out of scope is refused as if it did not exist
    try:
        brought = forms.finding(request, actor, now) if event == "record_finding" else {}
        given = {**forms.step_given(request), **brought}
        taken = intake.take(id, event, actor=actor, now=now, version=forms.version(request), **given)
    except Refusal as refusal:
        return _page(request, id, event, refusal)
    if taken.case:
        return See(reverse("desk_case", kwargs={"number": taken.case.number}))
    return See(reverse("desk_report", kwargs={"id": id}))


def _page(request: HttpRequest, id: UUID, taken: str = "", refusal: Refusal | None = None) -> HttpResponse:
    actor, now = actor_of(request), timezone.localtime()
    found = reports.page(actor, id, now=now)
    shown = report_page(found)
    proposed = reports.suggestions_of(id) if found.line.open else {}
    looks = found.line.open and switches.is_on("suggest.duplicates")
    near = near_lines(reports.near(actor, id, now=now) if looks else (), now.date())
    guessed = {"matter": found.line.matter or likely_matter(proposed), "place": shown.grid_code}
    return show(
        request,
        "desk/report.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        live=True,
        taken=taken,
        report=shown,
        referrals=referral_cards(cases.of_report(actor, id, now=now)),
        notices=(*notes_of(request), *undelivered_to([id])),
        steps=steps_of(found.steps, typed=forms.typed(request), taken=taken, prefilled=guessed),
        choices=_choices(found, near, actor) if found.steps else {},
        near=near,
        looks_near=looks or not found.line.open,
        proposals=proposals_of(proposed, now.date(), numbers=[one.number for one in near]),
        map=map_of(found.line.place, found.lon, found.lat),
        back=forms.list_behind(request),
    )


def _choices(
    found: reports.ReportPage, near: tuple[Near, ...], actor: Actor
) -> dict[str, tuple[Choice, ...]]:
    """Grids of the street where the place is known that far, else of the county; what is alike first."""
    cases = [Choice(one.number, f"{one.number} {one.matter}", one.text) for one in near if one.kind == "case"]
    known = {one.value for one in cases}
    others = reports.here_open(actor, found.line.place) if len(known) < FEW else ()
    cases += [Choice(one.number, f"{one.number} {one.title}") for one in others if one.number not in known]
    street = found.line.place[: Level.STREET.digits]
    return {
        "matter": matter_choices(timezone.localdate()),
        "place": place_choices(street, Level.GRID),
        "case": tuple(cases),
        "about": unit_choices(),
    }
