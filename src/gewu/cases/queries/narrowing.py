"""What a desk asks for, as conditions on cases: the same for a list, its counter and each figure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from gewu.cases.lifecycle import CASE, SEEING
from gewu.cases.models import Assignment, Case, CaseTag
from gewu.cases.queries import concerns, hazards
from gewu.infra import listing, search
from gewu.kernel.places import Level
from gewu.organisation import queries as organisation
from gewu.security import scopes
from gewu.security.actors import Actor
from gewu.territory import queries as territory

#: What is typed is the beginning of a case's number when it holds nothing but these.
_OF_NUMBERS = frozenset("0123456789-")
#: The sign behind the digits.
_AFTER_DIGITS = ":"
#: A case's number, whole and as lists show it: without the county, which is the same on every row.
_NUMBER = re.compile(r"[1-9]\d{5}-20\d{6}-\d{4,}")
_SHORT = re.compile(r"20\d{6}(-\d{0,6})?")
_WHOLE_SHORT = re.compile(r"20\d{6}-\d{4,6}")

#: Said with each state, so that the index of what is not closed serves, or that of what is: a closed case,
#: and no other, has its day of closing.
NOT_CLOSED, CLOSED = Q(closed_at__isnull=True), Q(closed_at__isnull=False)
STANDING: tuple[tuple[Q, tuple[str, ...]], ...] = (
    (NOT_CLOSED, tuple(one.name for one in CASE.states if one.name != "closed")),
    (CLOSED, ("closed",)),
)
#: By this mark the search index knows cases.
CASE_MARK = "kcase"
#: Stands for the unit of cases that nobody leads yet.
NOBODY = "-"


@dataclass(frozen=True)
class Filters:
    """What a desk asks for. ``state`` is a state's name, ``open`` or ``all``; times are half-open spans."""

    state: str = "open"
    text: str = ""
    place: str = ""
    matter: str = ""
    unit: str = ""
    origin: str = ""
    overdue: bool = False
    mine: bool = False
    tag: str = ""
    sort: str = "due"
    priority: int = 0
    #: At least so many returns, so many reopenings.
    returns: int = 0
    reopenings: int = 0
    due_from: datetime | None = None
    due_until: datetime | None = None
    filed_from: datetime | None = None
    filed_until: datetime | None = None
    closed_from: datetime | None = None
    closed_until: datetime | None = None
    #: Only what names the place itself, not what lies in it; only the unit itself, not those below it.
    only_place: bool = False
    only_unit: bool = False
    #: Set by `as_found_for`: the few cases asked for are found by their keys.
    keyed: bool = False

    @property
    def narrow(self) -> bool:
        """Whether anything but state and place is asked for, so that much may be looked at in vain."""
        text = "" if _names_one(listing.typed(self.text)) else self.text
        return replace(self, state="", sort="", place="", only_place=False, text=text) != Filters("", sort="")

    @property
    def rare(self) -> bool:
        """Whether what is asked for has an index of its own, smaller than that of any state."""
        return bool(self.returns > 1 or self.reopenings or self.keyed)


def visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases this actor may see: in its places, on its unit's desk, or those it is called to in person.

    None that is about its own unit.
    """
    return concerns.others(actor, Case.objects.filter(within_right(actor, "cases.read")))


def within_right(actor: Actor, right: str) -> Q:
    """The cases at which this actor holds a right: in its places, on its unit's desk, or called in person."""
    return scopes.visible(actor, right, place="place", unit=_on_desk_of, person=_called_in_person)


def sees(actor: Actor, case: Case) -> bool:
    """Whether this actor may see this case: as `visible_to` says, mostly without asking the database."""
    if concerns.is_kept_from(actor, case.about_path):
        return False
    if actor.holds_at("cases.read", case.place):
        return True
    if case.lead_path and actor.holds_for("cases.read", (case.lead_path,)):
        return True
    return visible_to(actor).filter(pk=case.pk).exists()


def _on_desk_of(unit_path: str) -> Q:
    found = scopes.below_unit("lead_path", unit_path) | _called(scopes.below_unit("unit_path", unit_path))
    looked_after = hazards.looked_after(unit_path)
    return found | looked_after if looked_after else found


def _called_in_person(account: UUID) -> Q:
    return _called(Q(account_id=account))


def _called(party: Q) -> Q:
    called = Assignment.objects.filter(party, state__in=SEEING)
    return Q(pk__in=called.values("case_id"))


def visible_in(actor: Actor, place: str) -> QuerySet[Case]:
    """The cases in a place that this actor may see; within its own places one range says all."""
    if place and actor.holds_at("cases.read", place):
        return concerns.others(actor, Case.objects.filter(scopes.within("place", place)))
    return visible_to(actor).filter(scopes.within("place", place))


