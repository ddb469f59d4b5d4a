"""How the platform itself fares: the database, the worker, the disk, the anchors."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from gewu.infra import anchors, clock, stream
from gewu.infra.models import Delivery
from gewu.kernel.texts import Text, say

#: A delivery is due at once; one that waits longer shows that the worker is behind or gone.
LATE = timedelta(minutes=1)
#: Below this a day of photos may not fit any more.
LEAST_FREE = 5 * 1024**3
BACKUPS_EVERY = timedelta(days=1)


@dataclass(frozen=True)
class Sign:
    """One thing that was looked at: how it stands, and what to do when it is not well."""

    name: Text
    well: bool
    state: Text
    advice: Text | None = None


def signs(now: datetime) -> tuple[Sign, ...]:
    """Everything of the platform that can be known from here, in a fixed order."""
    return (_database(), _clock(now), _worker(now), _set_aside(), _anchor(now), _disk(), _backup(now))


def database_kind() -> str:
    """The database by the name people know."""
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]


def _database() -> Sign:
    told = say("{kind}，{n} 个事件", kind=database_kind(), n=stream.last_position())
    return Sign(say("数据库"), True, told)


def _clock(now: datetime) -> Sign:
    behind = clock.behind(now)
    if behind > clock.TOLERATED:
        return Sign(
            say("服务器时间"),
            False,
            say("比最后一条记录早 {n} 分钟", n=-(-int(behind.total_seconds()) // 60)),
            say("请校正时间。已经承诺的期限不变；校正前新登记的事，期限从偏早的时间起算，校正后请逐件核对"),
        )
    moved = clock.last_set(now)
    if moved is None:
        return Sign(say("服务器时间"), True, say("正常"))
    by = abs(int(moved.data["seconds"])) // 60
    told = say("{day} 被调快 {n} 分钟", day=f"{moved.at:%Y-%m-%d}", n=by)
    if int(moved.data["seconds"]) < 0:
        told = say("{day} 被调回 {n} 分钟", day=f"{moved.at:%Y-%m-%d}", n=by)
    return Sign(say("服务器时间"), True, told, say("请核对那段时间登记的事，它们的期限按当时的时间起算"))


def _worker(now: datetime) -> Sign:
    oldest = Delivery.objects.filter(due_at__isnull=False).order_by("due_at").first()
    behind = now - oldest.due_at if oldest and oldest.due_at else timedelta()
    if behind <= LATE:
        return Sign(say("后台投递"), True, say("没有积压"))
    minutes = int(behind.total_seconds()) // 60
    return Sign(
        say("后台投递"), False, say("最早一项已等了 {n} 分钟", n=minutes), say("请检查后台进程是否在运行")
    )


def _set_aside() -> Sign:
    left = Delivery.objects.filter(due_at=None, done_at=None)[:1000].count()
    advice = say("运行 gewu retry 查看原因并重试") if left else None
    return Sign(say("投递失败"), not left, say("{n} 项", n=left), advice)


def _anchor(now: datetime) -> Sign:
    last = anchors.newest()
    begun = stream.at(last.last + 1 if last else 1)
    late = begun is not None and now - begun.at > timedelta(days=1, hours=1)
    day = say("最近为 {day}", day=last.day) if last else say("还没有")
    return Sign(say("每日摘要"), not late, day, say("请检查后台进程是否在运行") if late else None)


def _disk() -> Sign:
    here = Path(settings.HOME)
    free = shutil.disk_usage(here if here.exists() else here.parent).free
    advice = None if free >= LEAST_FREE else say("请清理磁盘或扩容，写满后将拒绝新的提交")
    return Sign(say("磁盘"), free >= LEAST_FREE, say("剩余 {n} GB", n=round(free / 1024**3, 1)), advice)


def _backup(now: datetime) -> Sign:
    """Whoever makes the backup touches a file; without it nobody can say that there is one."""
    mark = Path(settings.HOME) / "last-backup"
    if not mark.exists():
        advice = say("备份成功后更新数据目录下的 last-backup 文件，这里就会显示")
        return Sign(say("备份"), False, say("没有备份记录"), advice)
    old = now.timestamp() - mark.stat().st_mtime
    hours = int(old) // 3600
    return Sign(say("备份"), old < 2 * BACKUPS_EVERY.total_seconds(), say("{n} 小时前", n=hours))
