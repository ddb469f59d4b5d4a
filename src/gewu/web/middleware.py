"""What every request to a page gets: who acts, and what its page may load."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject

from gewu.infra import files
from gewu.intake.queries import MOST_PHOTOS
from gewu.kernel.refusals import Refusal
from gewu.security import actions as accounts
from gewu.security import queries as security
from gewu.security.actors import ANONYMOUS, Actor
from gewu.web import errors
from gewu.web.accounts import See

Next = Callable[[HttpRequest], HttpResponse]


class _OfPages(MiddlewareMixin):
    """What the API passes by: it knows its callers by the token in each request, never by a cookie."""

    def __call__(self, request: HttpRequest) -> Any:
        if errors.by_api(request):
            return self.get_response(request)
        return super().__call__(request)


class Sessions(_OfPages, SessionMiddleware):
    """The session of a page."""


class OwnForms(_OfPages, CsrfViewMiddleware):
    """What a page sends must come from a form of this server."""


def language(get_response: Next) -> Next:
    """Answer in the language of the cookie or of the browser. No address of ours names a language."""

    def respond(request: HttpRequest) -> HttpResponse:
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()
        response = get_response(request)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language())
        return response

    return respond


def actor(get_response: Next) -> Next:
    """Put the actor of the session on the request, read only when a page asks; show refusals as pages."""

    def respond(request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor_of(request))  # type: ignore[attr-defined]  # read back by `actor_of`
        return get_response(request)

    respond.process_exception = _shown  # type: ignore[attr-defined]  # Django looks for this name
    return respond


def _shown(request: HttpRequest, fault: Exception) -> HttpResponse | None:
    return errors.refused(request, fault) if isinstance(fault, Refusal) else None


def _actor_of(request: HttpRequest) -> Actor:
    kept = request.session.get("account")
    if not kept:
        return ANONYMOUS
    now = timezone.now()
    if not _fresh(request, now):
        request.session.flush()
        return ANONYMOUS
    found = security.actor_of(UUID(kept), epoch=request.session.get("epoch"), now=now)
    return found or ANONYMOUS


#: How long a session lasts whatever is done in it, and how often it is written down that it is in use.
LASTS = timedelta(hours=12)
NOTED_EVERY = timedelta(minutes=5)


def _fresh(request: HttpRequest, now: datetime) -> bool:
    """Whether a session is neither too old nor unused for too long; a page that asks by itself is no use."""
    opened, seen = (_moment(request.session.get(name), now) for name in ("opened", "seen"))
    idle = timedelta(minutes=settings.IDLE_MINUTES)
    # A time to come shows that the clock was ahead and is set back; nobody knows how old such a session is.
    if not (-NOTED_EVERY <= now - opened < LASTS and -NOTED_EVERY <= now - seen < idle):
        return False
    asks_by_itself = request.headers.get("HX-Request") == "true"
    if abs(now - seen) >= NOTED_EVERY and not asks_by_itself:
        request.session["seen"] = now.isoformat()
        accounts.note_seen(str(request.session.session_key), now=now)
    return True


def _moment(text: str | None, now: datetime) -> datetime:
    return datetime.fromisoformat(text) if text else now


def content_security(get_response: Next) -> Next:
    """Pages load from this server alone; the only other address is that of its own live stream."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _policy(request))
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
        return response

    return respond


def _policy(request: HttpRequest) -> str:
    return "; ".join((*_OWN, f"connect-src 'self'{_live(request)}"))


#: Kinds of content and where they may come from.
_OWN = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "media-src 'self' blob:",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)


def _live(request: HttpRequest) -> str:
    """The address of the live stream where it has a port of its own, on the host that was asked for."""
    if settings.LIVE_PORT == settings.PORT:
        return ""
    host = request.META.get("HTTP_HOST", "").partition(":")[0]
    plain = host if host.replace(".", "").replace("-", "").isalnum() else "localhost"
    return f" {'https' if request.is_secure() else 'http'}://{plain}:{settings.LIVE_PORT}"


def methods(get_response: Next) -> Next:
    """Bring whoever opens the address of a form to the page that holds it; else say what may be asked there.

    Such an address stands in the browser after a refusal: opened anew it is no page of its own.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or errors.by_api(request):
            return response
        if request.method in ("GET", "HEAD"):
            return See(_page_above(request.path))
        page = errors.wrong_method(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return respond


def _page_above(path: str) -> str:
    """The nearest address above that exists; each is shorter, so that a way over several of them ends."""
    parts = path.strip("/").split("/")[:-1]
    while parts:
        above = "/" + "/".join(parts)
        with suppress(Resolver404):
            resolve(above)
            return above
        parts.pop()
    return "/"


#: The largest request: as many photos as a report may have, and the words around them.
LARGEST = MOST_PHOTOS * files.MOST_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def bounded(get_response: Next) -> Next:
    """Refuse a request that is too large before any of it is read."""

    def respond(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > LARGEST:
            return errors.too_large(request)
        return get_response(request)

    return respond
