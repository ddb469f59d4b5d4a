"""Setup of fieldwork: kinds and forms as they stand, checklists by edition, how much a grid may have on a
day."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gewu.fieldwork import actions, queries
from gewu.infra import sheets
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor
from gewu.territory import queries as territory
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import called
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

SECTION = "setup_fieldwork"
LARGEST_TABLE = 4 * 1024 * 1024
#: What a column of a table of items may be headed, in Chinese or as in the shipped files.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("item_code", "duty_code", "code", "代码", "检查项代码"),
    "name_zh": ("item_zh", "duty_zh", "name_zh", "检查项", "名称"),
    "name_en": ("item_en", "duty_en", "name_en", "英文名称"),
    "category": ("category_code", "类别代码"),
    "category_zh": ("category_zh", "类别"),
    "category_en": ("category_en", "类别英文"),
    "frequency": ("frequency", "频次"),
    "matter": ("matter_code", "事项代码"),
}


@require_GET
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Kinds of plan, forms, the newest edition of each list, and the load limits."""
    opened(request, SECTION)
    return _home(request)


def _home(request: HttpRequest, refusal: Refusal | None = None) -> HttpResponse:
    limits = queries.load_limits()
    names = territory.paths_of([one for one in limits if one])
    return shown(
        request,
        "setup/fieldwork.html",
        SECTION,
        refusal=refusal,
        kinds=[(one, called(one.name), called(queries.form(one.form).name)) for one in queries.kinds()],
        forms=[(one, called(one.name), queries.ROLES.get(one.role)) for one in queries.forms()],
        lists=[(one, called(one.name)) for one in queries.checklists()],
        limits=[
            (place, names[place].path if place in names else "", n) for place, n in sorted(limits.items())
        ],
        typed=forms.typed(request) if refusal else {},
    )


@require_GET
@signed_in
def checklist(request: HttpRequest, code: str) -> HttpResponse:
    """One list: its editions, and the items of the one that was chosen."""
    opened(request, SECTION)
    return _list(request, code)


def _list(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    editions = queries.editions_of(code)
    asked = request.GET.get("edition", "")
    chosen = next((one for one in editions if str(one.edition) == asked), editions[0])
    return shown(
        request,
        "setup/checklist.html",
        SECTION,
        refusal=refusal,
        code=code,
        name=called(chosen.name),
        editions=editions,
        chosen=chosen,
        items=[(one, called(one.name), called(one.category_name)) for one in chosen.items],
        typed=forms.typed(request) if refusal else {},
        today=timezone.localdate(),
    )


@require_POST
@signed_in
def revise(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the next edition of a list from a table."""
    opened(request, SECTION)
    try:
        _revised(request, code, actor_of(request), timezone.localtime())
    except Refusal as refusal:
        return _list(request, code, refusal)
    return See(reverse("setup_checklist", kwargs={"code": code}))


def _revised(request: HttpRequest, code: str, actor: Actor, now: datetime) -> None:
    upload = request.FILES.get("table")
    if upload is None:
        raise Refusal(say("请选择表格文件"), field="table")
    content = upload.read(LARGEST_TABLE + 1)
    if len(content) > LARGEST_TABLE:
        raise Refusal(say("表格过大"), field="table")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(upload.name or "table.csv").name
        path.write_bytes(content)
        items = [_item(row.cells) for row in sheets.read(path).rows]
    actions.revise_checklist(
        code,
        items,
        since=forms.day(request.POST.get("since", ""), "since"),
        basis=request.POST.get("basis", ""),
        place=settings.COUNTY,
        actor=actor,
        now=now,
    )


def _item(row: Mapping[str, str]) -> actions.ItemDraft:
    cells: dict[str, str] = {}
    for field, heads in COLUMNS.items():
        cells[field] = next((str(row[head]).strip() for head in heads if row.get(head)), "")
    cells["category"] = cells["category"] or cells["category_zh"]
    return actions.ItemDraft(
        cells["code"],
        cells["category"],
        cells["category_zh"],
        cells["name_zh"],
        category_en=cells["category_en"],
        name_en=cells["name_en"],
        frequency=cells["frequency"] or "daily",
        matter=cells["matter"],
    )


@require_POST
@signed_in
def limit(request: HttpRequest) -> HttpResponse:
    """Set how many tasks a grid may have on one day, in a place."""

    def put(actor: Actor, now: datetime) -> object:
        text = request.POST.get("tasks", "")
        if not (text.isascii() and text.isdigit() and len(text) < 4):
            raise Refusal(say("请用数字填写"), field="tasks")
        place = request.POST.get("place", "").strip() or settings.COUNTY
        return actions.set_load_limit(
            place, int(text), basis=request.POST.get("basis", ""), actor=actor, now=now
        )

    return _done(request, put)


def _done(request: HttpRequest, deed: Callable[[Actor, datetime], object]) -> HttpResponse:
    opened(request, SECTION)
    try:
        deed(actor_of(request), timezone.localtime())
    except Refusal as refusal:
        return _home(request, refusal)
    return See(reverse("setup_fieldwork"))
