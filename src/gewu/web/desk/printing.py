"""A case on paper: facts, clocks, what happened, evidence and answer; nothing of who raised it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.cases import queries
from gewu.cases.queries import without_numbers
from gewu.web.accounts import signed_in
from gewu.web.pages import show
from gewu.web.presenting.parties import whistle_cards
from gewu.web.presenting.parts import Line
from gewu.web.presenting.records import CasePage, case_page
from gewu.web.presenting.shell import actor_of


@require_GET
@signed_in
def case_file(request: HttpRequest, number: str) -> HttpResponse:
    """The file of a case, to be printed on A4."""
    actor, now = actor_of(request), timezone.localtime()
    found = queries.page(actor, number, now=now)
    return show(
        request,
        "desk/case_print.html",
        case=_struck(case_page(found, ())),
        evidence=found.evidence,
        whistles=whistle_cards(found.parties, typed={}, taken=""),
    )


def _struck(case: CasePage) -> CasePage:
    """The page with the numbers of people struck out of all free words; the reporters are not on it."""
    return replace(
        case,
        text=without_numbers(case.text),
        result=without_numbers(case.result),
        answer=without_numbers(case.answer),
        lines=tuple(_lines(case.lines)),
        verdict=replace(case.verdict, words=without_numbers(case.verdict.words)) if case.verdict else None,
    )


def _lines(lines: Iterable[Line]) -> Iterable[Line]:
    """Oldest first, as a file is read."""
    return (replace(one, words=without_numbers(one.words)) for one in reversed(list(lines)))
