"""The Jinja2 environment of all pages, and the one way of showing one."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

import jinja2
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, ngettext

from gewu.infra import stream
from gewu.infra.tongues import gettext, speaking
from gewu.kernel.refusals import Refusal
from gewu.web import addresses, wording
from gewu.web.help.near import help_address
from gewu.web.presenting.shell import Refused, Site, me_of, notes_of, warnings_for


def environment(**options: Any) -> jinja2.Environment:
    """The environment that Django's Jinja2 backend asks for."""
    made = jinja2.Environment(**options)  # noqa: S701 -- the backend sets autoescape
    made.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # of its i18n extension
    made.filters.update(wording.filters(gettext))
    near = made.filters["distance"]
    made.filters["distance"] = lambda metres: near(metres) if metres is not None else gettext("同一社区")
    made.filters["query"] = addresses.query
    made.globals["url"] = url
    made.globals["bundle"] = bundle
    return made


def url(name: str, **values: Any) -> str:
    """The address of a page."""
    return reverse(name, kwargs=values or None)


@lru_cache(maxsize=1)
def _bundles() -> Any:
    manifest = Path(__file__).parent / "static" / "gewu" / "manifest.json"
    return addresses.bundles(manifest, settings.STATIC_URL + "gewu/")


def bundle(name: str) -> Any:
    """The script and the style sheet of an audience, by their hashed names."""
    return _bundles()(name)


def show(
    request: HttpRequest,
    template: str,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
    live: bool = False,
    **context: Any,
) -> HttpResponse:
    """A page with what every page needs beside its own context; who has signed in is read only if shown."""
    around = {
        "now": timezone.localtime(),
        "language": get_language(),
        "path": request.get_full_path(),
        "live": live_address(request) if live else "",
        "demo": settings.DEMO,
        "help": help_address(request),
        "status": status,
        "site": Site.here(),
        "notices": SimpleLazyObject(lambda: notes_of(request)),
        "refusal": Refused(refusal.text, refusal.field, refusal.advice) if refusal else None,
        "me": SimpleLazyObject(lambda: me_of(request)),
        "taken": "",
        "warnings": SimpleLazyObject(lambda: warnings_for(request)),
    }
    with speaking():
        page = render(request, template, {**around, **context}, status=status)
    if refusal and refusal.retry_after:
        page["Retry-After"] = refusal.retry_after
    return page


def followed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that listens from where the stream stood before it asked anything: nothing slips between."""

    @wraps(view)
    def placed(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        request.seen = stream.last_position()  # type: ignore[attr-defined]  # read back by `live_address`
        return view(request, *args, **values)

    return placed


def live_address(request: HttpRequest) -> str:
    """Where the page listens for what changes, and from which position on."""
    seen = getattr(request, "seen", None)
    return _hub(request) + (f"?after={seen}" if seen is not None else "")


def _hub(request: HttpRequest) -> str:
    """The hub beside this server, or behind the same proxy."""
    if settings.LIVE_PORT == settings.PORT:
        return "/live"
    host = request.get_host().partition(":")[0]
    scheme = "https" if request.is_secure() else "http"
    return f"{scheme}://{host}:{settings.LIVE_PORT}/live"
