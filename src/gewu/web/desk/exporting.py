"""A list as an Excel file: its first row says whose hands it went through, and the record that it left."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import IO, BinaryIO
from urllib.parse import parse_qs

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from gewu.cases import queries as cases
from gewu.cases.queries import without_numbers
from gewu.infra import errands, sheets
from gewu.infra.listing import ALL, OPEN
from gewu.infra.wording import translated
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import Actor
from gewu.web import errors
from gewu.web.accounts import See, signed_in
from gewu.web.desk.filters import Filters
from gewu.web.presenting.names import called, matters_named, origin_named, places_named, whereabouts
from gewu.web.presenting.parts import Words
from gewu.web.presenting.shell import actor_of

HEADER = (
    say("编号"), say("事项"), say("内容"), say("地方"), say("承办单位"), say("状态"),
    say("来源"), say("立案"), say("期限"), say("结案"), say("退回次数"), say("反映人数"),
)  # fmt: skip


#: So many rows are written within a second; more are made by an errand, and no other request waits.
AT_ONCE = 5_000


@require_GET
@signed_in
def export(request: HttpRequest) -> HttpResponseBase:
    """The cases of a list of the inbox, all its pages, as xlsx; of a long list, the page that has it made."""
    actor, now = actor_of(request), timezone.localtime()
    filters, tab = Filters.asked(request.GET.dict()), request.GET.get("tab", "") or OPEN
    chosen, query = filters.of_cases(tab, now), filters.as_query(tab)
    most = settings.EXPORT_ROWS
    if not cases.may_export(most + 1, actor, most=most) and cases.export_exceeds(
        most, actor, chosen, now=now
    ):
        return errors.too_long(request, _too_long(most), query)
    if cases.export_exceeds(AT_ONCE, actor, chosen, now=now):
        return See(f"{reverse('desk_exports')}?{urlencode({'list': query})}")
    with ExitStack() as unless_whole:
        file = unless_whole.enter_context(tempfile.TemporaryFile())
        count = _write(file, actor, filters, tab, now)
        file.seek(0)
        unless_whole.pop_all()
    return sent(file, count, actor, filters, tab, now)


def _too_long(most: int) -> Refusal:
    return Refusal(
        say("超过 {n} 行，不能一次导出", n=most),
        Kind.TOO_LARGE,
        advice=say("请缩小筛选范围，例如按街道或按月分几次导出；确需一次导出的，可以申请由第二人同意"),
    )


#: The tabs that stand for several states, as the inbox calls them.
_TABS = {OPEN: say("在办"), ALL: say("全部")}


def tab_named(tab: str) -> Text:
    """What the inbox calls a tab; one that is unknown is shown as it is."""
    if tab in _TABS:
        return _TABS[tab]
    try:
        return cases.state_label(tab)
    except KeyError:
        return Text(tab)


def list_of(query: str) -> tuple[Filters, str]:
    """The filters and the tab of a list, as its address names it."""
    given = {name: values[0] for name, values in parse_qs(query[:900]).items()}
    return Filters.asked(given), given.get("tab", "") or OPEN


def _write(
    file: BinaryIO,
    actor: Actor,
    filters: Filters,
    tab: str,
    now: datetime,
    *,
    work: errands.Work | None = None,
    folder: Path | None = None,
) -> int:
    """Write the file of a list; how many rows it has."""
    rows = cases.exported(actor, filters.of_cases(tab, now), now=now)
    header, mark = [translated(one) for one in HEADER], _watermark(actor, filters, tab, now)
    cells = _cells(rows, now)
    return sheets.write_book(file, mark, header, _counted(cells, work) if work else cells, folder=folder)


def _counted(cells: Iterator[tuple[str, ...]], work: errands.Work) -> Iterator[tuple[str, ...]]:
    for work.made, row in enumerate(cells, 1):
        yield row


def make(work: errands.Work) -> None:
    """The file of a wanted list, with what its asker may see and export now: an errand.

    Everything of it lies in a folder that nobody else can read, and nothing of a try that ends early stays.
    """
    errand, now = work.errand, timezone.localtime()
    [account] = accounts.export_askers(errand.about)
    actor = accounts.actor_of(account.pk, now=now)
    if actor is None:
        raise Refusal(say("申请人的账号已停用"), Kind.FORBIDDEN)
    whole = security.file_of(errand.about)
    part = whole.with_suffix(f".{errand.tries}")
    for one in whole.parent.glob(f"{whole.stem}*"):
        errands.clear(one)  # what a try that was killed has left
    try:
        part.mkdir(mode=0o700)
        (part / whole.name).touch(mode=0o600)
        with (part / whole.name).open("wb") as file, translation.override(errand.language):
            filters, tab = list_of(security.wanted_list(errand.about))
            count = _write(file, actor, filters, tab, now, work=work, folder=part)
        done = timezone.now()
        with errands.ending(errand, made=count, now=done):
            (part / whole.name).replace(whole)
            security.note_made(errand.about, rows=count, now=done)
    finally:
        errands.clear(part)


def sent(
    file: IO[bytes], count: int, actor: Actor, filters: Filters, tab: str, now: datetime
) -> HttpResponseBase:
    """The file on its way out; that it leaves is recorded."""
    security.note_export("cases", count, _asked(filters, tab), actor=actor, now=now)
    return FileResponse(file, as_attachment=True, filename=f"gewu-{now:%Y%m%d-%H%M}.xlsx")


def _asked(filters: Filters, tab: str) -> str:
    """The filters for the record; what was typed may name someone and stays out of it."""
    return filters.as_query(tab, text="*" if filters.text else "")


def _watermark(actor: Actor, filters: Filters, tab: str, now: datetime) -> str:
    asked = [f"{translated(one.label)} {_words(one.value)}".strip() for one in filters.chips(tab, now.date())]
    by = say("{name} 于 {when} 导出，请勿外传", name=actor.name, when=f"{now:%Y-%m-%d %H:%M}")
    return without_numbers(" · ".join([translated(by), translated(tab_named(tab)), *asked]))


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
