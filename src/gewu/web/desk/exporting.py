"""A list as an Excel file: its first row says whose hands it went through, and the record that it left."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from gewu.cases import queries as cases
from gewu.cases.queries import without_numbers
from gewu.infra import sheets
from gewu.infra.listing import OPEN
from gewu.infra.wording import translated
from gewu.kernel.texts import say
from gewu.security import actions as security
from gewu.security.actors import Actor
from gewu.web.accounts import signed_in
from gewu.web.desk.filters import Filters
from gewu.web.presenting.names import called, matters_named, origin_named, places_named, whereabouts
from gewu.web.presenting.parts import Words
from gewu.web.presenting.shell import actor_of

HEADER = (
    say("编号"), say("事项"), say("内容"), say("地方"), say("承办单位"), say("状态"),
    say("来源"), say("立案"), say("期限"), say("结案"), say("退回次数"), say("反映人数"),
)  # fmt: skip


@require_GET
@signed_in
def export(request: HttpRequest) -> HttpResponseBase:
    """The cases of a list of the inbox, all its pages, as xlsx."""
    actor, now = actor_of(request), timezone.localtime()
    filters, tab = Filters.asked(request.GET.dict()), request.GET.get("tab", "") or OPEN
    rows = cases.exported(actor, filters.of_cases(tab, now), most=settings.EXPORT_ROWS, now=now)
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it when it is sent
    header = [translated(one) for one in HEADER]
    count = sheets.write_book(file, _watermark(actor, filters, tab, now), header, _cells(rows, now))
    security.note_export("cases", count, _asked(filters, tab), actor=actor, now=now)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"gewu-{now:%Y%m%d-%H%M}.xlsx")


def _asked(filters: Filters, tab: str) -> str:
    """The filters for the record; what was typed may name someone and stays out of it."""
    return filters.as_query(tab, text="*" if filters.text else "")


def _watermark(actor: Actor, filters: Filters, tab: str, now: datetime) -> str:
    asked = [f"{translated(one.label)} {_words(one.value)}".strip() for one in filters.chips(tab, now.date())]
    by = say("{name} 于 {when} 导出，请勿外传", name=actor.name, when=f"{now:%Y-%m-%d %H:%M}")
    return without_numbers(" · ".join([translated(by), tab, *asked]))


def _words(value: Words) -> str:
    return value if isinstance(value, str) else translated(value)


def _cells(rows: Iterable[cases.CaseLine], now: datetime) -> Iterator[tuple[str, ...]]:
    matters = matters_named(now.date())
    for row in rows:
        places = places_named([row.place])
        yield (
            row.number,
            matters.get(row.matter, row.matter),
            without_numbers(row.title),
            whereabouts(places, row.place),
            called(row.unit),
            translated(row.state_label),
            origin_named(row.origin),
            _minute(row.filed_at),
            _minute(row.due_at),
            _minute(row.closed_at),
            f"{row.returns}",
            f"{row.reports}",
        )


def _minute(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""
