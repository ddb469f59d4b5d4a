"""Tasks of fieldwork: the list, one task with its route, and its steps for whoever has no telephone at
hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.fieldwork import actions, queries
from gewu.infra import listing
from gewu.infra.wording import translated
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.web import errors, forms
from gewu.web.accounts import See, signed_in
from gewu.web.pages import show
from gewu.web.presenting import fieldwork as named
from gewu.web.presenting.names import called, places_named
from gewu.web.presenting.parts import Listed
from gewu.web.presenting.shell import actor_of

RIGHTS = ("fieldwork.read", "fieldwork.do", "fieldwork.plan", "fieldwork.approve")
#: What an address may ask of the list.
ASKED = ("state", "place", "kind", "team", "since", "until", "mine", "overdue")


def opened(request: HttpRequest) -> Actor:
    """Whoever may look at fieldwork; others are refused."""
    actor = actor_of(request)
    if not any(map(actor.holds, RIGHTS)):
        raise Refusal(say("您没有查看巡查走访的权限"), Kind.FORBIDDEN)
    return actor


@require_GET
@signed_in
def tasks(request: HttpRequest) -> HttpResponse:
    """The tasks in one's scope, those due first, by state, place, kind and days."""
    actor, now, after = opened(request), timezone.localtime(), request.GET.get("after", "")
    given = {name: request.GET.get(name, "").strip() for name in ASKED}
    refusal = None
    try:
        filters = _filters(given)
        page = queries.tasks(actor, filters, after=after, now=now)
    except Refusal as said:
        refusal, filters = said, queries.TaskFilters()
        page = queries.tasks(actor, filters, now=now)
    counters = queries.task_counters(actor, filters, now=now)
    kept = named.as_query(**{name: text for name, text in given.items() if name != "state"})
    return show(
        request,
        "desk/field_tasks.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        page=Listed(named.task_rows(page.rows), page.after),
        given=given,
        state=filters.state,
        counters=counters,
        late=sum(one.overdue for one in counters),
        kept=kept,
        here_query=named.as_query(**given),
        first=not after,
        kinds=named.kind_choices(),
        places=named.where_choices(actor, "fieldwork.read"),
    )


def _filters(given: dict[str, str]) -> queries.TaskFilters:
    return queries.TaskFilters(
        state=given["state"] or listing.OPEN,
        place=given["place"],
        kind=given["kind"],
        team=given["team"],
        since=forms.day_or_none(given["since"], "since"),
        until=forms.day_or_none(given["until"], "until"),
        mine=given["mine"] == "1",
        overdue=given["overdue"] == "1",
    )


@require_GET
@signed_in
def task(request: HttpRequest, id: UUID) -> HttpResponse:
    """One task: its route with what was seen, what was found, the record, the steps open to the reader."""
    opened(request)
    return _page(request, id)


def _page(request: HttpRequest, id: UUID, refusal: Refusal | None = None, taken: str = "") -> HttpResponse:
    actor, now = actor_of(request), timezone.localtime()
    found = queries.task_page(actor, id, now=now)
    places = places_named({found.line.place, *(one.place for one in found.stops)})
    items = {one.code: one for one in found.items}
    return show(
        request,
        "desk/field_task.html",
        status=errors.status_of(refusal),
        refusal=refusal,
        page=found,
        row=named.task_rows([found.line])[0],
        stops=[
            (one, one.name or places[one.place].name if one.place in places else one.place)
            for one in found.stops
        ],
        items=[(one.code, called(one.name), called(one.category_name)) for one in found.items],
        item_names={code: called(one.name) for code, one in items.items()},
        steps={one.event: one for one in found.steps},
        taken=taken,
        typed=forms.typed(request) if refusal else {},
        about=_about(found.line.about),
        fields=found.form.fields,
    )


def _about(about: str) -> tuple[str, str]:
    """What a look belongs to: an address and what to call it."""
    subject, _, key = about.partition(":")
    if subject == "case":
        return reverse("desk_case", kwargs={"number": key}), key
    if subject == "report" and (id := named.uuid_or_none(key)):
        return reverse("desk_report", kwargs={"id": id}), translated(say("来件"))
    return "", ""


@require_POST
@signed_in
def step(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Take a step of a task; what was found is reported by a form of its own."""
    opened(request)
    deed = _finding if event == "find" else _step(event)
    queries.task_page(actor_of(request), id, now=timezone.localtime())
    try:
        deed(request, id, actor_of(request), timezone.localtime())
    except Refusal as refusal:
        return _page(request, id, refusal, event)
    return See(reverse("field_task", kwargs={"id": id}))


def _step(event: str) -> Callable[[HttpRequest, UUID, Actor, datetime], object]:
    def take(request: HttpRequest, id: UUID, actor: Actor, now: datetime) -> object:
        given = _given(request, event)
        return actions.take(id, event, actor=actor, now=now, version=forms.version(request), **given)

    return take


def _given(request: HttpRequest, event: str) -> dict[str, Any]:
    post = request.POST
    given: dict[str, Any] = {
        name: post[name].strip() for name in ("reason", "statement", "account") if post.get(name)
    }
    if event == "check_in":
        point = forms.spot(request)
        given["at"] = actions.CheckInDraft(
            named.uuid_or_none(post.get("stop", "")), point.get("lon"), point.get("lat")
        )
    if event == "look":
        given["looks"] = _looks(request)
    if event in ("finish", "sign_none"):
        answers = {name[7:]: text for name, text in post.items() if name.startswith("answer_")}
        given["answers"] = {name: text for name, text in answers.items() if text}
    return given


def _looks(request: HttpRequest) -> tuple[actions.Seen, ...]:
    """Every radio button that was set is named ``look_<stop>_<item>``."""
    found = []
    for name, outcome in request.POST.items():
        key, _, item = name.removeprefix("look_").rpartition("_")
        stop = named.uuid_or_none(key) if name.startswith("look_") else None
        if stop and outcome:
            found.append(actions.Seen(stop, item, str(outcome)))
    return tuple(found)


def _finding(request: HttpRequest, id: UUID, actor: Actor, now: datetime) -> object:
    post = request.POST
    draft = actions.FindingDraft(
        text=post.get("text", "").strip(),
        task=id,
        stop=named.uuid_or_none(post.get("stop", "")),
        item=post.get("item", ""),
        address=post.get("address", "").strip(),
        photos=forms.new_photos(request, 0, actor=actor, now=now),
        key=post.get("key", "")[:80],
    )
    return actions.find(draft, actor=actor, now=now)
