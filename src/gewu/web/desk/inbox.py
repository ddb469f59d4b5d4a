"""One inbox over reports and cases. Each counter asks with the same filters as the list behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.cases import queries as cases
from gewu.infra.listing import ALL, OPEN
from gewu.intake import queries as reports
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security.actors import Actor, Relation
from gewu.web import errors
from gewu.web.accounts import See, signed_in
from gewu.web.pages import show
from gewu.web.presenting.lists import case_lines, report_lines
from gewu.web.presenting.names import Choice, matter_choices, origin_choices, place_choices, unit_choices
from gewu.web.presenting.parts import Listed, Words
from gewu.web.presenting.shell import actor_of
from gewu.web.setup import sections

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


_WORDS = ("text", "place", "matter", "unit", "origin")


@dataclass(frozen=True)
class Filters:
    """What the reader asked for, as it stands in the address."""

    text: str = ""
    place: str = ""
    matter: str = ""
    unit: str = ""
    origin: str = ""
    overdue: bool = False
    mine: bool = False
    tag: str = ""
    sort: str = ""

    @staticmethod
    def asked(given: Mapping[str, str]) -> Filters:
        def words(name: str) -> str:
            return given.get(name, "").strip()[:100]

        return Filters(
            text=words("text"),
            place=words("place"),
            matter=words("matter"),
            unit=words("unit"),
            origin=words("origin"),
            overdue=given.get("overdue") == "1",
            mine=given.get("mine") == "1",
            tag=words("tag"),
            sort=words("sort"),
        )

    def of_cases(self, state: str) -> cases.Filters:
        return cases.Filters(
            state=state,
            text=self.text,
            place=self.place,
            matter=self.matter,
            unit=self.unit,
            origin=self.origin,
            overdue=self.overdue,
            mine=self.mine,
            tag=self.tag,
            sort=self.sort or "due",
        )

    def of_reports(self, state: str) -> reports.Filters:
        return reports.Filters(
            state=state,
            text=self.text,
            place=self.place,
            matter=self.matter,
            origin=self.origin,
            overdue=self.overdue,
            sort=self.sort or "due",
        )


@dataclass(frozen=True)
class Tab:
    """A queue with how much is in it and how much of that is late."""

    name: str
    label: Words
    count: int
    overdue: int
    group: str
    #: Whether what stands here still waits for someone.
    open: bool = True


@require_GET
@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """The queues this reader may see, and one of them."""
    actor, now = actor_of(request), timezone.localtime()
    if not (actor.holds("cases.read") or actor.holds("reports.read")):
        return See(reverse("setup_home" if sections.shown_to(actor) else "desk_notices"))
    filters, refusal = Filters.asked(request.GET.dict()), None
    try:
        tabs = _tabs(actor, filters, now)
        tab = _chosen(actor, tabs, request.GET.get("tab", ""))
        page = _page(actor, tab, filters, request.GET.get("after", ""), now)
    except Refusal as said:
        filters, refusal = Filters(), said
        tabs = _tabs(actor, filters, now)
        tab, page = _chosen(actor, tabs, ""), Listed((), None)
    return show(
        request,
        "desk/inbox.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        live=True,
        tabs=tabs,
        tab=tab.name,
        filters=filters,
        choices=_choices(actor, tab, now),
        page=page,
        first=not request.GET.get("after"),
    )


def _tabs(actor: Actor, filters: Filters, now: datetime) -> tuple[Tab, ...]:
    return (*_report_tabs(actor, filters, now), *_case_tabs(actor, filters, now))


def _report_tabs(actor: Actor, filters: Filters, now: datetime) -> Iterable[Tab]:
    if not actor.holds("reports.read"):
        return
    for one in reports.counters(actor, filters.of_reports(OPEN), now=now):
        if one.open:
            yield Tab(one.state, one.label, one.count, one.overdue, "reports")


def _case_tabs(actor: Actor, filters: Filters, now: datetime) -> tuple[Tab, ...]:
    if not actor.holds("cases.read"):
        return ()
    counted = cases.counters(actor, filters.of_cases("all"), now=now)
    tabs = tuple(Tab(one.state, one.label, one.count, one.overdue, "cases", one.open) for one in counted)
    running = [tab for tab in tabs if tab.open]
    ended = [tab for tab in tabs if not tab.open]
    return (
        *running,
        _total(OPEN, say("在办"), running),
        *ended,
        _total(ALL, say("全部"), tabs),
    )


def _total(name: str, label: Text, tabs: Iterable[Tab]) -> Tab:
    parts = list(tabs)
    return Tab(
        name, label, sum(one.count for one in parts), sum(one.overdue for one in parts), "cases", name == OPEN
    )


def _chosen(actor: Actor, tabs: tuple[Tab, ...], asked: str) -> Tab:
    by_name = {tab.name: tab for tab in tabs}
    if asked:
        if asked not in by_name:
            raise Refusal(say("没有“{tab}”这一列", tab=asked), Kind.MISSING)
        return by_name[asked]
    own = [by_name[name] for right, name in FIRST_WORK if actor.holds(right) and name in by_name]
    return next((tab for tab in own if tab.count), own[0] if own else tabs[-1])


def _page(actor: Actor, tab: Tab, filters: Filters, after: str, now: datetime) -> Listed:
    if tab.group == "reports":
        queue = reports.queue(actor, filters.of_reports(tab.name), after=after, now=now)
        return Listed(report_lines(queue.rows, now.date()), queue.after or None)
    if not tab.open and not filters.sort:
        filters = replace(filters, sort="new")
    page = cases.inbox(actor, filters.of_cases(tab.name), after=after, now=now)
    return Listed(case_lines(page.rows, now.date()), page.after or None)


def _choices(actor: Actor, tab: Tab, now: datetime) -> dict[str, tuple[Choice, ...]]:
    right = "reports.read" if tab.group == "reports" else "cases.read"
    places = [one.place for one in actor.scopes(right) if one.relation is Relation.TERRITORY]
    inside = min(places, key=len, default="")
    found = {
        "place": place_choices(inside, Level.STREET, Level.COMMUNITY),
        "matter": matter_choices(now.date(), headers=True),
        "origin": origin_choices(),
    }
    by_unit = tab.group == "cases" and bool(places)
    return {**found, "unit": unit_choices(inside)} if by_unit else found
