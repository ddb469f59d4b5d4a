"""What the grid worker of a demo wrote where there was no network, and sent hours later."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from gewu.cli.cast import Cast
from gewu.cli.scene import Scene
from gewu.infra import commands
from gewu.infra.commands import Done, Sent
from gewu.intake import actions as intake

#: Minutes before it arrived, class, what was written, and where.
_WRITTEN = (
    (310, "C0131", "地下车库出口的两盏灯不亮，出来的人看不清台阶。", "地下车库北出口"),
    (265, "E0110", "河道边堆了半车装修垃圾，下雨会冲进河里。", "河道东岸步道"),
    (40, "C0101", "人行道井盖松动，踩上去会翘。", "幼儿园门口"),
)
_NUMBERS = UUID("7d8b6a52-4c8e-4f0e-9a3d-2f6f1f3f9b10")


def send(scene: Scene, cast: Cast, now: datetime) -> None:
    """Reports from the basement and the river bank arrive together, each once, with the time it was made."""
    worker, (grid, lon, lat) = scene.people["wangge"], (scene.own or scene.grids)[0]
    for minutes, matter, text, address in _WRITTEN:
        draft = intake.ReportDraft(
            channel="grid", text=text, address=address, lon=lon, lat=lat, matter=matter
        )

        def received(draft: intake.ReportDraft = draft) -> Done:
            made = intake.receive(draft, actor=worker, now=now)
            return Done(f"report:{made.pk}", {"id": str(made.pk), "code": made.progress_code})

        sent = Sent(
            uuid5(_NUMBERS, text), "report", now - timedelta(minutes=minutes), {"text": text, "in": grid}
        )
        commands.once(sent, received, actor=worker, now=now)
