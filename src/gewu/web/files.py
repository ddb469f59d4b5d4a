"""Pictures, to whoever may see the record they belong to."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.cases import queries as cases
from gewu.infra import files
from gewu.intake import queries as reports
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.web.presenting.shell import actor_of

#: What stands under an id never changes, but it may be shown to one reader and not to the next.
KEPT = "private, max-age=31536000, immutable"


@require_GET
def file(request: HttpRequest, id: UUID) -> HttpResponse:
    """A picture of a record in the reader's scope."""
    return _sent(_seen_by_desk(request, id))


@require_GET
def thumb(request: HttpRequest, id: UUID) -> HttpResponse:
    """The small copy of a picture of a record in the reader's scope."""
    return _sent(_seen_by_desk(request, id), small=True)


@require_GET
def portal_file(request: HttpRequest, code: str, id: UUID) -> HttpResponse:
    """A picture that the holder of a progress code may see."""
    return _sent(_seen_by_code(code, id))


@require_GET
def portal_thumb(request: HttpRequest, code: str, id: UUID) -> HttpResponse:
    """The small copy of a picture that the holder of a progress code may see."""
    return _sent(_seen_by_code(code, id), small=True)


def _seen_by_desk(request: HttpRequest, id: UUID) -> UUID:
    facts, actor = files.facts(id), actor_of(request)
    if facts and (cases.may_see_file(actor, facts) or reports.may_see_file(actor, facts)):
        return id
    raise _MISSING


def _seen_by_code(code: str, id: UUID) -> UUID:
    found = reports.progress(code, now=timezone.localtime())
    if id in found.photos or (found.case and id in found.case.photos_after):
        return id
    raise _MISSING


_MISSING = Refusal(say("没有这个文件"), Kind.MISSING)


def _sent(id: UUID, *, small: bool = False) -> HttpResponse:
    facts = files.facts(id)
    media_type = "image/jpeg" if small or facts is None else facts.media_type
    headers = {
        "Cache-Control": KEPT,
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(files.read(id, thumb=small), content_type=media_type, headers=headers)
