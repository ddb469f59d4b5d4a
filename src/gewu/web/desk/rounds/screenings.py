"""Screenings for disputes: the weeks of each community, one screening, and its record as paper."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import BinaryIO
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gewu.fieldwork import actions as fieldwork
from gewu.fieldwork import queries
from gewu.infra import papers
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security import actions as security
from gewu.web.accounts import See, signed_in
from gewu.web.desk.rounds import around
from gewu.web.desk.rounds.around import Asked
from gewu.web.desk.rounds.paper import paper_of
from gewu.web.pages import show
from gewu.web.presenting.names import called

WORDS: Mapping[str, Text] = {
    "done": say("已排查"),
    "none": say("签无"),
    "waiting": say("待排查"),
    "missing": say("缺"),
}
#: How the record leaves: what writes it and what it then is.
FORMATS: Mapping[str, tuple[Callable[[BinaryIO, papers.Paper], None], str]] = {
    "xlsx": (papers.write_workbook, papers.EXCEL),
    "docx": (papers.write_document, papers.WORD),
}


@require_GET
@signed_in
def screenings(request: HttpRequest) -> HttpResponse:
    """Every community with its last weeks; what is missing stands out."""
    asked = around.asked(request, around.READ)
    found = queries.screening_weeks(asked.actor, asked.home, now=asked.now)
    return around.page(
        request, "screenings.html", "screenings", communities=found, words=WORDS,
        mondays=[one.monday for one in found[0].weeks] if found else [],
        missing=sum(one.missing for one in found),
    )  # fmt: skip


@require_GET
@signed_in
def screening(request: HttpRequest, id: UUID) -> HttpResponse:
    """One screening: its record, what was found, the patrols behind it, and who has signed."""
    return _page(request, id)


@require_POST
@signed_in
def sign(request: HttpRequest, id: UUID) -> HttpResponse:
    """Sign the result of one's own department."""
    asked = around.asked(request, around.READ)
    try:
        queries.screening(asked.actor, id, now=asked.now)
        unit, result = request.POST.get("unit", ""), request.POST.get("result", "")
        fieldwork.sign(id, unit, result=result, actor=asked.actor, now=asked.now)
    except Refusal as refusal:
        return _page(request, id, refusal)
    return See(reverse("desk_screening", kwargs={"id": id}))


def _page(request: HttpRequest, id: UUID, refusal: Refusal | None = None) -> HttpResponse:
    asked = around.asked(request, around.READ)
    found = queries.screening(asked.actor, id, now=asked.now)
    places = [*(one.place for one in found.disputes), *(one.place for one in found.patrols)]
    named = around.where([found.place, *places])
    answers = [(called(field.name), said) for field, said in found.record.answers] if found.record else []
    return around.page(
        request, "screening.html", "screenings", refusal, screening=found, kind=called(found.kind),
        named=named,
        answers=answers, disputes=[(called(one.matter), called(one.unit), one) for one in found.disputes],
        signed=[(called(one.name), one) for one in found.signed],
    )  # fmt: skip


@require_GET
@signed_in
def printed(request: HttpRequest, id: UUID) -> HttpResponse:
    """The record in its paper layout, to be printed on A4."""
    asked = around.asked(request, around.READ)
    return show(request, "desk/rounds/paper.html", paper=_paper(asked, id), id=id)


@require_GET
@signed_in
def form(request: HttpRequest, id: UUID, format: str) -> HttpResponseBase:
    """The same record as a workbook or a document; that it leaves is recorded."""
    asked = around.asked(request, around.READ)
    if format not in FORMATS:
        raise Refusal(say("只能导出为 Excel 或 Word"), Kind.MISSING)
    write, content_type = FORMATS[format]
    paper, file = _paper(asked, id), io.BytesIO()
    write(file, paper)
    file.seek(0)
    security.note_export("screening", 1, f"screening={id}", actor=asked.actor, now=asked.now)
    name = f"{paper.title}-{asked.now:%Y%m%d}.{format}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=content_type)


def _paper(asked: Asked, id: UUID) -> papers.Paper:
    found = queries.screening(asked.actor, id, now=asked.now)
    return paper_of(found, around.where([found.place, *(one.place for one in found.disputes)]))
