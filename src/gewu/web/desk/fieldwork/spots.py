"""Spots: their facts and history, and edits of the same fact that a person has to decide."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.fieldwork import actions, queries
from gewu.infra.wording import translated
from gewu.kernel.refusals import Refusal
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.desk.fieldwork.tasks import opened
from gewu.web.pages import show
from gewu.web.presenting import fieldwork as named
from gewu.web.presenting.names import Choice, places_named, whereabouts
from gewu.web.presenting.shell import actor_of


@require_GET
@signed_in
def spots(request: HttpRequest) -> HttpResponse:
    """The spots in one's scope by place, the newest first, and how many edits wait for a decision."""
    actor, place = opened(request), request.GET.get("place", "").strip()
    page = queries.spots_listed(actor, place=place, after=request.GET.get("after", ""))
    names = places_named({one.place for one in page.rows})
    return show(
        request,
        "desk/field_spots.html",
        page=page,
        first="after" not in request.GET,
        place=place,
        places=named.where_choices(actor, "fieldwork.read"),
        rows=[(one, whereabouts(names, one.place)) for one in page.rows],
        waiting=len(queries.conflicts(actor, size=30).rows),
    )


@require_http_methods(["GET", "POST"])
@signed_in
def spot(request: HttpRequest, id: UUID) -> HttpResponse:
    """One spot: its facts to put right, every version with who made it so, and what waits for a decision."""
    opened(request)
    if request.method == "GET":
        return _spot(request, id)
    try:
        made = _correct(request, id)
    except Refusal as refusal:
        return _spot(request, id, refusal)
    return See(reverse("field_conflicts") if made.conflict else reverse("field_spot", kwargs={"id": id}))


def _correct(request: HttpRequest, id: UUID) -> actions.Corrected:
    """What is not as the form had it; the rest is left to whoever changes it meanwhile."""
    actor, post = actor_of(request), request.POST
    spot = queries.spot_page(actor, id).line.id
    facts = {name: post.get(name, "").strip() for name in queries.FACTS}
    values = {name: text for name, text in facts.items() if text != post.get(f"was_{name}", "")}
    edit = actions.SpotEdit(spot, uuid4(), forms.version(request), values)
    return actions.correct_spot(edit, key=uuid4(), actor=actor, now=timezone.localtime())


def _spot(request: HttpRequest, id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    actor = actor_of(request)
    page = queries.spot_page(actor, id)
    stands = {name: getattr(page.line, name) for name in queries.FACTS}
    place = places_named({page.line.place})
    return show(
        request,
        "desk/field_spot.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        page=page,
        where=whereabouts(place, page.line.place),
        facts=queries.FACTS,
        kinds=[Choice(code, translated(text)) for code, text in queries.SPOT_KINDS.items()],
        kind_names=queries.SPOT_KINDS,
        typed=forms.typed(request) if refusal else stands,
        stands=stands,
        conflicts=queries.conflicts(actor, spot=id).rows,
    )


@require_GET
@signed_in
def conflicts(request: HttpRequest) -> HttpResponse:
    """Edits that clashed: what it was, what each made of it, and a choice for every fact."""
    return _conflicts(request)


def _conflicts(
    request: HttpRequest, refusal: Refusal | None = None, about: UUID | None = None
) -> HttpResponse:
    actor = opened(request)
    page = queries.conflicts(actor, after=request.GET.get("after", ""), size=20)
    places = places_named({one.spot.place for one in page.rows})
    return show(
        request,
        "desk/field_conflicts.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        about=about,
        page=page,
        first="after" not in request.GET,
        rows=[(one, whereabouts(places, one.spot.place)) for one in page.rows],
        facts=queries.FACTS,
        kind_names=queries.SPOT_KINDS,
    )


@require_POST
@signed_in
def decide(request: HttpRequest, id: UUID) -> HttpResponse:
    """Decide one edit; each fact that both changed has a choice."""
    actor = opened(request)
    choice = {name: request.POST[name] for name in queries.FACTS if request.POST.get(name)}
    try:
        version = forms.version(request)
        actions.decide_spot(id, choice, version=version, actor=actor, now=timezone.localtime())
    except Refusal as refusal:
        return _conflicts(request, refusal, id)
    return See(reverse("field_conflicts"))
