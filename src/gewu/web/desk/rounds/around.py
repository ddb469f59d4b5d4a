"""What the pages of visits, screenings, clues and samples share: their tabs, places by name, where one is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from gewu.fieldwork.actions import CheckInDraft
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor
from gewu.web import errors, forms
from gewu.web.pages import show
from gewu.web.presenting.names import Choice, grid_name, place_choices, places_named, whereabouts
from gewu.web.presenting.shell import actor_of

READ, DO, RAISE, SAMPLE = "fieldwork.read", "fieldwork.do", "clues.raise", "fieldwork.sample"
ANY = (READ, DO, RAISE)


@dataclass(frozen=True)
class Tab:
    """One page of the module, and the rights of which any opens it."""

    key: str
    label: Text
    page: str
    rights: tuple[str, ...]


TABS = (
    Tab("visits", say("走访"), "desk_rounds", (READ, DO)),
    Tab("screenings", say("纠纷排查"), "desk_screenings", (READ,)),
    Tab("clues", say("线索核查"), "desk_clues", ANY),
    Tab("samples", say("抽查"), "desk_samples", (READ, DO, SAMPLE)),
    Tab("pairings", say("结对联系"), "desk_pairings", (READ, DO)),
    Tab("tracks", say("巡查足迹"), "desk_tracks", (READ, DO)),
)


@dataclass(frozen=True)
class Asked:
    """Who asks, and when."""

    actor: Actor
    now: datetime
    after: str

    @property
    def home(self) -> str:
        """The widest place where this actor reads or does fieldwork."""
        places = [one.place for right in ANY for one in self.actor.scopes(right) if one.place]
        return min(places, key=len, default=settings.COUNTY)


def asked(request: HttpRequest, *rights: str) -> Asked:
    """Whoever asks, as long as they hold one of these rights; others are refused."""
    actor = actor_of(request)
    if not any(actor.holds(right) for right in rights):
        raise Refusal(say("您没有查看走访排查的权限"), Kind.FORBIDDEN)
    return Asked(actor, timezone.localtime(), request.GET.get("after", ""))


def page(
    request: HttpRequest, template: str, tab: str, refusal: Refusal | None = None, **context: Any
) -> HttpResponse:
    """A page of the module under its tabs."""
    actor = actor_of(request)
    tabs = [one for one in TABS if any(actor.holds(right) for right in one.rights)]
    return show(
        request,
        f"desk/rounds/{template}",
        status=errors.status_of(refusal),
        refusal=refusal,
        tabs=tabs,
        tab=tab,
        typed=forms.typed(request),
        **context,
    )


def where(codes: Iterable[str]) -> dict[str, str]:
    """Each place as a list shows it: street, community and grid."""
    codes = set(codes)
    places = places_named(codes)
    return {
        code: " · ".join(filter(None, (whereabouts(places, code), grid_name(places, code)))) for code in codes
    }


def grids(asked: Asked) -> tuple[Choice, ...]:
    """The grids and communities where this actor does fieldwork."""
    standing = [one.place for one in asked.actor.scopes(DO) if one.place]
    found = [one for place in standing for one in place_choices(place, Level.COMMUNITY, Level.GRID)]
    return tuple({one.value: one for one in found}.values())


def here(request: HttpRequest) -> CheckInDraft:
    """Where the form says that one stands."""
    spot = forms.spot(request)
    return CheckInDraft(lon=spot.get("lon"), lat=spot.get("lat"))


def key_of(request: HttpRequest) -> UUID | None:
    """The id that a field of the form names; nothing for none, and what is none is refused."""
    text = request.POST.get("task", "") or request.GET.get("task", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refusal(say("没有这项任务"), Kind.MISSING, field="task") from None
