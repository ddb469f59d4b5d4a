"""`gewu devices` registers devices from a file; `gewu device-password` is for the built-in broker."""

from __future__ import annotations

import csv
from contextlib import suppress
from pathlib import Path

import click
from django.conf import settings
from django.utils import timezone

from gewu.config import listening
from gewu.infra import store
from gewu.infra.wording import translated
from gewu.kernel.refusals import Refusal
from gewu.kernel.texts import say
from gewu.security.actors import operator
from gewu.sensing import actions, queries
from gewu.sensing.actions import DeviceSpec


@click.command("device-password")
@click.argument("code")
def device_password(code: str) -> None:
    """Print the password of a registered device at the built-in broker. 设备在自带消息代理的口令。"""
    click.echo(listening.device_password(queries.device_named(code).code))


class _Undone(Exception):
    """Ends a transaction that is only to see what would be refused."""


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only say what would be refused. 只检查，不登记。")
def devices(path: Path, check: bool) -> None:
    """Register the devices of a table; a bad line stops no good one. 按表登记设备。"""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with suppress(_Undone), store.writing():
        refused = [line for line, row in enumerate(rows, start=2) if not _registered(line, row)]
        if check:
            raise _Undone
    click.echo(
        translated(
            say("登记 {n} 台设备，{refused} 行未登记", n=len(rows) - len(refused), refused=len(refused))
        )
    )


def _registered(line: int, row: dict[str, str]) -> bool:
    now = timezone.now()
    try:
        with store.attempt():
            actions.register(_spec(row), actor=operator(settings.COUNTY), now=now)
    except (Refusal, ValueError, TypeError) as fault:
        said = translated(fault.text) if isinstance(fault, Refusal) else str(fault)
        click.echo(translated(say("第 {line} 行：{reason}", line=line, reason=said)), err=True)
        return False
    return True


def _spec(row: dict[str, str]) -> DeviceSpec:
    given = {name: (text or "").strip() for name, text in row.items() if name}
    lon, lat = (float(given[name]) if given.get(name) else None for name in ("lon", "lat"))
    return DeviceSpec(
        code=given.get("code", ""),
        kind=given.get("kind", ""),
        name=given.get("name", ""),
        owner=given.get("owner", ""),
        place=given.get("place", ""),
        lon=lon,
        lat=lat,
        address=given.get("address", ""),
        public=given.get("public", "").lower() in ("yes", "true", "1", "是"),
        sign=given.get("sign", ""),
    )
