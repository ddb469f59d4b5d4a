"""The page of a case, its steps and those of the units that assist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.insight import queries as insight
from gewu.intake import queries as reports
from gewu.kernel.refusals import Kind, Refusal
from gewu.security.actors import Actor
from gewu.sensing import queries as sensing
from gewu.web import errors, forms
from gewu.web.accounts import See, outside_too, signed_in
from gewu.web.pages import followed, show
from gewu.web.presenting.history import history
from gewu.web.presenting.names import Choice, tag_choices, unit_choices
from gewu.web.presenting.parties import whistle_cards
from gewu.web.presenting.parts import (
    AnswerChoice,
    answer_choices,
    evidence_fields,
    map_of,
    past_choices,
    steps_of,
)
from gewu.web.presenting.records import case_page
from gewu.web.presenting.referrals import referral_cards, referral_choices
from gewu.web.presenting.sensing import alarm_rows
from gewu.web.presenting.shell import actor_of, notes_of, undelivered_to
from gewu.web.presenting.steps import grouped

Take = Callable[[Actor, datetime], object]


@require_GET
@signed_in
@followed
@outside_too
def case(request: HttpRequest, number: str) -> HttpResponse:
    """A case with its clocks, its owner and why, its evidence, its timeline and the steps open to me."""
    return _page(request, number)


@require_POST
@signed_in
@outside_too
def step(request: HttpRequest, number: str, event: str) -> HttpResponse:
    """Take a step of a case."""

    def take(actor: Actor, now: datetime) -> object:
        given = {**forms.step_given(request), "evidence": forms.evidence(request, actor, now)}
        return cases.take(number, event, actor=actor, now=now, version=forms.version(request), **given)

    return taken(request, number, event, take)


@require_POST
@signed_in
def assist(request: HttpRequest, number: str) -> HttpResponse:
    """Call another unit to assist."""
    given = forms.step_given(request)

    def call(actor: Actor, now: datetime) -> object:
        unit, task = given.get("unit", ""), given.get("reason", "")
        return cases.call_assist(number, unit, actor=actor, now=now, task=task)

    return taken(request, number, "assist", call)


@require_POST
@signed_in
def assignment_step(request: HttpRequest, number: str, assignment: UUID, event: str) -> HttpResponse:
    """Take a step of one unit's assignment."""

    def take(actor: Actor, now: datetime) -> object:
        given = {**forms.step_given(request), **forms.spot(request)}
        return cases.take_assist(assignment, event, actor=actor, now=now, **given)

    return taken(request, number, f"assignment-{event}", take)


def taken(request: HttpRequest, number: str, event: str, take: Take) -> HttpResponse:
    """Take it and show the case, or the case with what was refused, or the inbox if it left my desk."""
    actor, now = actor_of(request), timezone.localtime()
    queries.require_visible(actor, number)
    try:
        take(actor, now)
    except Refusal as refusal:
        return _page(request, number, event, refusal)
    return See(_case_or_inbox(actor, number))


def step_choices(now: datetime) -> dict[str, tuple[Choice, ...]]:
    """What the forms of the steps let one choose from."""
    units = unit_choices()
    unknown = Choice("unknown", gettext("说不清（请在理由中写明）"))
    return {"unit": units, "about": units, "proposed": (unknown, *units), "tag": tag_choices(now.date())}


def _case_or_inbox(actor: Actor, number: str) -> str:
    try:
        queries.require_visible(actor, number)
    except Refusal as refusal:
        if refusal.kind is not Kind.MISSING:
            raise
        return reverse("desk_inbox")
    return reverse("desk_case", kwargs={"number": number})


def _answers(actor: Actor, found: queries.CasePage) -> tuple[AnswerChoice, ...]:
    """Templates for the answer, and what was answered in matters like this, where a step asks for one."""
    if not any("answer" in (*one.needs, *one.may_take) for one in found.steps):
        return ()
    line = found.line
    past = insight.past_answers(actor, line.id, line.matter, line.place, found.text)
    return (*answer_choices(found.answers), *past_choices(past))


def _picked(request: HttpRequest, offered: tuple[AnswerChoice, ...]) -> dict[str, str]:
    """The answer of the template that a link named, for browsers without script."""
    wanted = request.GET.get("template")
    text = next((one.text for one in offered if one.id == wanted), "")
    return {"answer": text} if text else {}


def _page(request: HttpRequest, number: str, taken: str = "", refusal: Refusal | None = None) -> HttpResponse:
    actor, now = actor_of(request), timezone.localtime()
    found = queries.page(actor, number, now=now)
    raised = reports.reporters_of(found.line.id, actor)
    evidence = evidence_fields(found.matter.evidence, found.evidence_held)
    tasks = any(task.steps for task in found.tasks)
    answers = _answers(actor, found)
    return show(
        request,
        "desk/case.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        live=True,
        taken=taken,
        case=case_page(found, raised),
        whistles=whistle_cards(found.parties, typed=forms.typed(request), taken=taken),
        may_whistle=found.parties.may_whistle,
        conditions=found.parties.conditions,
        notices=(*notes_of(request), *undelivered_to(one.report for one in raised)),
        steps=grouped(
            steps_of(
                found.steps,
                typed=forms.typed(request),
                taken=taken,
                evidence=evidence,
                prefilled=_picked(request, answers),
                answers=answers,
            )
        ),
        choices=step_choices(now) if found.steps or found.may_call or tasks else {},
        may_assist=found.may_call,
        alarms=alarm_rows(sensing.of_case(found.line.id)),
        referrals=referral_cards(found.referrals.lines, typed=forms.typed(request), taken=taken),
        ways=referral_choices(found.referrals.kinds),
        typed=forms.typed(request),
        history=history(found.history),
        map=map_of(found.line.place, found.lon, found.lat),
        back=forms.list_behind(request),
    )
