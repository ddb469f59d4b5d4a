"""Samples of statements and findings: drawn by a seed that everyone can read, looked at again by others."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import queries
from gewu.fieldwork.actions import DrawDraft
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.desk.rounds import around
from gewu.web.desk.rounds.around import Asked
from gewu.web.presenting.names import called, matter_choices, place_choices


@require_http_methods(["GET", "POST"])
@signed_in
def samples(request: HttpRequest) -> HttpResponse:
    """What waits to be looked at again, and the samples; whoever supervises draws new ones here."""
    asked = around.asked(request, around.READ, around.DO, around.SAMPLE)
    refusal = None
    if request.method == "POST":
        try:
            made = fieldwork.draw(_draft(request), actor=asked.actor, now=asked.now)
            return See(reverse("desk_sample", kwargs={"id": made.pk}))
        except Refusal as said:
            refusal = said
    page = queries.draws(asked.actor, after=asked.after)
    waiting = queries.to_look_at(asked.actor, now=asked.now)
    today = asked.now.date()
    named = around.where([*(one.place for one in page.rows), *(one.place for one in waiting)])
    may_draw = asked.actor.holds(around.SAMPLE)
    return around.page(
        request, "samples.html", "samples", refusal, rows=page.rows, after=page.after, first=not asked.after,
        waiting=waiting, named=named, may_draw=may_draw, since=today - timedelta(days=30), until=today,
        places=place_choices(asked.home, Level.STREET, Level.COMMUNITY) if may_draw else (), home=asked.home,
    )  # fmt: skip


def _draft(request: HttpRequest) -> DrawDraft:
    percent = request.POST.get("percent", "").strip()
    if not (percent.isascii() and percent.isdigit() and len(percent) < 4):
        raise Refusal(say("抽查比例在 1 到 100 之间"), field="percent")
    return DrawDraft(
        of=request.POST.get("of", ""),
        place=request.POST.get("place", ""),
        since=forms.day(request.POST.get("since", ""), "since"),
        until=forms.day(request.POST.get("until", ""), "until"),
        percent=int(percent),
    )


@require_GET
@signed_in
def sample(request: HttpRequest, id: UUID) -> HttpResponse:
    """One sample with its seed and everything that it drew."""
    asked = around.asked(request, around.READ, around.SAMPLE)
    return _page(request, asked, id)


@require_POST
@signed_in
def look(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Say what was seen when looking again."""
    asked = around.asked(request, around.DO)
    try:
        fieldwork.look_again(
            id, event, finding=request.POST.get("finding", ""), at=around.here(request),
            matter=request.POST.get("matter", ""), version=forms.version(request), actor=asked.actor,
            now=asked.now,
        )  # fmt: skip
    except Refusal as refusal:
        return _item(request, asked, id, refusal)
    return See(reverse("desk_samples"))


@require_GET
@signed_in
def item(request: HttpRequest, id: UUID) -> HttpResponse:
    """One thing to look at again, for whoever works there."""
    return _item(request, around.asked(request, around.DO), id)


def _item(request: HttpRequest, asked: Asked, id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    found = queries.drawn(asked.actor, id)
    return around.page(
        request, "sample_item.html", "samples", refusal, item=found,
        place=around.where([found.place])[found.place], matter=called(found.matter) if found.matter else "",
        matters=matter_choices(asked.now.date()),
    )  # fmt: skip


def _page(request: HttpRequest, asked: Asked, id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    found = queries.draw_page(asked.actor, id, now=asked.now)
    named = around.where([found.line.place, *(one.place for one in found.items)])
    return around.page(
        request, "sample.html", "samples", refusal, line=found.line, items=found.items, named=named
    )
