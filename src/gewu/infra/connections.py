"""What this installation is connected to: how each stands, and a real try of it on demand."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.db import DatabaseError, connection

from gewu.infra import health, store, stream
from gewu.infra.events import ConnectorTried
from gewu.infra.models import ConnectorState
from gewu.infra.switches import Managing
from gewu.kernel.identifiers import new_id
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import Text, say

#: Held by whoever looks after the platform: only they may try a connection.
TRY = "health.read"
#: A try waits this long for an answer, in seconds: somebody stands before the page.
PATIENCE = 3.0

#: Every fault there is, by the code it is kept under. The other side's words may hold names: they are not.
FAULTS: Mapping[str, Text] = {
    "silent": say("没有应答"),
    "denied": say("对方不接受所配置的账号或口令"),
    "odd": say("有应答，但不是应有的应答"),
}
_ADVICE: Mapping[str, Text] = {
    "silent": say("请检查地址、端口和防火墙，以及对方服务是否在运行"),
    "denied": say("请核对配置中的账号和口令，改好后重新启动"),
    "odd": say("请核对地址和端口是否指向这项服务，加密方式是否一致"),
}


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return "" if cursor.fetchone() == (1,) else "odd"
    except DatabaseError:
        return "silent"


def _mail() -> str:
    """Sign in as for a mail and ask the server for nothing: no mail is sent."""
    line = get_connection(timeout=PATIENCE)
    if not isinstance(line, EmailBackend):
        return "odd"
    try:
        line.open()
        return "" if line.connection and line.connection.noop()[0] == 250 else "odd"
    except OSError as fault:
        return mail_fault(fault)
    finally:
        line.close()


def mail_fault(fault: OSError) -> str:
    """What is wrong with the mail server; nothing when it only does not take one receiver's address."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return ""
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return "denied"
    unreached = (smtplib.SMTPConnectError, smtplib.SMTPServerDisconnected)
    odd = isinstance(fault, smtplib.SMTPException | ssl.SSLError) and not isinstance(fault, unreached)
    return "odd" if odd else "silent"


def _redis() -> str:
    options = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **options) as line:
            return "" if line.ping() else "odd"
    except (redis.AuthenticationError, redis.exceptions.NoPermissionError):
        return "denied"
    except (redis.ConnectionError, redis.TimeoutError):
        return "silent"
    except redis.RedisError as fault:
        return "denied" if str(fault).startswith("NOAUTH") else "odd"


def _live() -> str:
    """Ask the hub for a stream without a session: it says that it knows nobody, which only the hub does."""
    line = HTTPConnection("127.0.0.1", settings.LIVE_PORT, timeout=PATIENCE)
    try:
        line.request("GET", "/live")
        return "" if line.getresponse().status in (401, 403) else "odd"
    except HTTPException:
        return "odd"
    except OSError:
        return "silent"
    finally:
        line.close()


def _database_place() -> str:
    here = connection.settings_dict
    if connection.vendor == "sqlite":
        return Path(str(here["NAME"])).name
    return f"{_host(here['HOST'] or 'localhost', here['PORT'] or 5432)}/{here['NAME']}"


def _mail_place() -> str:
    smtp = settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend")
    return _host(settings.EMAIL_HOST, settings.EMAIL_PORT) if smtp else ""


def _redis_place() -> str:
    """Host, port and number of the database: user, password and options stay out."""
    parts = urlsplit(settings.REDIS_URL)
    return f"{_host(parts.hostname or '', parts.port or 6379)}{parts.path}" if settings.REDIS_URL else ""


def _live_place() -> str:
    return _host("127.0.0.1", settings.LIVE_PORT)


def _host(name: str, port: object) -> str:
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"


@dataclass(frozen=True)
class _Connector:
    """One thing to be connected to: its place without secrets, a real check, and what it means to have none.

    ``place`` is empty while it is not configured; ``check`` gives the code of a fault, or nothing.
    """

    label: Text
    purpose: Text
    place: Callable[[], str]
    check: Callable[[], str]
    without: Text


