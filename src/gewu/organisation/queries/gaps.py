"""What is wanting in a place: posts without holder, terms that end, places that fell out of the net."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gewu.kernel.places import Level, level_of
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import permissions
from gewu.organisation.queries.crews import (
    Staffing,
    expiring_terms,
    places_unattended,
    staffing,
)
from gewu.organisation.queries.kinds import PostKindFacts, post_kind, post_kinds
from gewu.organisation.queries.posts import Holder
from gewu.organisation.rules import Seat
from gewu.security.actors import Actor
from gewu.territory import queries as territory

#: The post whose holder answers for a grid, and the one that answers for a duty area.
GRID_HEAD, DUTY_AREA = "grid_head", "duty_area_member"
#: Terms that end within so many days are listed beside those that have ended.
SOON_DAYS = 60
#: How many lines of one list a page shows; the rest is found one level down.
MOST = 100


@dataclass(frozen=True)
class Wanting:
    """Places that lack something: those shown, by code, and how many there are in all."""

    places: tuple[str, ...]
    count: int

    @staticmethod
    def of(places: tuple[str, ...]) -> Wanting:
        return Wanting(places[:MOST], len(places))


@dataclass(frozen=True)
class Gaps:
    """What is wanting in a place, for one kind of post and over all."""

    post: PostKindFacts
    whole: Staffing
    parts: tuple[Staffing, ...]
    vacant: Wanting
    duty_areas: Wanting
    headless: Wanting
    gridless: tuple[territory.Place, ...]
    lost: tuple[territory.OldCode, ...]
    terms: tuple[Holder, ...]

    @property
    def merged(self) -> bool:
        """Whether the merge of the nets left nothing over: every place in a grid, every grid headed."""
        return not (self.gridless or self.lost or self.headless.count)


def posts_of_grids() -> tuple[PostKindFacts, ...]:
    """The kinds of post that are seated at grids."""
    return tuple(one for one in post_kinds().values() if one.seat is Seat.GRID)


def gaps(actor: Actor, inside: str, post: str, *, now: datetime) -> Gaps:
    """What is wanting in a place, for anyone who works here: nine queries however large the place is.

    Refuses strangers, a post that is not seated at grids, and places wider than a city.
    """
    permissions.require_staff(actor)
    kind = _of_grid(post)
    if level_of(inside) is Level.PROVINCE:
        raise Refusal(say("请先选择城市或区县"), field="place")
    grids = territory.grids_in(inside)
    micro = territory.grids_in(inside, layer=territory.Layer.MICRO)
    parts = staffing(post, inside, grids, digits=_below(inside), now=now)
    return Gaps(
        post=kind,
        whole=_sum(inside, parts),
        parts=parts,
        vacant=Wanting.of(places_unattended(post, grids, now=now, inside=inside)),
        duty_areas=Wanting.of(places_unattended(DUTY_AREA, micro, now=now, inside=inside)),
        headless=Wanting.of(places_unattended(GRID_HEAD, grids, now=now, inside=inside)),
        gridless=territory.without_grid(inside),
        lost=territory.lost_codes(inside),
        terms=expiring_terms(now, SOON_DAYS, prefix=inside, most=MOST),
    )


def _of_grid(post: str) -> PostKindFacts:
    kind = post_kind(post)
    if kind.seat is not Seat.GRID:
        raise Refusal(say("“{kind}”不设在网格", kind=kind.name), Kind.INVALID, field="post")
    return kind


def _below(inside: str) -> int:
    levels = [level.digits for level in Level if level.digits > len(inside)]
    return min(levels[0], Level.GRID.digits) if levels else Level.GRID.digits


def _sum(inside: str, parts: tuple[Staffing, ...]) -> Staffing:
    return Staffing(
        inside,
        sum(one.grids for one in parts),
        sum(one.filled for one in parts),
        sum(one.vacant for one in parts),
    )
