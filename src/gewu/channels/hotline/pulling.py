"""Where orders are fetched: from the city's interface, and from a folder in which files are dropped."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings

from gewu.channels import wire
from gewu.infra import connectors, sheets
from gewu.infra.connectors import Facts, Fault, signing
from gewu.infra.wording import translated
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say

log = logging.getLogger(__name__)

#: Pages of one visit, and rows taken in one transaction.
MOST_PAGES, ROWS = 20, 500
#: A file that was written to more recently may not be whole yet.
SETTLED = timedelta(seconds=10)
KINDS = (".csv", ".xlsx", ".xls")


def ask(connector: Facts, now: datetime) -> bool:
    """Fetch what is new; whether the city or the folder was asked at all. Raises `Fault` when that fails."""
    if connector.options.get("folder") == "yes":
        _look_into(connector, now)
    if connector.options.get("pull") == "yes":
        _fetch(connector, now)
    return "yes" in (connector.options.get("folder"), connector.options.get("pull"))


def _fetch(connector: Facts, now: datetime) -> None:
    cursor = connector.cursor
    for _ in range(MOST_PAGES):
        orders, following = _page(connector, cursor, now)
        if orders:
            connectors.take(connector.id, orders, way="pull", now=now)
        if not following or following == cursor:
            return
        cursor = following
        # After its rows, not before: a stop between the two brings them again, and each is taken once.
        connectors.keep_cursor(connector.id, cursor)


def _page(connector: Facts, cursor: str, now: datetime) -> tuple[list[Any], str]:
    address = f"{connector.options['address'].rstrip('/')}/orders?after={quote(cursor, safe='')}"
    headers = signing.signed(connectors.secrets_of(connector.id, now=now), new_id().hex, b"", now=now)
    try:
        answer = wire.call("GET", address, headers=headers)
    except wire.Unreached as fault:
        raise Fault(fault.code) from None
    except Refusal:
        raise Fault("forbidden") from None
    if answer.status != 200:
        raise Fault(answer.verdict().fault or "odd")
    try:
        found = json.loads(answer.body)
        orders, following = found["orders"], found.get("next") or ""
    except (ValueError, RecursionError, TypeError, KeyError, AttributeError):
        raise Fault("odd") from None
    if not isinstance(orders, list) or not isinstance(following, str) or len(following) > 200:
        raise Fault("odd")
    return orders[: connectors.MOST_ROWS], following


def folder_of(code: str) -> Path:
    """Where files for a connector are dropped."""
    return Path(settings.HOME) / "channels" / code


def _look_into(connector: Facts, now: datetime) -> None:
    folder = folder_of(connector.code)
    try:
        for name in ("in", "done", "refused"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        waiting = sorted((folder / "in").iterdir())
    except OSError:
        raise Fault("folder") from None
    for path in waiting:
        whole = now.timestamp() - path.stat().st_mtime >= SETTLED.total_seconds()
        if path.suffix.lower() in KINDS and path.is_file() and not path.is_symlink() and whole:
            _take_file(connector, path, folder, now)


def _take_file(connector: Facts, path: Path, folder: Path, now: datetime) -> None:
    """Take the rows of a file and put it away with a table of what became of each.

    A stop in the middle leaves it where it is: its rows are taken once, however often it is read.
    """
    try:
        sheet = sheets.read(path)
    except Refusal as refusal:
        why = folder / "refused" / f"{path.name}.txt"
        why.write_text(translated(refusal.text) + "\n", encoding="utf-8")
        path.replace(folder / "refused" / path.name)
        return
    rows = [dict(one.cells) for one in sheet.rows]
    results: list[connectors.Result] = []
    for start in range(0, len(rows), ROWS):
        some = rows[start : start + ROWS]
        results += connectors.take(connector.id, some, way="file", source=path.name, now=now).results
    stamp = f"{now:%Y%m%d%H%M%S}-{path.name}"
    header = ["行", "工单编号", "结果", "原因"]
    lines = zip((one.line for one in sheet.rows), results, strict=True)
    sheets.write(folder / "done" / f"{stamp}.result.csv", header, _told(lines))
    path.replace(folder / "done" / stamp)


_WORDS = {
    "taken": say("已收下"),
    "already": say("此前已收"),
    "waiting": say("待更正"),
    "refused": say("不收"),
}


def _told(lines: Any) -> Iterator[list[str]]:
    for line, one in lines:
        why = translated(one.reason) if one.reason else ""
        yield [str(line), one.outside_id, translated(_WORDS[one.outcome]), why]
