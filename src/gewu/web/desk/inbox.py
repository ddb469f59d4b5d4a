"""One inbox over reports and cases. Each counter asks with the same filters as the list behind it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.cases import queries as cases
from gewu.infra.listing import ALL, MOST_COUNTED, OPEN, Counter
from gewu.infra.wording import translated
from gewu.insight import actions as insight_actions
from gewu.insight import queries as insight
from gewu.intake import queries as reports
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor, Relation
from gewu.web import errors, modules
from gewu.web.accounts import See, signed_in
from gewu.web.desk.filters import DUE, PRIORITIES, Chip, Filters
from gewu.web.pages import followed, show
from gewu.web.presenting.lists import CaseLine, case_lines, report_lines
from gewu.web.presenting.names import (
    Choice,
    matter_choices,
    origin_choices,
    place_choices,
    tag_choices,
    unit_choices,
)
from gewu.web.presenting.parts import Listed, MapView, Words, map_of
from gewu.web.presenting.shell import actor_of

#: Which tab opens: the first of these that holds something, for those who have the right.
FIRST_WORK = (
    ("cases.dispatch", "filed"),
    ("reports.screen", "received"),
    ("cases.handle", "dispatched"),
    ("cases.handle", "handling"),
    ("cases.check", "handled"),
    ("cases.check", "checking"),
    ("reports.verify", "verifying"),
)


@dataclass(frozen=True)
class Tab:
    """A queue with how much is in it and how much of that is late."""

    name: str
    label: Words
    count: str
    overdue: str
    group: str
    #: Whether what stands here still waits for someone.
    open: bool = True


@dataclass(frozen=True)
class Kept:
    """A list kept under a name."""

    id: str
    name: str
    link: str
    count: str
    own: bool
    shared: bool
    here: bool


@dataclass(frozen=True)
class Found:
    """What one look at the inbox finds: the queues, one of them, and the lists kept under a name."""

    tabs: tuple[Tab, ...]
    tab: Tab
    page: Listed
    kept: tuple[Kept, ...]
    chips: tuple[Chip, ...]


@require_GET
@signed_in
@followed
def inbox(request: HttpRequest) -> HttpResponse:
    """The queues this reader may see, and one of them."""
    actor, now = actor_of(request), timezone.localtime()
    if not (actor.holds("cases.read") or actor.holds("reports.read")):
        own = [one for one in modules.shown_to(actor) if one.rights]
        begins = (one.page for one in sorted(own, key=lambda one: bool(one.within) or not one.lists))
        return See(reverse(next(begins, "desk_notices")))
    asked, after, refusal = request.GET.get("tab", ""), request.GET.get("after", ""), None
    try:
        filters = Filters.asked(request.GET.dict())
        found = _found(actor, filters, asked, after, now)
    except Refusal as said:
        filters, refusal = Filters(), said
        found = replace(_found(actor, filters, "", "", now), page=Listed((), None))
    return show(
        request,
        "desk/inbox.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        live=True,
        found=found,
        tabs=found.tabs,
        tab=found.tab.name,
        page=found.page,
        filters=filters,
        choices=_choices(actor, found.tab, now),
        map=_map(actor, filters) if request.GET.get("map") else None,
        points=_points(found.page),
        many=found.tab.open and cases.may_take_many(actor),
        open=request.GET.get("open", ""),
        query=filters.as_query(found.tab.name),
        first=not after,
        exports=found.tab.group == "cases" and actor.holds("cases.export"),
    )


def _found(actor: Actor, filters: Filters, asked: str, after: str, now: datetime) -> Found:
    kept = insight.kept_lists(actor) if actor.holds("cases.read") else ()
    opened = [_opened(one.query) for one in kept]
    wanted = [own.of_cases(tab or OPEN, now) for tab, own in opened]
    counters, counts = cases.counted(actor, filters.of_cases(ALL, now), wanted, now=now)
    tabs = (*_report_tabs(actor, filters, now), *_case_tabs(actor, counters))
    tab = _chosen(actor, tabs, asked)
    here = filters.as_query(tab.name)
    lists = tuple(
        Kept(
            str(one.id), one.name, own.address(name or OPEN), shown(n), one.own, one.shared,
            own.as_query(name or OPEN) == here,
        )
        for one, (name, own), n in zip(kept, opened, counts, strict=True)
    )  # fmt: skip
    return Found(
        tabs, tab, _page(actor, tab, filters, after, now), lists, filters.chips(tab.name, now.date())
    )


def _opened(query: str) -> tuple[str, Filters]:
    """The tab and the filters of a kept list; one that can no longer be read opens the whole."""
    given = QueryDict(query).dict()
    try:
        return str(given.get("tab", "")), Filters.asked({name: str(value) for name, value in given.items()})
    except Refusal:
        return "", Filters()


def shown(count: int, *, known: bool = True) -> str:
    """A count in words; beyond what is counted only that there are more."""
    if not known:
        return ""
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else f"{count}"


def _report_tabs(actor: Actor, filters: Filters, now: datetime) -> Iterable[Tab]:
    if not actor.holds("reports.read"):
        return
    for one in reports.counters(actor, filters.of_reports(OPEN), now=now):
        if one.open:
            yield _tab(one, "reports", one.label)


def _tab(one: Counter, group: str, label: Words) -> Tab:
    return Tab(one.state, label, shown(one.count, known=one.known), _late(one.overdue), group, one.open)


def _late(count: int) -> str:
    return shown(count) if count else ""


def _case_tabs(actor: Actor, counters: tuple[Counter, ...]) -> tuple[Tab, ...]:
    if not actor.holds("cases.read"):
        return ()
    tabs = tuple(_tab(one, "cases", one.label) for one in counters)
    return (
        *(tab for tab in tabs if tab.open),
        _total(OPEN, say("在办"), [one for one in counters if one.open]),
        *(tab for tab in tabs if not tab.open),
        _total(ALL, say("全部"), list(counters)),
    )


def _total(name: str, label: Text, parts: list[Counter]) -> Tab:
    """The sum; where a part was not counted to its end only that there are more."""
    count, overdue = sum(one.count for one in parts), sum(one.overdue for one in parts)
    whole = all(one.known and one.count <= MOST_COUNTED for one in parts)
    if not all(one.known for one in parts):
        said = ""
    else:
        said = f"{count}" if whole else shown(MOST_COUNTED + 1)
    return Tab(name, label, said, _late(overdue), "cases", name == OPEN)


def _chosen(actor: Actor, tabs: tuple[Tab, ...], asked: str) -> Tab:
    by_name = {tab.name: tab for tab in tabs}
    if asked:
        if asked not in by_name:
            raise Refusal(say("没有“{tab}”这一列", tab=asked), Kind.MISSING)
        return by_name[asked]
    own = [by_name[name] for right, name in FIRST_WORK if actor.holds(right) and name in by_name]
    return next((tab for tab in own if tab.count != "0"), own[0] if own else tabs[-1])


def _page(actor: Actor, tab: Tab, filters: Filters, after: str, now: datetime) -> Listed:
    if tab.group == "reports":
        queue = reports.queue(actor, filters.of_reports(tab.name), after=after, now=now)
        return Listed(report_lines(queue.rows, now.date()), queue.after or None)
    if not tab.open and not filters.sort:
        filters = replace(filters, sort="new")
    page = cases.inbox(actor, filters.of_cases(tab.name, now), after=after, now=now)
    return Listed(case_lines(page.rows, now.date()), page.after or None)


def _points(page: Listed) -> str:
    """The points of the rows that have one, for the map beside the list."""
    rows = [one for one in page.rows if isinstance(one, CaseLine) and one.lon is not None]
    return json.dumps(
        [{"row": one.number, "lon": one.lon, "lat": one.lat, "text": one.matter} for one in rows]
    )


def _home(actor: Actor) -> str:
    places = [one.place for one in actor.scopes("cases.read") if one.relation is Relation.TERRITORY]
    return min(places, key=len, default="")


def _map(actor: Actor, filters: Filters) -> MapView:
    return map_of(filters.place or _home(actor) or settings.COUNTY)


def _choices(actor: Actor, tab: Tab, now: datetime) -> Mapping[str, tuple[Choice, ...]]:
    right = "reports.read" if tab.group == "reports" else "cases.read"
    places = [one.place for one in actor.scopes(right) if one.relation is Relation.TERRITORY]
    inside = min(places, key=len, default="")
    found = {
        "place": place_choices(inside, Level.STREET, Level.COMMUNITY),
        "matter": matter_choices(now.date(), headers=True),
        "origin": origin_choices(),
    }
    if tab.group != "cases":
        return found
    found["due"] = tuple(Choice(name, translated(words[0])) for name, words in DUE.items())
    found["tag"] = tag_choices(now.date())
    found["priority"] = tuple(Choice(name, translated(words)) for name, words in PRIORITIES.items())
    return {**found, "unit": unit_choices(inside)} if places else found


@require_POST
@signed_in
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the list one is looking at under a name."""
    query = QueryDict(request.POST.get("query", "")[:1000]).dict()
    filters = Filters.asked({name: str(value) for name, value in query.items()})
    tab = str(query.get("tab", "")) or OPEN
    insight_actions.keep_list(
        request.POST.get("name", ""),
        filters.as_query(tab),
        actor=actor_of(request),
        now=timezone.localtime(),
        shared=request.POST.get("shared") == "1",
    )
    return See(filters.address(tab))


@require_POST
@signed_in
def forget(request: HttpRequest, id: UUID) -> HttpResponse:
    """Forget a kept list."""
    insight_actions.forget_list(id, actor=actor_of(request))
    return See(reverse("desk_inbox"))
