"""Clues from data: what waits for a look, what was seen, and how often each comparison was wrong."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import queries
from gewu.infra import listing
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.desk.rounds import around
from gewu.web.presenting.names import Choice, called, matter_choices, place_choices


@require_http_methods(["GET", "POST"])
@signed_in
def clues(request: HttpRequest) -> HttpResponse:
    """The clues in one's places; whoever compares data raises new ones here."""
    asked = around.asked(request, *around.ANY)
    refusal = None
    if request.method == "POST":
        try:
            given = {
                name: request.POST.get(name, "").strip() for name in ("rule", "place", "text", "address")
            }
            made = fieldwork.raise_clue(**given, actor=asked.actor, now=asked.now)
            return See(reverse("desk_clue", kwargs={"id": made.pk}))
        except Refusal as said:
            refusal = said
    state = request.GET.get("state", listing.OPEN)[:10]
    page = queries.clues(asked.actor, state, after=asked.after, now=asked.now)
    tallies = queries.tallies(asked.actor, now=asked.now)
    return around.page(
        request, "clues.html", "clues", refusal, state=state, rows=page.rows, after=page.after,
        first=not asked.after, named=around.where(one.place for one in page.rows), tallies=tallies,
        may_raise=asked.actor.holds(around.RAISE),
        rules=[Choice(one.code, called(one.name), one.compares) for one in tallies],
        places=place_choices(asked.home, Level.GRID) if asked.actor.holds(around.RAISE) else (),
    )  # fmt: skip


@require_GET
@signed_in
def clue(request: HttpRequest, id: UUID) -> HttpResponse:
    """One clue, and for whoever works there the form of what was seen."""
    return _page(request, id)


@require_POST
@signed_in
def conclude(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Say what was seen on the spot."""
    asked = around.asked(request, around.DO)
    try:
        queries.clue(asked.actor, id, now=asked.now)
        fieldwork.conclude(
            id, event, finding=request.POST.get("finding", ""), at=around.here(request),
            matter=request.POST.get("matter", ""), version=forms.version(request), actor=asked.actor,
            now=asked.now,
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, id, refusal)
    return See(reverse("desk_clue", kwargs={"id": id}))


def _page(request: HttpRequest, id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    asked = around.asked(request, *around.ANY)
    found = queries.clue(asked.actor, id, now=asked.now)
    return around.page(
        request, "clue.html", "clues", refusal, clue=found, rule=called(found.rule),
        place=around.where([found.place])[found.place], matters=matter_choices(asked.now.date()),
    )  # fmt: skip