#: Everything this installation may be connected to. A new one is one line here.
KNOWN: Mapping[str, _Connector] = {
    "database": _Connector(
        say("数据库"), say("保存全部记录"), _database_place, _database, say("没有数据库不能运行")
    ),
    "mail": _Connector(
        say("邮件（SMTP）"),
        say("把答复和通知寄给反映人"),
        _mail_place,
        _mail,
        say("没有接入邮件服务器：信件只写成文件，不会寄出。要寄出请设置 GEWU_MAIL"),
    ),
    "redis": _Connector(
        say("共用计数（Redis）"),
        say("几台服务器共同限制来访次数"),
        _redis_place,
        _redis,
        say("没有接入：次数记在本机，一台服务器够用。用几台服务器时请设置 GEWU_REDIS_URL"),
    ),
    "live": _Connector(
        say("实时推送"),
        say("打开的页面自动更新"),
        _live_place,
        _live,
        say("没有接入：页面仍可使用，但不会自动更新"),
    ),
}


@dataclass(frozen=True)
class Standing:
    """How one connection stands. ``well`` is None while it is not configured or nobody has tried it."""

    name: str
    label: Text
    kind: str
    purpose: Text
    place: str
    well: bool | None
    well_at: datetime | None = None
    ill_at: datetime | None = None
    fault: Text | None = None
    advice: Text | None = None


def standings(now: datetime) -> tuple[Standing, ...]:
    """Every connection in a fixed order: one statement. The database has just answered it."""
    kept = ConnectorState.objects.in_bulk()
    return tuple(_standing(name, one, kept.get(name), now) for name, one in KNOWN.items())


def _standing(name: str, one: _Connector, kept: ConnectorState | None, now: datetime) -> Standing:
    place = one.place()
    well_at, ill_at = (kept.well_at, kept.ill_at) if kept and place else (None, None)
    if name == "database":
        well_at = now
    ill = ill_at is not None and (well_at is None or well_at < ill_at)
    well = None if not (well_at or ill_at) else not ill
    fault = kept.fault if kept and ill_at else ""
    advice = one.without if not place else _ADVICE.get(fault) if ill else None
    kind = health.database_kind() if name == "database" else ""
    return Standing(
        name, one.label, kind, one.purpose, place, well, well_at, ill_at, FAULTS.get(fault), advice
    )  # fmt: skip


def fault_of(name: str) -> Text | None:
    """Try a connection now, and keep nothing of it: what is wrong, or None."""
    return FAULTS.get(KNOWN[name].check())


def try_now(name: str, *, actor: Managing, now: datetime) -> None:
    """Try a connection for real, keep what came of it and record who did.

    Refused: without the right, an unknown connection, one that is not configured.
    """
    if not actor.holds(TRY):
        raise Refusal(say("没有检查连接的权限"), Kind.FORBIDDEN, advice=say("请联系系统管理员"))
    known = KNOWN.get(name)
    if known is None:
        raise Refusal(say("没有“{name}”这项连接", name=name[:40]), Kind.MISSING)
    if not known.place():
        raise Refusal(say("这项连接还没有配置"), Kind.CONFLICT, advice=known.without)
    fault = known.check()  # before the transaction: nobody else waits for an answer from outside
    with store.writing():
        note(name, fault, now=now)
        stream.tell(ConnectorTried(id=new_id(), name=name, well=int(not fault)), actor=actor, now=now)


def note(name: str, fault: str, *, now: datetime) -> None:
    """Keep that a connection was used, by a try or in earnest: a fault of `FAULTS`, or none."""
    seen = {"ill_at": now, "fault": fault} if fault else {"well_at": now}
    with store.writing():
        ConnectorState.objects.update_or_create(name=name, defaults=seen)
