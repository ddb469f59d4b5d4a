"""Places in setup: boundaries checked and put in force, editions of the net, old codes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from gewu.infra import files
from gewu.kernel.datum import Datum
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.territory import actions as net
from gewu.territory import queries as territory
from gewu.territory.queries import Layer
from gewu.web import forms
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import Choice
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown
from gewu.web.setup.units import place_asked

SECTION = "setup_places"
LAYERS: tuple[tuple[Layer, Text], ...] = (
    (Layer.GRID, say("网格")),
    (Layer.MICRO, say("微网格")),
    (Layer.DIVISION, say("区划边界")),
    (Layer.UNIT, say("单元网格")),
)


@require_GET
@signed_in
def places(request: HttpRequest) -> HttpResponse:
    """A place with its parts, the editions of its net and the forms to change it."""
    opened(request, SECTION)
    return _page(request, place_asked(request))


def _page(request: HttpRequest, code: str, refusal: Refusal | None = None) -> HttpResponse:
    return shown(
        request,
        "setup/places.html",
        SECTION,
        refusal=refusal,
        place=territory.place(code),
        below=territory.children_of(code),
        batches=territory.batches(code),
        layers=LAYERS,
        datums=tuple(Choice(one.value, one.value) for one in Datum),
        typed=request.POST if refusal else {},
        tomorrow=timezone.localdate(),
        most_mb=files.MOST_BYTES // 1024 // 1024,
    )


@require_GET
@signed_in
def batch(request: HttpRequest, id: UUID) -> HttpResponse:
    """What the check of a file found: overlaps, gaps, doubtful codes, each with where it lies."""
    opened(request, SECTION)
    found = territory.batch(id)
    return shown(request, "setup/batch.html", SECTION, batch=found, layers=dict(LAYERS))


@require_POST
@signed_in
def boundaries(request: HttpRequest) -> HttpResponse:
    """Check a boundary file, and put it in force when that is asked for and nothing stands in the way.

    A large one waits for its turn; its page tells when it is done.
    """
    opened(request, SECTION)
    at = place_asked(request)
    try:
        kept = _taken(request, _file(request, at), take=request.POST.get("take") == "1")
    except Refusal as refusal:
        return _page(request, at, refusal)
    return See(reverse("setup_batch", kwargs={"id": kept}))


def _taken(request: HttpRequest, file: net.BoundaryFile, *, take: bool) -> UUID:
    actor, now = actor_of(request), timezone.now()
    if len(file.content) > net.AT_ONCE:
        return net.want_boundaries(file, take=take, language=get_language() or "", actor=actor, now=now).pk
    at_once = net.import_boundaries if take else net.check_boundaries
    return at_once(file, actor=actor, now=now).pk


def _file(request: HttpRequest, inside: str) -> net.BoundaryFile:
    given, file = request.POST, request.FILES.get("file")
    if file is None:
        raise Refusal(say("请选择边界文件"), field="file")
    content = file.read(files.MOST_BYTES + 1)
    if len(content) > files.MOST_BYTES:
        raise Refusal(
            say("文件太大，最多 {n} MB", n=files.MOST_BYTES // 1024 // 1024), Kind.TOO_LARGE, field="file"
        )
    datum, layer = given.get("datum", ""), given.get("layer", "")
    if layer not in Layer.values or datum not in ("", *(one.value for one in Datum)):
        raise Refusal(say("请选择图层和坐标系"), field="layer")
    since: date = forms.day(given.get("since", ""), "since")
    return net.BoundaryFile(
        content, file.name or "", inside, since, Datum(datum) if datum else None, Layer(layer)
    )


@require_POST
@signed_in
def aliases(request: HttpRequest) -> HttpResponse:
    """Keep old codes of a merged net: one line for each, the old code and the place that stands for it."""
    opened(request, SECTION)
    at = place_asked(request)
    try:
        codes = _codes(request.POST.get("codes", ""))
        net.record_aliases(
            request.POST.get("net", "").strip(), codes, inside=at, actor=actor_of(request), now=timezone.now()
        )
    except Refusal as refusal:
        return _page(request, at, refusal)
    return See(f"{reverse(SECTION)}?{urlencode({'at': at})}")


def _codes(text: str) -> dict[str, str]:
    lines = [line.replace(",", " ").split() for line in text.splitlines() if line.strip()]
    wrong = next((number for number, parts in enumerate(lines, 1) if len(parts) != 2), 0)
    if wrong or not lines:
        raise Refusal(say("第 {n} 行要写成“旧编号 现行代码”", n=wrong or 1), field="codes")
    return {parts[0]: parts[1] for parts in lines}
