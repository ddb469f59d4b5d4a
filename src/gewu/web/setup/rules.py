"""Setup of dated rules: what holds, comes and has passed; a change rehearsed, proposed and approved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.cases import actions as cases_actions
from gewu.cases import queries as cases
from gewu.catalogue import actions as catalogue_actions
from gewu.catalogue import queries as catalogue
from gewu.catalogue.actions import DatedKind
from gewu.intake import actions as intake_actions
from gewu.intake import queries as intake
from gewu.kernel.places import Level
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import queries as accounts
from gewu.sensing import actions as sensing_actions
from gewu.sensing import queries as sensing
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import Choice, matter_choices, origin_choices, place_choices
from gewu.web.presenting.rules import TIME_UNITS, Told, places_of, told, views
from gewu.web.presenting.sensing import device_kind_choices, quantity_choices
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

SECTION = "setup_rules"
#: Every kind of dated rule, whichever subject keeps it.
KINDS: Mapping[str, DatedKind] = {
    one.code: one
    for one in (
        *catalogue_actions.DATED,
        *intake_actions.DATED,
        *cases_actions.DATED,
        *sensing_actions.DATED,
    )
}


@dataclass(frozen=True)
class ChangeView:
    """A proposed change with names instead of codes; ``stops`` when the row is to end."""

    line: catalogue.ChangeLine
    kind: DatedKind
    words: tuple[Told, ...]
    stops: bool
    proposer: str
    decider: str


@require_GET
@signed_in
def rules(request: HttpRequest) -> HttpResponse:
    """Every kind of dated rule with how many rows hold and come, and what waits for approval."""
    opened(request, SECTION)
    today = timezone.localdate()
    waiting = _changes(request, today)
    counts = []
    for kind in KINDS.values():
        rows = kind.stored.rows()
        phases = [catalogue.phase_of(one, rows, today) for one in rows]
        open_ = sum(one.line.kind == kind.code and one.line.state == "proposed" for one in waiting)
        counts.append((kind, phases.count("in_force"), phases.count("coming"), open_))
    return shown(request, "setup/rules.html", SECTION, counts=counts, changes=waiting, kept=_keeps(request))


@require_http_methods(["GET", "POST"])
@signed_in
def rule(request: HttpRequest, kind: str) -> HttpResponse:
    """One kind: its rows by phase; a new row is rehearsed, then proposed for a second person to approve."""
    opened(request, SECTION)
    found = _kind(kind)
    if request.method == "GET":
        return _page(request, found)
    given = {name: text.strip() for name, text in request.POST.items() if isinstance(text, str)}
    actor, now = actor_of(request), timezone.localtime()
    try:
        since = forms.day(given.get("since", ""), "since")
        if given.get("do") != "propose":
            return _page(request, found, rehearsed=True, rehearsal=_rehearsed(request, found, given, since))
        basis = given.get("reason", "")
        catalogue_actions.propose(
            found, given, since=since, basis=basis, place=settings.COUNTY, actor=actor, now=now
        )
    except Refusal as refusal:
        return _page(request, found, refusal)
    return See(reverse("setup_rule", kwargs={"kind": kind}))


def _kind(code: str) -> DatedKind:
    if code not in KINDS:
        raise Refusal(say("没有这类规则"), Kind.MISSING)
    return KINDS[code]


def _rehearsed(
    request: HttpRequest, kind: DatedKind, given: Mapping[str, str], since: date
) -> cases.Rehearsal | sensing.AlarmRehearsal | None:
    """By the same reader as the proposal, so that what is refused there is refused here."""
    words, actor, now = kind.read(given), actor_of(request), timezone.localtime()
    if kind.code == "alarm_rule":
        return sensing.rehearse(words, place=settings.COUNTY, actor=actor, now=now)
    if kind.code == "intake_limit":
        return intake.rehearse_limit(words, since=since, place=settings.COUNTY, actor=actor, now=now)
    return cases.rehearse_rule(kind.code, words, place=settings.COUNTY, actor=actor, now=now)


@require_POST
@signed_in
def end(request: HttpRequest, kind: str, row: str) -> HttpResponse:
    """Propose that a row stops."""
    opened(request, SECTION)
    found, given = _kind(kind), request.POST
    try:
        catalogue_actions.propose_end(
            found,
            row,
            since=forms.day(given.get("since", ""), "since"),
            basis=given.get("reason", ""),
            place=settings.COUNTY,
            actor=actor_of(request),
            now=timezone.localtime(),
        )
    except Refusal as refusal:
        return _page(request, found, refusal)
    return See(reverse("setup_rule", kwargs={"kind": kind}))


@require_POST
@signed_in
def step(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Approve, refuse or withdraw a proposed change."""
    opened(request, SECTION)
    reason = request.POST.get("reason", "")
    actor, now = actor_of(request), timezone.localtime()
    try:
        row = catalogue_actions.take_change(KINDS, id, event, reason=reason, actor=actor, now=now)
    except Refusal as refusal:
        kind = KINDS.get(request.POST.get("kind", ""))
        if kind is None:
            raise
        return _page(request, kind, refusal)
    return See(reverse("setup_rule", kwargs={"kind": row.kind}))


def _keeps(request: HttpRequest) -> bool:
    return actor_of(request).holds_at("catalogue.manage", settings.COUNTY)


def _page(
    request: HttpRequest,
    kind: DatedKind,
    refusal: Refusal | None = None,
    *,
    rehearsed: bool = False,
    rehearsal: cases.Rehearsal | sensing.AlarmRehearsal | None = None,
) -> HttpResponse:
    today = timezone.localdate()
    return shown(
        request,
        "setup/rule.html",
        SECTION,
        refusal=refusal,
        kind=kind,
        phases=catalogue.PHASES,
        rows=views(kind, kind.stored.rows(), today),
        changes=_changes(request, today, kind.code),
        kept=_keeps(request),
        choices=_choices(kind, today),
        units=TIME_UNITS,
        typed=request.POST,
        rehearsed=rehearsed,
        rehearsal=rehearsal,
        tomorrow=(today + timedelta(days=1)).isoformat(),
    )


def _choices(kind: DatedKind, on: date) -> Mapping[str, tuple[Choice, ...]]:
    """The choices of each field that has some."""
    made: Mapping[str, Callable[[], tuple[Choice, ...]]] = {
        "matter": lambda: matter_choices(on, headers=True),
        "place": lambda: place_choices(settings.COUNTY, Level.COUNTY, Level.STREET, Level.COMMUNITY),
        "channel": origin_choices,
        "device_kind": device_kind_choices,
        "quantity": quantity_choices,
    }
    return {one.kind: made[one.kind]() for one in kind.fields if one.kind in made}


def _changes(request: HttpRequest, today: date, kind: str = "") -> list[ChangeView]:
    lines = catalogue.changes(actor_of(request), today=today, kind=kind)
    names = accounts.names_of({ref for one in lines for ref in (one.proposed_by, one.decided_by) if ref})
    ended = {
        one.id: one.words
        for code in {line.kind for line in lines if line.ends}
        for one in KINDS[code].stored.rows()
    }
    said = [line.words or ended.get(line.ends, {}) for line in lines]
    places = places_of(said)
    return [
        ChangeView(
            line,
            KINDS[line.kind],
            told(KINDS[line.kind], words, places) if words else (),
            bool(line.ends),
            names.get(line.proposed_by, line.proposed_by),
            names.get(line.decided_by, line.decided_by),
        )
        for line, words in zip(lines, said, strict=True)
    ]