def narrowed(actor: Actor, filters: Filters, now: datetime) -> QuerySet[Case]:
    """All filters but the state, so that the counters of the tabs equal the lists behind them."""
    rows = visible_in(actor, filters.place).filter(_where(filters), _when(filters))
    for name in ("matter", "origin", "priority"):
        if value := getattr(filters, name):
            rows = rows.filter(**{"matter__startswith" if name == "matter" else name: value})
    if filters.returns:
        rows = rows.filter(returns__gte=filters.returns)
        # Word for word the condition of the small index, which SQLite does not see in the one above.
        rows = rows.filter(returns__gt=1) if filters.returns > 1 else rows
    if filters.reopenings:
        rows = rows.filter(reopenings__gte=filters.reopenings, reopenings__gt=0)
    if filters.overdue:
        rows = rows.filter(listing.past_due(CASE, now))
    if filters.mine:
        rows = rows.filter(_mine(actor))
    if filters.tag:
        rows = rows.filter(pk__in=CaseTag.objects.filter(tag=filters.tag).values("case_id"))
    if filters.text:
        rows = rows.filter(_about(actor, listing.typed(filters.text)))
    return rows


def _where(filters: Filters) -> Q:
    found = Q(place=filters.place) if filters.only_place else Q()
    if filters.unit:
        found &= _led_by(filters.unit, only=filters.only_unit)
    return found


def _led_by(unit: str, *, only: bool) -> Q:
    """Cases of a unit and of those below it; those of nobody yet under `NOBODY`."""
    path = "" if unit == NOBODY else organisation.known_unit(unit).path
    return Q(lead_path=path) if only or not path else scopes.below_unit("lead_path", path)


def _when(filters: Filters) -> Q:
    found = Q()
    for column in ("due", "filed", "closed"):
        for side, name in (("gte", "from"), ("lt", "until")):
            moment = getattr(filters, f"{column}_{name}")
            if moment is not None:
                found &= Q(**{f"{column}_at__{side}": moment})
    return found


def in_state(filters: Filters) -> Q:
    """The state asked for; by exclusion where another index than that of the states serves the list."""
    wanted = listing.in_state(CASE, filters.state)
    if filters.state != listing.ALL:
        wanted &= CLOSED if filters.state == "closed" else NOT_CLOSED
    if filters.state != listing.ALL and (filters.rare or filters.sort == "new"):
        kept = CASE.names(open=True) if filters.state == listing.OPEN else (filters.state,)
        return ~Q(state__in=[name for name in CASE.by_name if name not in kept])
    return wanted


def _mine(actor: Actor) -> Q:
    """What waits for this very person: checks begun by it, cases of its own unit.

    The first are few, found by their keys and not one by one in the order of a list of a million.
    """
    few = Case.objects.filter(NOT_CLOSED, state="checking", checked_by=actor.ref).values("pk")
    if actor.account_id:
        called = Assignment.objects.filter(account_id=actor.account_id, state__in=SEEING)
        few = few.union(called.values("case_id"))
    found = Q(pk__in=few)
    for standing in actor.scopes("cases.handle"):
        found |= scopes.below_unit("lead_path", standing.unit_path)
    return found


def as_found_for(actor: Actor, filters: Filters) -> Filters:
    """The same filters; whoever has no unit to handle for has few cases, which their keys find at once."""
    return replace(filters, keyed=filters.mine and not actor.scopes("cases.handle"))


def _plain(text: str) -> str:
    """Full-width digits, as Chinese keyboards write them, made plain."""
    return unicodedata.normalize("NFKC", text)


def _names_one(text: str) -> bool:
    """Whether what was typed is the number of one case, which an index finds at once."""
    text = _plain(text)
    return bool(_NUMBER.fullmatch(text) or _WHOLE_SHORT.fullmatch(text))


def _about(actor: Actor, text: str) -> Q:
    """A number by its beginning, which an index answers; other words wherever they stand."""
    wanted = numbered(actor, text)
    return _worded(text) | _beginning(text) if wanted is None else wanted


def numbered(actor: Actor, text: str) -> Q | None:
    """The condition of a number that begins so; None for what can be no number."""
    plain = _plain(text)
    return _numbered(actor, plain) if plain and _OF_NUMBERS.issuperset(plain) else None


def _worded(text: str) -> Q:
    """Cases in which these words stand: the few that the search index finds, and those it has not read yet.

    Where they are many, or the index is not whole, each case is looked at in the order of the list: of what
    is common a page is soon found.
    """
    looked_at = Q(text__contains=text) | Q(address__contains=text)
    unread = search.unread("case")
    found = None if unread is None else search.few(CASE_MARK, text)
    if unread is None or found is None:
        return looked_at
    keys = {UUID(record) for record in found} - unread
    few = listing.among(keys)
    return few | (listing.among(unread) & looked_at) if unread else few


def _numbered(actor: Actor, text: str) -> Q:
    if _NUMBER.fullmatch(text):
        return Q(number=text)
    found = _beginning(text)
    if not _SHORT.fullmatch(text):
        return found
    numbers = [f"{county}-{text}" for county in _counties(actor)]
    if _WHOLE_SHORT.fullmatch(text):
        return Q(number__in=numbers)
    for number in numbers:
        found |= _beginning(number)
    return found


def _beginning(text: str) -> Q:
    """Numbers that begin so, as one range of their index and not as a pattern (ADR 0007)."""
    return Q(number__gte=text, number__lt=text + _AFTER_DIGITS)


def _counties(actor: Actor) -> list[str]:
    """The counties whose cases this actor may see, those of a city included."""
    places = {standing.place for standing in actor.scopes("cases.read")}
    found = {place[: Level.COUNTY.digits] for place in places if len(place) >= Level.COUNTY.digits}
    for city in places:
        if len(city) == Level.CITY.digits:
            found |= {one.code for one in territory.children_of(city)}
    return sorted(found)
