"""Setup of successions: which place takes over from which, seen beforehand and taken back before its day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from gewu.cases import queries as cases
from gewu.catalogue import queries as catalogue
from gewu.intake import queries as intake
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import Text, say
from gewu.organisation import queries as organisation
from gewu.territory import actions as net
from gewu.territory import queries as territory
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

SECTION = "setup_places"


@dataclass(frozen=True)
class Pair:
    """A place and its successor, by name and code."""

    old: str
    new: str
    old_name: str
    new_name: str


@require_http_methods(["GET", "POST"])
@signed_in
def successions(request: HttpRequest) -> HttpResponse:
    """What is planned and was done; a new one is looked at first, then settled for a later day."""
    opened(request, SECTION)
    if request.method == "GET":
        return _page(request)
    actor, now, given = actor_of(request), timezone.localtime(), request.POST
    try:
        moves = _moves(given.get("moves", ""))
        since = forms.day(given.get("since", ""), "since")
        if given.get("do") != "settle":
            net.check_moves(moves, inside=settings.COUNTY)
            return _page(request, moves=moves)
        reason = given.get("reason", "")
        net.plan_succession(moves, since=since, reason=reason, inside=settings.COUNTY, actor=actor, now=now)
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse("setup_successions"))


def _moves(text: str) -> dict[str, str]:
    """One pair a line; a line that is none is refused, and so is a code given twice."""
    found: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        old, *rest = line.split()
        if len(rest) != 1 or old in found:
            raise Refusal(say("每行写一个原代码和一个后继代码：“{line}”不是", line=line[:60]), field="moves")
        found[old] = rest[0]
    return found


@require_POST
@signed_in
def undo(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take a plan back before its day."""
    opened(request, SECTION)
    try:
        net.undo_succession(id, actor=actor_of(request), now=timezone.localtime())
    except Refusal as refusal:
        return _page(request, refusal)
    return See(reverse("setup_successions"))


def _page(
    request: HttpRequest, refusal: Refusal | None = None, moves: Mapping[str, str] | None = None
) -> HttpResponse:
    now = timezone.localtime()
    lines = territory.successions(settings.COUNTY)
    named = {code for one in lines for pair in one.moves.items() for code in pair}
    names = {code: one.name for code, one in territory.paths_of(named | _codes(moves or {})).items()}
    return shown(
        request,
        "setup/successions.html",
        SECTION,
        refusal=refusal,
        lines=[(one, _pairs(one.moves, names)) for one in lines],
        today=now.date(),
        preview=_pairs(moves, names) if moves else (),
        following=_following(moves) if moves else (),
        typed=request.POST,
        tomorrow=(now.date() + timedelta(days=1)).isoformat(),
    )


def _codes(moves: Mapping[str, str]) -> set[str]:
    return {*moves, *moves.values()}


def _pairs(moves: Mapping[str, str], names: Mapping[str, str]) -> tuple[Pair, ...]:
    return tuple(Pair(a, b, names.get(a, a), names.get(b, b)) for a, b in sorted(moves.items()))


def _following(moves: Mapping[str, str]) -> tuple[tuple[Text, int], ...]:
    """What would go along, counted where it lies."""
    now = timezone.localtime()
    return (
        *organisation.following(moves, now=now),
        *catalogue.following(moves, on=now.date()),
        *cases.following(moves),
        *intake.following(moves),
    )
