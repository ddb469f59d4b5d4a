"""Every setting of the platform: its name, its default, what it means and how it is read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from gewu.channels.mqtt import addresses


class SettingRefused(Exception):
    """A setting that cannot be used; the message names it and says what it takes."""


@dataclass(frozen=True)
class Setting:
    """One setting. ``read`` turns the text into a value or raises ValueError saying what it takes."""

    name: str
    default: str
    zh: str
    en: str
    read: Callable[[str], Any]
    secret: bool = False


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return read


def _county_or_city(text: str) -> str:
    if len(text) not in (4, 6) or not (text.isascii() and text.isdigit()) or text[0] == "0":
        raise ValueError("the code of a county (6 digits) or of a city (4 digits)")
    return text


def _yes_no(text: str) -> bool:
    if text.lower() not in ("yes", "no", "1", "0", "true", "false"):
        raise ValueError("yes or no")
    return text.lower() in ("yes", "1", "true")


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError("one of " + ", ".join(words))
        return text

    return read


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _outbound(text: str) -> tuple[str, ...]:
    for one in _words(text):
        try:
            ip_network(one)
        except ValueError:
            if "/" in one or ":" in one or not one.strip("."):
                raise ValueError("host names, addresses or networks such as 10.1.0.0/16, by commas") from None
    return _words(text)


def _jurisdictions(text: str) -> dict[str, str]:
    found = {}
    for one in _words(text):
        name, _, code = one.partition("=")
        if not name.strip() or not (code.isascii() and code.isdigit()):
            raise ValueError("id=place code, separated by commas")
        found[name.strip()] = code
    return found


def _database(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("sqlite", "postgresql", "postgres"):
        raise ValueError("sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME")
    if parts.scheme != "sqlite" and not parts.path.strip("/"):
        raise ValueError("postgresql://USER:PASSWORD@HOST:PORT/NAME, with the name of the database")
    return text


def _redis(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise ValueError("redis://USER:PASSWORD@HOST:PORT/NUMBER, or rediss:// for TLS")
    return text


def _mqtt(text: str) -> str:
    if text:
        addresses.read_address(text)
    return text


def _group(text: str) -> str:
    if text and not re.fullmatch(r"[a-z0-9-]{1,23}", text):
        raise ValueError("up to 23 lower-case letters, digits and hyphens")
    return text


def _mail(text: str) -> str:
    if not text.startswith(("file:", "smtp://")):
        raise ValueError("file:FOLDER or smtp://USER:PASSWORD@HOST:PORT")
    return text


SETTINGS: tuple[Setting, ...] = (
    Setting("PORT", "8000", "网页端口", "port of the web pages", _whole(1, 65534)),
    Setting("GEWU_HOST", "127.0.0.1", "监听地址", "address to listen on", str),
    Setting("GEWU_HOME", "var", "数据目录", "folder of database, keys, files and mails", str),
    Setting(
        "GEWU_DATABASE_URL",
        "",
        "数据库地址，空为数据目录下的 SQLite",
        "database; empty means SQLite in the data folder",
        lambda text: _database(text) if text else "",
        secret=True,
    ),
    Setting(
        "GEWU_DURABILITY",
        "FULL",
        "SQLite 落盘方式；NORMAL 更快，但断电可能丢失最后几次提交",
        "SQLite synchronous mode; NORMAL is faster and may lose the last commits in a power cut",
        _one_of("FULL", "NORMAL"),
    ),
    Setting(
        "GEWU_WORKERS",
        str(min(2, os.cpu_count() or 1)),
        "网页进程数",
        "number of web processes",
        _whole(1, 64),
    ),
    Setting(
        "GEWU_LIVE_PORT",
        "",
        "实时推送端口，空为 PORT+1",
        "port of the live stream; empty means PORT+1",
        lambda text: _whole(1, 65535)(text) if text else 0,
    ),
    Setting(
        "GEWU_ALLOWED_HOSTS",
        "127.0.0.1,localhost",
        "可用的访问域名，逗号分隔",
        "host names that may be used, separated by commas",
        _words,
    ),
    Setting("GEWU_HTTPS", "no", "是否经 HTTPS 访问", "whether users come by HTTPS", _yes_no),
    Setting(
        "GEWU_TLS",
        "",
        "自带 HTTPS 的证书目录（certificate.pem、key.pem），空则由前面的代理负责",
        "folder with certificate.pem and key.pem to serve HTTPS itself; empty leaves it to a proxy in front",
        str,
    ),
    Setting(
        "GEWU_PROXIES",
        "0",
        "前面有几层可信的反向代理；来访地址取自它们写的 X-Forwarded-For",
        "trusted proxies in front; visitors' addresses are read from the X-Forwarded-For they write",
        _whole(0, 5),
    ),
    Setting(
        "GEWU_OUTBOUND",
        "",
        "对接可以访问的内部主机或网段，逗号分隔；公网地址不必列出，但须用 HTTPS",
        "internal hosts or networks that connectors may call; public ones need HTTPS and no entry",
        _outbound,
    ),
    Setting(
        "GEWU_DEMO", "no", "演示模式：登录页列出演示账号", "demo: the sign-in page lists accounts", _yes_no
    ),
    Setting(
        "GEWU_COUNTY",
        "320111",
        "本平台所属县区（或设区市）代码",
        "code of the county, or of the city, served",
        _county_or_city,
    ),
    Setting(
        "GEWU_JURISDICTIONS",
        "",
        "Open311 的 jurisdiction_id 与区划代码，如 a.gov.cn=320111004,b.gov.cn=320111005；只有一个时不必设",
        "ids of Open311 jurisdictions with their place codes, id=code,id=code; not needed for one alone",
        _jurisdictions,
    ),
    Setting("GEWU_HASH", "sha256", "事件链摘要算法", "digest of the event chain", _one_of("sha256", "sm3")),
    Setting(
        "GEWU_REDIS_URL",
        "",
        "多台服务器共用的计数器（Redis）地址；空则本机各进程共用数据目录下的文件",
        "Redis in which several machines count visits together; empty means a file in the data folder",
        lambda text: _redis(text) if text else "",
        secret=True,
    ),
    Setting("GEWU_MAIL", "file:mails", "邮件发送方式", "how mail is sent", _mail, secret=True),
    Setting(
        "GEWU_MQTT",
        "",
        "传感设备消息代理（MQTT）地址；空则不接入，builtin:// 由平台自带（演示和试用）",
        "MQTT broker of the sensors; empty means none, builtin:// is one that Gewu runs to try things out",
        _mqtt,
        secret=True,
    ),
    Setting(
        "GEWU_MQTT_GROUP",
        "",
        "几个监听进程分担消息时的组名；空则只有一个",
        "name under which several listeners share the messages; empty means there is one",
        _group,
    ),
    Setting(
        "GEWU_REPORTS_PER_HOUR",
        "60",
        "同一来源每小时可提交的反映数",
        "reports that one address may send in an hour",
        _whole(1, 1_000_000),
    ),
    Setting(
        "GEWU_EXPORT_ROWS",
        "50000",
        "一次最多导出的行数",
        "rows that one export may have",
        _whole(1, 10_000_000),
    ),
    Setting(
        "GEWU_SECRET_KEY",
        "",
        "会话签名密钥，空则在数据目录生成",
        "key that signs sessions; empty means one is made in the data folder",
        str,
        secret=True,
    ),
    Setting(
        "GEWU_SECRET_KEY_BEFORE",
        "",
        "上一个会话签名密钥；更换后旧会话仍有效，直到删去此项",
        "the former key that signs sessions; they stay valid until it is removed",
        str,
        secret=True,
    ),
    Setting(
        "GEWU_SECOND_FACTOR",
        "yes",
        "管理员和指定角色登录是否必须用身份验证器",
        "whether administrators and the roles that say so must sign in with an authenticator app",
        _yes_no,
    ),
    Setting(
        "GEWU_SECURITY_CONTACT",
        "mailto:security@localhost",
        "发现安全漏洞时联系谁，写在 /.well-known/security.txt",
        "whom to tell of a weakness, written into /.well-known/security.txt",
        str,
    ),
    Setting(
        "GEWU_PUSH_SERVICES",
        "fcm.googleapis.com,updates.push.services.mozilla.com,web.push.apple.com,notify.windows.com",
        "可以向哪些推送服务发送手机提醒；空则不发",
        "push services that may be called to announce messages on phones; empty means none",
        _words,
    ),
    Setting(
        "GEWU_IDLE_MINUTES",
        "60",
        "多少分钟不操作后要重新登录",
        "minutes without a request after which one signs in again",
        _whole(5, 1440),
    ),
    Setting(
        "GEWU_VAULT_KEYS",
        "",
        "身份保险库密钥文件，空则在数据目录生成",
        "file of the vault's keys; empty means one is made in the data folder",
        str,
    ),
    Setting("GEWU_DEBUG", "no", "开发者模式", "developer mode", _yes_no),
)


def read(environ: Mapping[str, str]) -> dict[str, Any]:
    """Every setting read from the environment; the first wrong one is refused in plain words."""
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environ.get(setting.name, "").strip() or setting.default
        try:
            values[setting.name] = setting.read(text)
        except ValueError as wrong:
            raise SettingRefused(
                f"{setting.name}={text!r} 无法使用：{setting.zh}。It takes {wrong} ({setting.en})."
            ) from None
    unknown = [name for name in environ if name.startswith("GEWU_") and name not in _KNOWN]
    if unknown:
        raise SettingRefused(
            f"没有 {unknown[0]} 这个设置。There is no such setting; `gewu settings` lists them all."
        )
    return values


#: Read by the test programs, not by the platform.
_FOR_TESTS = ("GEWU_SERVICES_REQUIRED", "GEWU_SHARED_DATA")
_KNOWN = {*(setting.name for setting in SETTINGS), *_FOR_TESTS}


def database(url: str, home: Path, *, durability: str) -> dict[str, Any]:
    """The Django database of a URL."""
    parts = urlsplit(url)
    if not url or parts.scheme == "sqlite":
        path = url.removeprefix("sqlite:///") if url else str(home / "gewu.sqlite3")
        return _sqlite(path, durability)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"server_side_binding": True},
    }


def _sqlite(path: str, durability: str) -> dict[str, Any]:
    pragmas = (
        "PRAGMA journal_mode=WAL",
        f"PRAGMA synchronous={durability}",
        "PRAGMA foreign_keys=ON",
        "PRAGMA temp_store=MEMORY",
        "PRAGMA mmap_size=268435456",
        "PRAGMA cache_size=-32000",
    )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": ";".join(pragmas)},
    }
