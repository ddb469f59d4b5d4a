"""Setup of lists: their versions, the items of a draft, opinions, and what the lists refused."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.catalogue import actions as lists
from gewu.catalogue import queries as catalogue
from gewu.infra import sheets
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.editions import item_view, office_named, version
from gewu.web.presenting.names import called, matter_choices, unit_choices
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

SECTION = "setup_lists"
#: How far back refused work is counted, in days.
REFUSED_DAYS = 90
#: A table of items larger than this is no list.
LARGEST_TABLE = 8 * 1024 * 1024


@require_http_methods(["GET", "POST"])
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The kinds of list with their versions; a new version is begun here."""
    opened(request, SECTION)
    if request.method == "GET":
        return _home(request)
    post, actor = request.POST, actor_of(request)
    try:
        place = post.get("place", "").strip() or settings.COUNTY
        row = lists.draft(
            post.get("kind", ""),
            place,
            actor=actor,
            now=timezone.localtime(),
            office=post.get("office", "").strip()[:100],
        )
    except Refusal as refusal:
        return _home(request, refusal)
    return See(reverse("setup_edition", kwargs={"id": row.pk}))


def _home(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    today = timezone.localdate()
    wanted = request.GET.get("kind", "")
    known = {one.code: one for one in catalogue.list_kinds()}
    found = catalogue.editions(actor_of(request), wanted if wanted in known else "")
    return shown(
        request,
        "setup/lists.html",
        SECTION,
        refusal=refusal,
        kinds=[(one.code, called(one.name), called(one.purpose)) for one in known.values()],
        wanted=wanted,
        versions=[version(one, today) for one in found],
    )


@require_GET
@signed_in
def edition(request: HttpRequest, id: UUID) -> HttpResponse:
    """One version: its items, what it lacks, the steps open to the reader, opinions."""
    opened(request, SECTION)
    return _edition(request, id)


def _edition(
    request: HttpRequest,
    id: UUID,
    refusal: Refusal | None = None,
    read: lists.ItemsRead | None = None,
    taken: str = "",
) -> HttpResponse:
    found = catalogue.edition(actor_of(request), id)
    chosen = next((one for one in found.items if one.code == request.GET.get("item")), None)
    return shown(
        request,
        "setup/edition.html",
        SECTION,
        refusal=refusal,
        version=version(found.line, timezone.localdate()),
        page=found,
        items=[item_view(one) for one in found.items],
        chosen=chosen,
        read=read,
        taken=taken,
        labels=catalogue.WORD_LABELS,
        categories=[(one, catalogue.CATEGORY_LABELS.get(one, one)) for one in found.line.kind.categories],
        typed=request.POST if refusal else {},
        leads=_offices() if found.may_edit else (),
    )


def _offices() -> list[tuple[str, str]]:
    """Whoever may lead: departments first, then single units."""
    departments = [(code, office_named(code)) for code in catalogue.departments()]
    return [*departments, *((one.value, one.label) for one in unit_choices())]


def _done(
    request: HttpRequest, id: UUID, deed: Callable[[Actor, datetime], object], taken: str = ""
) -> HttpResponse:
    opened(request, SECTION)
    try:
        deed(actor_of(request), timezone.localtime())
    except Refusal as refusal:
        return _edition(request, id, refusal, taken=taken)
    return See(reverse("setup_edition", kwargs={"id": id}))


@require_POST
@signed_in
def step(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Take a step of the table of lists."""
    post = request.POST

    def take(actor: Actor, now: datetime) -> object:
        given = {name: post.get(name, "").strip() for name in ("reason", "authority") if post.get(name)}
        since = forms.day_or_none(post.get("since", ""), "since")
        return lists.take(id, event, actor=actor, now=now, **given, **({"since": since} if since else {}))

    return _done(request, id, take, event)


@require_POST
@signed_in
def put_item(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write one item into a draft."""
    cells = {name: text.strip() for name, text in request.POST.items() if isinstance(text, str)}
    cells.pop("csrfmiddlewaretoken", None)

    def put(actor: Actor, now: datetime) -> object:
        return lists.put_items(id, [lists.spec_of(cells)], actor=actor, now=now)

    return _done(request, id, put, "item")


@require_POST
@signed_in
def remove_item(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take one item out of a draft."""
    code = request.POST.get("code", "")[:20]
    return _done(request, id, lambda actor, now: lists.remove_item(id, code, actor=actor, now=now))


@require_POST
@signed_in
def load(request: HttpRequest, id: UUID) -> HttpResponse:
    """Read items from an Excel or CSV file; a bad row is named, and then nothing is written."""
    opened(request, SECTION)
    found = catalogue.edition(actor_of(request), id)
    try:
        read = lists.read_items(found.line.kind.code, found.line.place, _table(request))
        if request.POST.get("write") != "yes" or read.bad:
            return _edition(request, id, read=read, taken="load")
        lists.put_items(id, read.items, actor=actor_of(request), now=timezone.localtime())
    except Refusal as refusal:
        return _edition(request, id, refusal, taken="load")
    return See(reverse("setup_edition", kwargs={"id": id}))


def _table(request: HttpRequest) -> sheets.Sheet:
    """The table that was sent; its name says nothing, its content decides what it is."""
    given = request.FILES.get("file")
    if given is None:
        raise Refusal(say("请选一个 Excel 或 CSV 文件"), field="file")
    if (given.size or 0) > LARGEST_TABLE:
        raise Refusal(
            say("文件过大，最多 {n} MB", n=LARGEST_TABLE // 1024 // 1024), Kind.TOO_LARGE, field="file"
        )
    with tempfile.NamedTemporaryFile() as kept:
        for part in given.chunks():
            kept.write(part)
        kept.flush()
        return sheets.read(Path(kept.name))


@require_POST
@signed_in
def answer(request: HttpRequest, id: UUID, opinion: UUID) -> HttpResponse:
    """Answer an opinion."""
    said = request.POST.get("answer", "")
    return _done(request, id, lambda actor, now: lists.answer_opinion(opinion, said, actor=actor, now=now))


@require_GET
@signed_in
def refused(request: HttpRequest) -> HttpResponse:
    """How often each department's work was refused by the lists, and every such refusal."""
    opened(request, "setup_refused")
    actor, now = actor_of(request), timezone.localtime()
    since = now - timedelta(days=REFUSED_DAYS)
    department = request.GET.get("department", "")[:40]
    page = catalogue.refused_tasks(
        actor, since=since, department=department, after=request.GET.get("after", "")
    )
    counts = catalogue.refusals_by_department(actor, since=since)
    return shown(
        request,
        "setup/refused.html",
        "setup_refused",
        days=REFUSED_DAYS,
        counts=[(one.department, office_named(one.department), one.count) for one in counts],
        department=department,
        lines=[
            (one, office_named(one.department), called(catalogue.name_of(one.matter))) for one in page.rows
        ],
        after=page.after,
    )


@require_http_methods(["GET", "POST"])
@signed_in
def applications(request: HttpRequest) -> HttpResponse:
    """Applications for admission: those of one's own units, and those one assesses or approves."""
    if request.method == "GET":
        return _applications(request)
    post = request.POST
    try:
        spec = lists.ApplicationSpec(
            kind=post.get("kind", ""),
            place=post.get("place", "").strip() or settings.COUNTY,
            unit=post.get("unit", ""),
            title_zh=post.get("title_zh", ""),
            matters=tuple(one for one in post.getlist("matters") if one),
            basis=post.get("basis", ""),
            reason=post.get("reason", ""),
            category=post.get("category", ""),
            until=forms.day_or_none(post.get("until", ""), "until"),
        )
        lists.apply(spec, actor=actor_of(request), now=timezone.localtime())
    except Refusal as refusal:
        return _applications(request, refusal, "apply")
    return See(reverse("desk_applications"))


def _applications(request: HttpRequest, refusal: Refusal | None = None, taken: str = "") -> HttpResponse:
    actor = actor_of(request)
    page = catalogue.applications(
        actor, state=request.GET.get("state", "")[:12], after=request.GET.get("after", "")
    )
    kinds = [(one, called(one.name)) for one in catalogue.list_kinds() if one.open_to_applications]
    return shown(
        request,
        "setup/applications.html",
        "desk_applications",
        refusal=refusal,
        lines=page.rows,
        after=page.after,
        kinds=kinds,
        categories=[
            ("handle", catalogue.CATEGORY_LABELS["handle"]),
            ("verify", catalogue.CATEGORY_LABELS["verify"]),
            ("must", catalogue.CATEGORY_LABELS["must"]),
            ("assist", catalogue.CATEGORY_LABELS["assist"]),
        ],
        may_apply=actor.holds("lists.apply") or actor.holds("catalogue.manage"),
        matters=matter_choices(timezone.localdate(), headers=True),
        units=unit_choices(),
        taken=taken,
        typed=request.POST if refusal else {},
    )


@require_POST
@signed_in
def application_step(request: HttpRequest, id: UUID, event: str) -> HttpResponse:
    """Take a step of an application."""
    given = {name: request.POST.get(name, "").strip() for name in ("reason", "finding", "authority")}
    try:
        lists.take_application(
            id,
            event,
            actor=actor_of(request),
            now=timezone.localtime(),
            **{k: v for k, v in given.items() if v},
        )
    except Refusal as refusal:
        return _applications(request, refusal, f"{id}-{event}")
    return See(reverse("desk_applications"))
