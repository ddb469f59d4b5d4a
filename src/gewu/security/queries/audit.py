"""The audit log: what happened to accounts, roles, identities, exports, rules and keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import get_default_timezone

from gewu.infra import paging, stream
from gewu.infra.models import AuditEntry
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say
from gewu.security import permissions
from gewu.security.actors import Actor
from gewu.security.models import Account
from gewu.security.queries.actors import names_of

#: The parts of the log, as events name them.
PARTS: dict[str, Text] = {
    "sign_in": say("登录"),
    "account": say("账号"),
    "role": say("角色与任职"),
    "reveal": say("查看身份"),
    "export": say("导出"),
    "rule": say("目录与规则"),
    "switch": say("开关"),
    "retention": say("保存期限"),
    "key": say("密钥"),
    "clock": say("服务器时间"),
    "connector": say("对接与连接"),
    "track": say("查看轨迹"),
}


@dataclass(frozen=True)
class AuditFilters:
    """What the auditor asked for; a wrong part or day is refused when asked."""

    part: str = ""
    who: str = ""
    since: str = ""
    until: str = ""


@dataclass(frozen=True)
class AuditLine:
    """One event of the log. ``about`` is the account it happened to, if it was one."""

    position: int
    at: datetime
    part: Text
    sentence: Text
    who: str
    about: str
    words: str


def audit_log(
    actor: Actor, asked: AuditFilters, *, after: str = "", size: int = 100
) -> paging.Page[AuditLine]:
    """The log, newest first, by cursor: for the auditor alone. Four queries.

    Refused: without the right; an unknown part; what is no day.
    """
    permissions.require(actor, permissions.AUDIT)
    rows = _asked(asked)
    return paging.page(rows, paging.Order("pk"), after=after, size=size, show=_lines)


def _asked(asked: AuditFilters) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.all()
    if asked.part:
        if asked.part not in PARTS:
            raise Refusal(say("没有“{part}”这一类", part=asked.part), Kind.MISSING, field="part")
        rows = rows.filter(part=asked.part)
    if asked.who:
        account = Account.objects.filter(name=asked.who).values_list("pk", flat=True).first()
        rows = rows.filter(actor=f"account:{account.hex}" if account else asked.who)
    if asked.since:
        rows = rows.filter(at__gte=_midnight(asked.since, "since"))
    if asked.until:
        rows = rows.filter(at__lt=_midnight(asked.until, "until") + timedelta(days=1))
    return rows


def _midnight(text: str, field: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time(), get_default_timezone())
    except ValueError:
        raise Refusal(say("日期写法不对"), field=field, advice=say("例如 2026-03-02")) from None


def _lines(found: Sequence[AuditEntry]) -> list[AuditLine]:
    told = stream.those(row.position for row in found)
    refs = {row.actor for row in found} | {f"account:{row.subject_id.hex}" for row in found}
    names = names_of(refs)
    return [_line(row, told[row.position], names) for row in found]


def _line(row: AuditEntry, told: stream.Told, names: dict[str, str]) -> AuditLine:
    who = names.get(row.actor) or row.actor
    values: dict[str, Any] = {**told.data, "actor": who}
    about = names.get(f"account:{row.subject_id.hex}", "")
    words = " · ".join(told.words.values())
    sentence = Text(told.kind.sentence.msgid, _Filled(values))
    return AuditLine(row.position, row.at, PARTS[row.part], sentence, who, about, words)


class _Filled(dict[str, Any]):
    """A value that an event left empty reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""
