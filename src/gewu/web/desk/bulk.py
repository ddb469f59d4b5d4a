"""One step of many cases: the choice, and the report of what was done and what was refused."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gewu.cases import actions as cases
from gewu.cases import queries
from gewu.kernel.refusals import Refusal
from gewu.web import errors, forms
from gewu.web.accounts import signed_in
from gewu.web.desk.cases import step_choices
from gewu.web.pages import show
from gewu.web.presenting.lists import case_lines
from gewu.web.presenting.shell import actor_of


@require_POST
@signed_in
def many(request: HttpRequest) -> HttpResponse:
    """With cases alone what can be done with them; with an event too, the report of having done it."""
    actor, now = actor_of(request), timezone.localtime()
    numbers, event = request.POST.getlist("number"), request.POST.get("event", "")
    outcome, refusal = None, None
    if event:
        try:
            outcome = cases.take_many(numbers, event, actor=actor, now=now, **forms.step_given(request))
        except Refusal as said:
            refusal = said
    left = [one.number for one in outcome.refused] if outcome else numbers
    found = queries.chosen(actor, left)
    return show(
        request,
        "desk/bulk.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        outcome=outcome,
        rows=case_lines(found.cases, now.date()),
        steps=found.steps,
        fields=found.fields,
        choices=step_choices(now),
        typed={"values": forms.typed(request)},
        back=forms.list_behind(request),
    )
