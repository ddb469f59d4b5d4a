"""One box for everything: what one may open, by kind, with the filters in the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.cases import queries as cases
from gewu.infra import search
from gewu.infra.listing import OPEN
from gewu.infra.wording import translated
from gewu.insight import queries as insight
from gewu.kernel.places import Level
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.web import errors, forms
from gewu.web.accounts import signed_in
from gewu.web.addresses import query
from gewu.web.desk.places import home_of
from gewu.web.pages import show
from gewu.web.presenting.finding import FoundGroup, FoundLine, found_groups, found_lines
from gewu.web.presenting.names import Choice, place_choices
from gewu.web.presenting.shell import actor_of

#: What the quick list below the box shows of each kind.
_QUICK = 3


@dataclass(frozen=True)
class Asked:
    """What stands in the address."""

    q: str = ""
    kind: str = ""
    place: str = ""
    state: str = ""
    since: str = ""
    until: str = ""

    @staticmethod
    def of(request: HttpRequest) -> Asked:
        names = ("q", "kind", "place", "state", "since", "until")
        return Asked(*(request.GET.get(name, "").replace("\x00", "").strip()[:100] for name in names))

    @property
    def sought(self) -> insight.Sought:
        """The same for the door; a day that is none and an unknown kind, place or state are refused."""
        since, until = forms.day_or_none(self.since, "since"), forms.day_or_none(self.until, "until")
        zone = timezone.get_current_timezone()
        return insight.Sought(
            self.q,
            self.kind,
            self.place,
            self.state,
            forms.midnight(since, zone) if since else None,
            forms.midnight(until + timedelta(days=1), zone) if until else None,
        )

    def address(self, **changed: str) -> str:
        given = {"q": self.q, "kind": self.kind, "place": self.place, "state": self.state}
        return (
            f"{reverse('desk_find')}?{query({**given, 'since': self.since, 'until': self.until, **changed})}"
        )

    @property
    def narrowed(self) -> bool:
        return bool(self.place or self.state or self.since or self.until)


@require_GET
@signed_in
def find(request: HttpRequest) -> HttpResponse:
    """What was found, the first of each kind; of one kind page after page."""
    actor, now, after = actor_of(request), timezone.localtime(), request.GET.get("after", "")
    asked, refusal = Asked.of(request), None
    groups: tuple[FoundGroup, ...] = ()
    lines: tuple[FoundLine, ...] = ()
    behind = ""
    try:
        sought = asked.sought
        if asked.kind:
            page = insight.search_kind(actor, sought, after=after, now=now)
            lines, behind = found_lines(page.rows, sought, actor), page.after
        else:
            groups = found_groups(insight.search_all(actor, sought, now=now), sought, actor)
    except Refusal as said:
        refusal = said
    feed = search.feed()
    return show(
        request,
        "desk/find.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        asked=asked,
        groups=groups,
        lines=lines,
        behind=behind,
        first=not after,
        label=insight.KINDS[asked.kind].label if asked.kind in insight.KINDS else None,
        kinds=[(name, kind.label) for name, kind in insight.KINDS.items()],
        choices={
            "place": place_choices(home_of(actor), Level.STREET, Level.COMMUNITY),
            "state": _states(),
        },
        feed=feed if feed is None or not feed.whole else None,
        unfed=feed is None,
    )


def _states() -> tuple[Choice, ...]:
    each = (Choice(one, translated(cases.state_label(one))) for one in cases.STATES)
    return (Choice(OPEN, translated(say("在办"))), *each)


@require_GET
@signed_in
def quick(request: HttpRequest) -> HttpResponse:
    """The first of each kind, as a list below the box."""
    actor, sought = actor_of(request), insight.Sought(Asked.of(request).q)
    groups = insight.search_all(actor, sought, now=timezone.localtime())
    return show(
        request,
        "desk/find_quick.html",
        groups=found_groups(groups, sought, actor, most=_QUICK),
        asked=Asked(sought.text),
    )


urlpatterns = [
    path("", find, name="desk_find"),
    path("/quick", quick, name="desk_find_quick"),
]
