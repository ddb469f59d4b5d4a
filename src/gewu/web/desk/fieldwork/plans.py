"""Plans: the list, one plan, and the form that shows beforehand which tasks it brings and what it meets."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.fieldwork import actions, queries
from gewu.fieldwork.queries import RHYTHMS, Rhythm
from gewu.infra import listing
from gewu.infra.wording import translated
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.organisation import queries as organisation
from gewu.security.actors import Actor
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.desk.fieldwork.tasks import opened
from gewu.web.pages import show
from gewu.web.presenting import fieldwork as named
from gewu.web.presenting.names import Choice, called, places_named, unit_choices
from gewu.web.presenting.parts import Listed
from gewu.web.presenting.shell import actor_of

ASKED = ("state", "place", "kind", "line", "team", "words", "key_period")
STATES = (
    (listing.OPEN, say("在办")),
    ("drafted", say("拟定中")),
    ("running", say("执行中")),
    ("ended", say("已结束")),
    ("all", say("全部")),
)


@require_GET
@signed_in
def plans(request: HttpRequest) -> HttpResponse:
    """The plans in one's scope, by state, place, kind, line, team and words."""
    actor, after = opened(request), request.GET.get("after", "")
    given = {name: request.GET.get(name, "").strip() for name in ASKED}
    refusal = None
    try:
        page = queries.plans(actor, _filters(given), after=after)
    except Refusal as said:
        refusal, page = said, queries.plans(actor, queries.PlanFilters())
    return show(
        request,
        "desk/field_plans.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        page=Listed(named.plan_rows(page.rows), page.after),
        given=given,
        state=given["state"] or listing.OPEN,
        states=STATES,
        kept=named.as_query(**{name: text for name, text in given.items() if name != "state"}),
        here_query=named.as_query(**given),
        first=not after,
        kinds=named.kind_choices(),
        lines=named.line_choices(),
        places=named.where_choices(actor, "fieldwork.read"),
        may_plan=actor.holds("fieldwork.plan"),
    )


def _filters(given: dict[str, str]) -> queries.PlanFilters:
    return queries.PlanFilters(
        state=given["state"] or listing.OPEN,
        place=given["place"],
        kind=given["kind"],
        line=given["line"] or None,
        who="crew" if given["team"] else "",
        whom=given["team"],
        words=given["words"],
        key_period=given["key_period"] == "1",
    )


@require_GET
@signed_in
def plan(request: HttpRequest, id: UUID) -> HttpResponse:
    """One plan: its route and items, what has become of its tasks, and which plans of others it meets."""
    opened(request)
    return _page(request, id)


def _page(request: HttpRequest, id: UUID, refusal: Refusal | None = None, taken: str = "") -> HttpResponse:
    actor, now = actor_of(request), timezone.localtime()
    found = queries.plan_page(actor, id, now=now)
    places = places_named(
        {found.line.place, *(one.place for one in found.stops), *(one.place for one in found.again)}
    )
    names = {code: one.name for code, one in places.items()}
    return show(
        request,
        "desk/field_plan.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        page=found,
        row=named.plan_row(found.line, places),
        names=names,
        items=[(one.code, called(one.name), called(one.category_name)) for one in found.items],
        again=[
            (
                one,
                one.name or names.get(one.place, one.place),
                named.line_named(one.other_line),
                translated(named.WEEKDAYS[one.other_day.isoweekday()]),
            )
            for one in found.again
        ],
        steps=[one for one in found.steps if one.event != "change"],
        may_change=any(one.event == "change" for one in found.steps),
        taken=taken,
        typed=forms.typed(request) if refusal else {},
        covered=f"{found.looks_done / found.looks_due:.0%}" if found.looks_due else "",
    )


