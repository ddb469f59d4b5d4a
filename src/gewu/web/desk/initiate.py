"""An enforcement team opens a case of its own accord, within its list of powers."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from gewu.cases import actions as cases
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.organisation.queries import UnitFacts
from gewu.security.actors import Actor
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.pages import show
from gewu.web.presenting.names import matter_choices, place_choices
from gewu.web.presenting.shell import actor_of


@require_http_methods(["GET", "POST"])
@signed_in
def initiate(request: HttpRequest) -> HttpResponse:
    """The form with the matters of the team's list; a refusal cites the list."""
    actor, now = actor_of(request), timezone.localtime()
    team = _team(actor)
    if request.method == "GET":
        return _form(request, team, now)
    try:
        case = cases.initiate(_new(request, actor, now), team.code, actor=actor, now=now)
    except Refusal as refusal:
        return _form(request, team, now, refusal)
    return See(reverse("desk_case", kwargs={"number": case.number}))


def _team(actor: Actor) -> UnitFacts:
    paths = [one.unit_path for one in actor.scopes(cases.INITIATE) if one.unit_path]
    if not paths:
        raise Refusal(say("您没有自行立案的权限"), Kind.FORBIDDEN)
    return organisation.open_unit(paths[0].rstrip("/").rpartition("/")[2])


def _new(request: HttpRequest, actor: Actor, now: datetime) -> cases.NewCase:
    given = {name: request.POST.get(name, "").strip() for name in ("text", "address", "matter", "place")}
    if len(given["text"]) < 4:
        raise Refusal(say("请写明发现的情况"), field="text")
    photos = forms.new_photos(request, 0, actor=actor, now=now)
    return cases.NewCase(
        given["matter"],
        given["place"],
        given["text"],
        cases.INITIATED_ORIGIN,
        now,
        address=given["address"],
        photos=photos,
    )


def _form(
    request: HttpRequest, team: UnitFacts, now: datetime, refusal: Refusal | None = None
) -> HttpResponse:
    today = now.date()
    lists = [one for one in organisation.powers_of(team.id) if one.holds_on(today)]
    listed = tuple(code for one in lists for code in one.matters)
    return show(
        request,
        "desk/initiate.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        typed=forms.typed(request),
        team=team,
        lists=lists,
        matters=tuple(one for one in matter_choices(today) if one.value.startswith(listed)),
        places=place_choices(team.place, Level.GRID),
    )
