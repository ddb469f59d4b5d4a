"""Setup of the handbook: this installation's own words, films and pictures."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gewu.handbook import actions, queries
from gewu.handbook.actions import WordsDraft
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security import queries as security
from gewu.web.accounts import See, signed_in
from gewu.web.presenting.names import either
from gewu.web.presenting.shell import actor_of
from gewu.web.setup.home import opened, shown

SECTION = "setup_help"


@require_GET
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """Every item: whose words it has, and how many films and pictures."""
    opened(request, SECTION)
    sought = request.GET.get("q", "").strip()[:80]
    items = queries.items()
    return shown(
        request, "setup/help.html", SECTION,
        items=queries.found(sought, items) if sought else items, sought=sought, chapters=queries.CHAPTERS,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@signed_in
def item(request: HttpRequest, key: str) -> HttpResponse:
    """One item with its words to change, its versions, films and pictures."""
    opened(request, SECTION)
    if request.method == "GET":
        return _page(request, key)
    draft = WordsDraft(
        **{name: request.POST.get(name, "").strip() for name in WordsDraft.__dataclass_fields__}
    )
    try:
        actions.reword(
            key,
            draft,
            version=_version(request),
            place=settings.COUNTY,
            actor=actor_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, key, refusal, draft)
    return _back(key)


@require_POST
@signed_in
def restore(request: HttpRequest, key: str) -> HttpResponse:
    """Go back to an older version, or to the words of the handbook itself."""
    opened(request, SECTION)
    older = request.POST.get("older", "")
    try:
        actions.restore(
            key, int(older) if older.isdigit() else -1, why=request.POST.get("why", ""),
            version=_version(request), place=settings.COUNTY, actor=actor_of(request), now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, key, refusal)
    return _back(key)


@require_POST
@signed_in
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Add a film or the next picture."""
    opened(request, SECTION)
    try:
        sent = request.FILES.get("film")
        if sent is None:
            raise Refusal(say("请选择影片或图片"), field="film")
        actions.add_picture(
            key, sent.read(), request.POST.get("caption_zh", ""), request.POST.get("caption_en", ""),
            place=settings.COUNTY, actor=actor_of(request), now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, key, refusal)
    return _back(key)


@require_POST
@signed_in
def end(request: HttpRequest, key: str, id: UUID) -> HttpResponse:
    """Take a film or picture down."""
    opened(request, SECTION)
    try:
        actions.end_picture(id, place=settings.COUNTY, actor=actor_of(request), now=timezone.now())
    except Refusal as refusal:
        return _page(request, key, refusal)
    return _back(key)


def _version(request: HttpRequest) -> int:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isdigit() else -1


def _back(key: str) -> HttpResponse:
    return See(reverse("setup_help_item", kwargs={"key": key}))


def _page(
    request: HttpRequest, key: str, refusal: Refusal | None = None, draft: WordsDraft | None = None
) -> HttpResponse:
    found = queries.item(key)
    versions = queries.versions_of(key)
    return shown(
        request, "setup/help_item.html", SECTION, refusal=refusal, item=found, versions=versions,
        draft=draft or WordsDraft(found.zh.title, found.zh.text, found.en.title, found.en.text),
        caption_zh=request.POST.get("caption_zh", ""), caption_en=request.POST.get("caption_en", ""),
        title=either(found.zh.title, found.en.title), names=security.names_of([one.by for one in versions]),
    )  # fmt: skip
