"""Visits: the list, the form with its parts, and one visit with the cases that it opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import queries
from gewu.fieldwork.actions import Noted, Request, VisitDraft
from gewu.fieldwork.queries import FormField, KindFacts
from gewu.infra.wording import said
from gewu.kernel.refusals import Refusal
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.desk.rounds import around
from gewu.web.desk.rounds.around import Asked
from gewu.web.presenting.names import Choice, called, matter_choices

#: So many rows for requests stand in the form; who notes more sends a second visit.
REQUESTS = 4
#: The kinds of visit on which several people may ask for something.
HEARING = ("evening_visit", "official_visit")


@dataclass(frozen=True)
class Row:
    """One visit of the list."""

    id: UUID
    kind: str
    title: str
    place: str
    who: str
    opens_at: datetime
    due_at: datetime
    label: object
    open: bool
    overdue: bool
    found: int
    may_record: bool


@dataclass(frozen=True)
class Part:
    """One part of the form: its words, and the classes of matters that it may open."""

    code: str
    label: str
    type: str
    choices: tuple[Choice, ...]
    required: bool
    matters: tuple[Choice, ...]
    matter: str


@require_GET
@signed_in
def visits(request: HttpRequest) -> HttpResponse:
    """The visits that one sees, the newest first."""
    asked = around.asked(request, around.READ, around.DO)
    kind, mine = request.GET.get("kind", "")[:20], "mine" in request.GET
    kinds = queries.visit_kinds()
    known = kind if kind in {one.code for one in kinds} else ""
    page = queries.visits(asked.actor, kind=known, mine=mine, after=asked.after, now=asked.now)
    named = around.where(one.task.place for one in page.rows)
    return around.page(
        request, "visits.html", "visits", kinds=[Choice(one.code, called(one.name)) for one in kinds],
        kind=known, mine=mine, rows=[_row(one, named) for one in page.rows], after=page.after,
        first=not asked.after, may_visit=asked.actor.holds(around.DO),
    )  # fmt: skip


def _row(one: queries.VisitLine, named: dict[str, str]) -> Row:
    task = one.task
    return Row(
        task.id, called(task.kind.name), said(task.title), named[task.place], task.who, one.at, task.due_at,
        task.label, task.open, task.overdue, task.found, one.may_record,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """The form of a visit: planned, or made as one comes by."""
    asked = around.asked(request, around.DO)
    if request.method == "GET":
        return _form(request, asked)
    try:
        made = _visit(request, asked)
    except Refusal as refusal:
        return _form(request, asked, refusal)
    return See(reverse("desk_round", kwargs={"id": made}))


def _visit(request: HttpRequest, asked: Asked) -> UUID:
    kind = _kind(request, asked)
    form = queries.form(kind.form)
    typed = {name: text.strip() for name, text in forms.typed(request).items()}
    noted = {one.code: _noted(request, one, asked) for one in form.fields if one.matter}
    pairing = request.POST.get("pairing", "")
    draft = VisitDraft(
        kind=kind.code,
        task=around.key_of(request),
        place=typed.get("place", ""),
        at=around.here(request),
        answers={one.code: typed[one.code] for one in form.fields if typed.get(one.code)},
        noted=noted,
        requests=tuple(_requests(request)),
        pairing=UUID(pairing) if pairing else None,
        key=typed.get("key", "")[:80],
    )
    return fieldwork.visit(draft, actor=asked.actor, now=asked.now).pk


def _noted(request: HttpRequest, part: FormField, asked: Asked) -> Noted:
    name = f"{part.code}_photos"
    kept = (
        forms.photos(request, name, purpose="photo_before", actor=asked.actor, now=asked.now)
        if request.POST.get(part.code, "").strip()
        else ()
    )
    return Noted(request.POST.get(f"{part.code}_matter", "").strip(), kept, request.POST.get("address", ""))


def _requests(request: HttpRequest) -> list[Request]:
    found = []
    for n in range(REQUESTS):
        text = request.POST.get(f"request_{n}", "").strip()
        if text:
            found.append(Request(text, request.POST.get(f"request_{n}_matter", "").strip()))
    return found


def _kind(request: HttpRequest, asked: Asked) -> KindFacts:
    key = around.key_of(request)
    if key is not None:
        return queries.visit(asked.actor, key, now=asked.now).task.line.kind
    return queries.kind(request.POST.get("kind", "") or request.GET.get("kind", "") or "visit")


def _form(request: HttpRequest, asked: Asked, refusal: Refusal | None = None) -> HttpResponse:
    kind, key = _kind(request, asked), around.key_of(request)
    planned = queries.visit(asked.actor, key, now=asked.now).task.line if key else None
    matters = matter_choices(asked.now.date())
    paired = [one for one in queries.own_pairings(asked.actor, now=asked.now) if one.visit == kind.code]
    named = around.where([*(one.place for one in paired), *([planned.place] if planned else [])])
    return around.page(
        request, "visit_new.html", "visits", refusal, kind=kind.code, kind_name=called(kind.name),
        kinds=[Choice(one.code, called(one.name)) for one in queries.visit_kinds() if one.unplanned],
        hours=(kind.opens_at, kind.closes_at), planned=planned,
        planned_place=named[planned.place] if planned else "",
        places=around.grids(asked), key=request.POST.get("key") or forms.new_key(),
        parts=[_part(one, matters) for one in queries.form(kind.form).fields],
        requests=range(REQUESTS if kind.code in HEARING else 0), matters=matters,
        pairings=[Choice(str(one.id), f"{called(one.kind)} · {named[one.place]}") for one in paired],
        pairing=str(paired[0].id) if len(paired) == 1 else "",
    )  # fmt: skip


def _part(one: FormField, matters: tuple[Choice, ...]) -> Part:
    fitting = [
        choice for choice in matters if one.matter and choice.value.startswith((one.matter, *one.matters))
    ]
    choices = tuple(Choice(word, word) for word in one.choices)
    return Part(one.code, called(one.name), one.type, choices, one.required, tuple(fitting), one.matter)


@require_GET
@signed_in
def visit(request: HttpRequest, id: UUID) -> HttpResponse:
    """One visit: what was noted, and the case of each part."""
    asked = around.asked(request, around.READ, around.DO)
    found = queries.visit(asked.actor, id, now=asked.now)
    line = found.task.line
    return around.page(
        request, "visit.html", "visits", line=line, kind=called(line.kind.name),
        place=around.where([line.place])[line.place],
        parts=[(called(field.name), said, finding) for field, said, finding in found.parts],
        requests=[(called(one.matter_name), one) for one in found.requests],
        check_ins=found.task.check_ins, pairing=found.pairing,
        who=found.task.record.who if found.task.record else line.who, ended_at=found.task.ended_at,
        arrived_at=found.task.arrived_at,
        may_record=line.state in ("planned", "due", "started") and asked.actor.holds(around.DO),
    )  # fmt: skip
