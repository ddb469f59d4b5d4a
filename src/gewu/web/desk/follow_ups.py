"""Follow-up of closed cases: who waits to be asked, one question with its form, and the rates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.insight import queries as insight
from gewu.intake import queries as reports
from gewu.kernel.places import Level, level_of
from gewu.kernel.refusals import Refusal
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.pages import show
from gewu.web.presenting.names import matter_choices, matters_named, place_choices, places_named
from gewu.web.presenting.opinions import FEWEST_ANSWERS, follow_up_rows, parts, percent
from gewu.web.presenting.parts import steps_of
from gewu.web.presenting.shell import actor_of

#: What comes below each level in the table by place.
_BELOW = {Level.CITY: Level.COUNTY, Level.COUNTY: Level.STREET, Level.STREET: Level.COMMUNITY}


@dataclass(frozen=True)
class Filters:
    """What the reader asked for, as it stands in the address."""

    place: str = ""
    matter: str = ""
    way: str = ""
    since: str = ""
    until: str = ""

    @staticmethod
    def asked(request: HttpRequest) -> Filters:
        names = Filters.__dataclass_fields__
        return Filters(**{name: request.GET.get(name, "").strip()[:40] for name in names})

    def of_answers(self) -> queries.Asked:
        last = _midnight(self.until, "until")
        until = last + timedelta(days=1) if last else None
        return queries.Asked(self.place, self.matter, self.way, _midnight(self.since, "since"), until)


def _midnight(text: str, name: str) -> datetime | None:
    return timezone.make_aware(datetime.combine(forms.day(text, name), time())) if text else None


@require_GET
@signed_in
def follow_ups(request: HttpRequest) -> HttpResponse:
    """The follow-ups in a state: first those that wait, by their limit."""
    actor, now, filters = actor_of(request), timezone.localtime(), Filters.asked(request)
    state = request.GET.get("state", "waiting")[:20]
    page = queries.follow_ups(actor, state, filters.of_answers(), after=request.GET.get("after", ""))
    return show(
        request,
        "desk/follow_ups.html",
        tabs=queries.follow_up_counters(actor, now=now),
        state=state,
        filters=filters,
        rows=follow_up_rows(page.rows, now.date()),
        after=page.after,
        first=not request.GET.get("after"),
    )


@require_GET
@signed_in
def follow_up(request: HttpRequest, id: UUID) -> HttpResponse:
    """One follow-up: the case in short, and the form of the answer."""
    return _page(request, id)


@require_POST
@signed_in
def step(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Record an answer, a call in vain, or that nobody can be reached."""
    actor, now = actor_of(request), timezone.localtime()
    queries.follow_up(actor, id, now=now)
    try:
        given = {**forms.step_given(request), **forms.opinion(request)}
        cases.take_follow_up(id, event, actor=actor, now=now, version=forms.version(request), **given)
    except Refusal as refusal:
        return _page(request, id, event, refusal)
    return See(reverse("desk_follow_ups"))


def _page(request: HttpRequest, id: UUID, taken: str = "", refusal: Refusal | None = None) -> HttpResponse:
    actor, now = actor_of(request), timezone.localtime()
    found = queries.follow_up(actor, id, now=now)
    [line] = follow_up_rows([found.line], now.date())
    return show(
        request,
        "desk/follow_up.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        taken=taken,
        line=line,
        found=found,
        steps=steps_of(found.steps, typed=forms.typed(request), taken=taken),
    )


@require_GET
@signed_in
def satisfaction(request: HttpRequest) -> HttpResponse:
    """The rates of a place and a time with what they rest on, and the time to the first reply."""
    actor, now, filters = actor_of(request), timezone.localtime(), Filters.asked(request)
    home = insight.home_of(actor) or settings.COUNTY
    asked = replace(filters, place=filters.place or home).of_answers()
    level = level_of(asked.place)
    found = queries.satisfaction(actor, asked, digits=_BELOW.get(level, level).digits)
    names = places_named(one.key for one in found.by_place)
    return show(
        request,
        "desk/satisfaction.html",
        filters=filters,
        solved=percent(found.whole.solved),
        satisfied=percent(found.whole.satisfied),
        questions=(queries.SOLVED_QUESTION, queries.SATISFIED_QUESTION),
        by_place=parts(found.by_place, {code: one.name for code, one in names.items()}),
        by_matter=parts(found.by_matter, matters_named(now.date())),
        by_way=parts(found.by_way, queries.WAYS),
        replies=reports.first_replies(actor, asked.place, now=now, since=asked.since, until=asked.until),
        fewest=FEWEST_ANSWERS,
        may_list=actor.holds("cases.follow_up"),
        places=place_choices(home, Level.STREET, Level.COMMUNITY),
        matters=matter_choices(now.date(), headers=True),
    )
