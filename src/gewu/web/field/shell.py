"""What the phone keeps of the field app, and the two questions it asks with the pages' own session."""

from __future__ import annotations

import hashlib
import io
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override
from django.views.decorators.http import require_GET, require_POST
from PIL import Image, ImageDraw

from gewu.kernel.texts import spoken
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import ANONYMOUS
from gewu.web import modules
from gewu.web.field.words import WORDS
from gewu.web.pages import bundle
from gewu.web.presenting.shell import actor_of, me_of

LANGUAGES = ("zh-hans", "en")
ICON_SIZES = (192, 512)
_BUILT = Path(__file__).parent.parent / "static" / "gewu"
#: A voice note and the own place may be asked for; nothing else of the phone.
_MAY_ASK = "camera=(self), geolocation=(self), microphone=(self)"


@require_GET
def app(request: HttpRequest) -> HttpResponse:
    """The shell, the same for everyone so that it may lie on any phone; whose it is comes from the phone."""
    page = render(request, "field/shell.html", {"icon": _icon_address(192)})
    page.headers["Permissions-Policy"] = _MAY_ASK
    page.headers["Cache-Control"] = "no-cache"
    return page


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of what it keeps in front: another build is another worker."""
    files = shell_files()
    version = hashlib.sha256("".join(files).encode() + _shell_text(request)).hexdigest()[:16]
    shell = {"version": version, "files": files, "icon": _icon_address(192)}
    script = f"self.FIELD_SHELL={msgspec.json.encode(shell).decode()};\n{_built('field-worker.js')}"
    headers = {"Service-Worker-Allowed": reverse("field"), "Cache-Control": "no-cache"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


def shell_files() -> list[str]:
    """Every address that the app needs to open without a network."""
    built = bundle("field")
    words = [reverse("field_words", kwargs={"language": one}) for one in LANGUAGES]
    icons = [_icon_address(size) for size in ICON_SIZES]
    scripts = [bundle("theme").script, built.script, *built.parts, built.style]
    return [reverse("field"), reverse("field_manifest"), *words, *icons, *scripts]


def _shell_text(request: HttpRequest) -> bytes:
    return app(request).content + b"".join(words_of(one) for one in LANGUAGES)


@lru_cache(maxsize=2)
def _built(name: str) -> str:
    return (_BUILT / name).read_text(encoding="utf-8")


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What a phone needs to know to put the app on its screen."""
    icons = [
        {"src": _icon_address(size), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in ICON_SIZES
        for purpose in ("any", "maskable")
    ]
    told = {
        "id": reverse("field"),
        "name": gettext("格物外勤"),
        "short_name": gettext("格物"),
        "start_url": reverse("field"),
        "scope": reverse("field"),
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f3f5f4",
        "theme_color": "#0a5a78",
        "icons": icons,
    }
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(
        msgspec.json.encode(told), content_type="application/manifest+json; charset=utf-8", headers=headers
    )


def _icon_address(size: int) -> str:
    return reverse("field_icon", kwargs={"size": size})


@require_GET
def icon(request: HttpRequest, size: int) -> HttpResponse:
    """The mark as a picture: one cell of the grid is lit."""
    if size not in ICON_SIZES:
        raise Http404
    return HttpResponse(
        _drawn(size), content_type="image/png", headers={"Cache-Control": "public, max-age=604800"}
    )


@lru_cache(maxsize=len(ICON_SIZES))
def _drawn(size: int) -> bytes:
    """Within the middle four fifths, so that a phone may cut it round."""
    large = Image.new("RGB", (size * 4, size * 4), "#0a5a78")
    draw, cell, gap = ImageDraw.Draw(large), size * 4 * 0.15, size * 4 * 0.05
    begin = (size * 4 - 3 * cell - 2 * gap) / 2
    for row in range(3):
        for column in range(3):
            x, y = begin + column * (cell + gap), begin + row * (cell + gap)
            colour = "#ffffff" if (row, column) == (1, 1) else "#4e8fa8"
            draw.rounded_rectangle((x, y, x + cell, y + cell), cell * 0.2, fill=colour)
    out = io.BytesIO()
    large.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


@require_GET
def words(request: HttpRequest, language: str) -> HttpResponse:
    """The words of the app in one language."""
    if language not in LANGUAGES:
        raise Http404
    headers = {"Cache-Control": "no-cache", "Content-Language": language}
    return HttpResponse(words_of(language), content_type="application/json; charset=utf-8", headers=headers)


@lru_cache(maxsize=len(LANGUAGES))
def words_of(language: str) -> bytes:
    """As JSON; a value's place stays as it is written, `{name}`."""
    with override(language):
        return msgspec.json.encode({key: gettext(text.msgid) for key, text in WORDS.items()})


@require_GET
def authority(request: HttpRequest) -> HttpResponse:
    """The authority that a phone has to trust where this server made its own certificate; 404 elsewhere."""
    made = settings.TLS / "authority.crt" if settings.TLS else None
    if made is None or not made.exists():
        raise Http404
    return HttpResponse(made.read_bytes(), content_type="application/x-x509-ca-cert")


@dataclass(frozen=True)
class Line:
    """A line of work and where it is done."""

    key: str
    label: str
    href: str


@require_GET
def session(request: HttpRequest) -> HttpResponse:
    """Who has signed in on the pages, what is open to them, and the token of a form; 401 for nobody."""
    actor, me = actor_of(request), me_of(request)
    if me is None or actor == ANONYMOUS:
        return _nobody()
    lines = [
        asdict(Line(one.key, str(spoken(one.label, gettext)), reverse(one.page)))
        for one in modules.shown_to(actor)
        if one.key != "field"
    ]
    told: dict[str, Any] = {
        "account": str(actor.account_id),
        "name": me.name,
        "post": str(me.post),
        "csrf": get_token(request),
        "lines": lines,
    }
    return JsonResponse(told, headers={"Cache-Control": "no-store"})


@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """A bearer token for the account that has signed in, by which its phone sends what was done."""
    actor, now = actor_of(request), timezone.now()
    if actor.account_id is None:
        return _nobody()
    (account,) = accounts.accounts_of([actor.ref])
    told = {
        "token": security.issue_token(account, now=now, label=gettext("外勤应用")),
        "expires_at": (now + security.TOKEN_LASTS).isoformat(),
    }
    return JsonResponse(told, headers={"Cache-Control": "no-store"})


def _nobody() -> HttpResponse:
    return JsonResponse({"detail": "nobody"}, status=401, headers={"Cache-Control": "no-store"})