@require_POST
@signed_in
def step(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Approve, send back, withdraw or end a plan."""
    actor = opened(request)
    queries.plan_page(actor, id, now=timezone.localtime())
    given = {"reason": request.POST["reason"].strip()} if request.POST.get("reason") else {}
    try:
        actions.take_plan(
            id, event, actor=actor, now=timezone.localtime(), version=forms.version(request), **given
        )
    except Refusal as refusal:
        return _page(request, id, refusal, event)
    return See(reverse("field_plan", kwargs={"id": id}))


@require_http_methods(["GET", "POST"])
@signed_in
def make(request: HttpRequest) -> HttpResponse:
    """Make a plan: begun from a template, looked at beforehand, then kept as a draft."""
    actor, now = _planner(request), timezone.localtime()
    if request.method == "GET":
        return _form(request, _begun(request.GET.get("template", ""), now.date()))
    return _kept(request, None, actor, now)


@require_http_methods(["GET", "POST"])
@signed_in
def change(request: HttpRequest, id: UUID) -> HttpResponse:
    """Change a plan that is still a draft."""
    actor, now = _planner(request), timezone.localtime()
    found = queries.plan_page(actor, id, now=now)
    if request.method == "GET":
        return _form(request, _typed_of(found), plan=id)
    return _kept(request, id, actor, now)


def _planner(request: HttpRequest) -> Actor:
    actor = opened(request)
    if not actor.holds("fieldwork.plan"):
        raise Refusal(say("您没有安排计划的权限"), Kind.FORBIDDEN)
    return actor


def _kept(request: HttpRequest, id: UUID | None, actor: Actor, now: datetime) -> HttpResponse:
    """Look at it beforehand, or keep it, whichever button was pressed."""
    typed = _typed(request)
    try:
        draft = _draft(typed)
        if request.POST.get("look"):
            return _form(request, typed, plan=id, seen=actions.rehearse(draft, actor=actor, now=now, plan=id))
        if id is None:
            row = actions.make_plan(draft, actor=actor, now=now)
        else:
            row = actions.change_plan(id, draft, actor=actor, now=now, version=forms.version(request))
    except Refusal as refusal:
        return _form(request, typed, refusal, plan=id)
    return See(reverse("field_plan", kwargs={"id": row.pk}))


Typed = dict[str, Any]
TEXTS = (
    "kind", "title", "purpose", "line", "unit", "checklist", "rhythm", "dates", "since", "until",
    "opens_at", "closes_at", "person", "version", "listed",
)  # fmt: skip
MANY = ("stops", "categories", "items", "weekdays", "month_days")


def _typed(request: HttpRequest) -> Typed:
    """What was typed; who does it is one choice, or a person's sign-in name."""
    post = request.POST
    typed: Typed = {name: post.get(name, "").strip() for name in TEXTS}
    typed |= {name: [one for one in post.getlist(name) if one] for name in MANY}
    typed |= {name: post.get(name) == "1" for name in ("workdays", "public", "key_period")}
    typed["whom"] = post.get("whom", "")
    return typed


def _begun(template: str, today: date) -> Typed:
    """An empty form, or one with a template filled in."""
    typed: Typed = dict.fromkeys(TEXTS, "") | {name: [] for name in MANY}
    typed |= {"workdays": False, "public": False, "key_period": False, "whom": "post:grid_worker"}
    typed |= {"kind": "patrol", "rhythm": "daily", "since": today.isoformat(), "checklist": queries.PATROL}
    found = next((one for one in queries.templates() if one.code == template), None)
    if found:
        typed |= {
            "kind": found.kind,
            "title": called(found.name),
            "checklist": found.checklist,
            "categories": list(found.categories),
            "rhythm": found.rhythm.name,
            "weekdays": [str(one) for one in found.rhythm.weekdays],
            "month_days": [str(one) for one in found.rhythm.month_days],
            "workdays": found.rhythm.workdays,
            "key_period": found.key_period,
            "whom": f"{found.who}:{found.whom}",
        }
    return typed


def _typed_of(found: queries.PlanPage) -> Typed:
    line = found.line
    unit = organisation.unit(line.unit) if line.unit else None
    return {
        "kind": line.kind.code, "title": line.title, "purpose": found.purpose, "line": line.line,
        "unit": unit.code if unit else "", "checklist": found.checklist, "rhythm": line.rhythm.name,
        "dates": " ".join(one.isoformat() for one in line.rhythm.dates), "since": line.since.isoformat(),
        "until": line.until.isoformat() if line.until else "", "opens_at": found.opens,
        "closes_at": found.closes, "version": str(found.version),
        "person": line.whom if line.who == "account" else "",
        "stops": [str(one.spot or one.place) for one in found.stops], "categories": [],
        "items": list(found.chosen), "weekdays": [str(one) for one in line.rhythm.weekdays],
        "month_days": [str(one) for one in line.rhythm.month_days], "workdays": line.rhythm.workdays,
        "public": line.public, "key_period": line.key_period, "whom": f"{line.who}:{line.whom}",
        "listed": found.listed.code if found.listed else "",
    }  # fmt: skip


def _draft(typed: Typed) -> actions.PlanDraft:
    who, _, whom = ("account", "", typed["person"]) if typed["person"] else typed["whom"].partition(":")
    since = forms.day(typed["since"], "since")
    return actions.PlanDraft(
        kind=typed["kind"],
        title=typed["title"],
        purpose=typed["purpose"],
        line=typed["line"],
        unit=typed["unit"],
        stops=tuple(_stop(one) for one in typed["stops"]),
        who=who,
        whom=whom,
        rhythm=_rhythm(typed),
        since=since,
        until=forms.day_or_none(typed["until"], "until"),
        checklist=typed["checklist"] if queries.kind(typed["kind"]).listed else "",
        items=_items(typed, since),
        opens_at=_hour(typed["opens_at"], "opens_at"),
        closes_at=_hour(typed["closes_at"], "closes_at"),
        public=typed["public"],
        key_period=typed["key_period"],
        listed=typed["listed"],
    )


def _stop(text: str) -> actions.StopDraft:
    spot = named.uuid_or_none(text) if not text.isdigit() else None
    return actions.StopDraft(spot=spot) if spot else actions.StopDraft(place=text)


def _rhythm(typed: Typed) -> Rhythm:
    name = typed["rhythm"]
    return Rhythm(
        name,
        tuple(_number(one, "weekdays") for one in typed["weekdays"]) if name == "weekdays" else (),
        tuple(_number(one, "month_days") for one in typed["month_days"]) if name == "monthly" else (),
        tuple(forms.day(one, "dates") for one in typed["dates"].replace(",", " ").replace("、", " ").split())
        if name == "dates"
        else (),
        typed["workdays"],
    )


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise Refusal(say("请用数字填写"), field=field)
    return int(text)


def _hour(text: str, field: str) -> time | None:
    try:
        return time.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal(say("时间要写成 08:30 这样"), field=field) from None


def _items(typed: Typed, since: date) -> tuple[str, ...]:
    """The items that were ticked, else those of the ticked categories; none for all of the list."""
    if not typed["checklist"] or not queries.kind(typed["kind"]).listed:
        return ()
    if typed["items"]:
        return tuple(typed["items"])
    known = queries.checklist(typed["checklist"], since)
    return tuple(one.code for one in known.items if one.category in typed["categories"])


def _form(
    request: HttpRequest,
    typed: Typed,
    refusal: Refusal | None = None,
    *,
    plan: UUID | None = None,
    seen: actions.Rehearsed | None = None,
) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    inside = named.home_by(actor, "fieldwork.plan")
    lists = [one for one in queries.checklists() if one.since <= today and one.code != queries.DUTIES]
    spots = queries.spots(actor, inside)
    return show(
        request,
        "desk/field_plan_form.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        typed=typed,
        plan=plan,
        seen=_seen(seen) if seen else None,
        templates=[(one.code, called(one.name)) for one in queries.templates()],
        kinds=named.kind_choices(),
        rhythms=[(name, translated(label)) for name, label in RHYTHMS.items()],
        weekdays=[(str(day), translated(label)) for day, label in named.WEEKDAYS.items()],
        whom=named.whom_choices(inside),
        lines=named.line_choices(),
        units=unit_choices(inside),
        lists=[
            (one.code, called(one.name), [(code, called(name)) for code, name in one.categories])
            for one in lists
        ],
        work_items=[
            Choice(one.code, f"{one.code} {called(one.title)}") for one in queries.work_items(inside, today)
        ],
        places=(
            *(Choice(str(one.id), one.name, f"{one.area} {translated(one.kind_name)}") for one in spots),
            *named.where_choices(actor, "fieldwork.plan"),
        ),
    )


def _seen(found: actions.Rehearsed) -> dict[str, Any]:
    places = places_named({one.place for one in found.again} | {place for _, place, _, _ in found.full})
    names = {code: one.name for code, one in places.items()}
    return {
        "days": found.days,
        "tasks": found.tasks,
        "first": found.first,
        "more": max(0, found.days - len(found.first)),
        "again": [
            (
                one,
                one.name or names.get(one.place, one.place),
                named.line_named(one.other_line),
                translated(named.WEEKDAYS[one.other_day.isoweekday()]),
            )
            for one in found.again
        ],
        "full": [(day, names.get(place, place), load, limit) for day, place, load, limit in found.full],
    }
