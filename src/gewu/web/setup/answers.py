"""Setup of the templates of answers: what clerks may put into an answer with one press."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.cases.actions import AnswerDraft
from gewu.kernel.refusals import Refusal
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import matter_choices, matters_named
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

PAGE = "setup_answers"


@require_http_methods(["GET", "POST"])
@signed_in
def answers(request: HttpRequest) -> HttpResponse:
    """The templates in force and the form of a new one."""
    opened(request, PAGE)
    if request.method == "GET":
        return _page(request)
    names = AnswerDraft.__dataclass_fields__
    draft = AnswerDraft(**{name: request.POST.get(name, "").strip() for name in names})
    today = timezone.localdate()
    try:
        cases.add_answer(draft, since=today, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse(PAGE))


@require_POST
@signed_in
def end(request: HttpRequest, id: UUID) -> HttpResponse:
    """End a template today."""
    opened(request, PAGE)
    try:
        cases.end_answer(id, on=timezone.localdate(), actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse(PAGE))


def _page(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    today: date = timezone.localdate()
    return shown(
        request,
        "setup/answers.html",
        PAGE,
        refusal=refusal,
        rows=queries.answers(on=today),
        matters=matter_choices(today, headers=True),
        names=matters_named(today),
        places=queries.ANSWER_PLACES,
        typed=forms.typed(request),
    )
