"""Panels of a console: set as a whole, in their order."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gewu.infra import store, stream, versions
from gewu.insight import events
from gewu.insight.models import Panel
from gewu.insight.queries.consoles import HELD, SOURCES
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

MOST_PANELS = 12
#: Held by whoever sets consoles up.
MANAGE = "organisation.manage"


@dataclass(frozen=True)
class PanelDraft:
    """A panel: what it is called, where it takes its lines from, and the right it takes to see it."""

    title_zh: str
    source: str
    title_en: str = ""
    matter: str = ""
    audience: str = ""


def set_panels(console: str, panels: Sequence[PanelDraft], *, place: str, actor: Actor, now: datetime) -> int:
    """Set the panels of a console in place of those it had; no code follows from it.

    Refused: without the right for the whole installation, a panel without a title or with an unknown source.
    """
    if not actor.holds_at(MANAGE, place):
        raise Refusal(say("没有设置工作台的权限"), Kind.FORBIDDEN)
    if len(panels) > MOST_PANELS:
        raise Refusal(say("一个工作台最多 {n} 块", n=MOST_PANELS), field="title_zh")
    for one in panels:
        _check(one)
    with store.writing():
        Panel.objects.filter(console=console).delete()
        _write(console, panels)
        stream.tell(events.PanelsSet(id=new_id(), console=console, panels=len(panels)), actor=actor, now=now)
        versions.changed(HELD)
    return len(panels)


def _check(one: PanelDraft) -> None:
    if not one.title_zh.strip():
        raise Refusal(say("请写明这一块的标题"), field="title_zh")
    if one.source not in SOURCES:
        raise Refusal(say("没有“{source}”这种内容", source=one.source), field="source")


def _write(console: str, panels: Sequence[PanelDraft]) -> None:
    Panel.objects.bulk_create(
        Panel(
            console=console, seq=seq, title_zh=one.title_zh.strip()[:40],
            title_en=(one.title_en or one.title_zh).strip()[:80], source=one.source,
            matter=one.matter.strip()[:12], audience=one.audience.strip()[:40],
        )
        for seq, one in enumerate(panels, start=1)
    )  # fmt: skip


def load_panels(path: Path) -> int:
    """Load the panels of a file for the consoles that have none yet; what was set stays."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    there = set(Panel.objects.values_list("console", flat=True))
    new = [row for row in rows if row["console"] not in there]
    with store.writing():
        for console in dict.fromkeys(row["console"] for row in new):
            drafts = [
                PanelDraft(row["title_zh"], row["source"], row["title_en"], row["matter"], row["audience"])
                for row in new
                if row["console"] == console
            ]
            _write(console, drafts)
        versions.changed(HELD)
    return len(new)
