"""`gewu demo`: a living district to look at, built through the same actions as a real one."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from gewu.cli import founding
from gewu.cli.cast import COUNTY, HANDLERS, STAFF, STREET, STREET_OFFICES, Person
from gewu.cli.scene import Scene
from gewu.infra import worker
from gewu.notifications import actions as mails
from gewu.organisation import actions as organisation
from gewu.organisation import queries as units
from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actors import operator
from gewu.territory import queries as territory

PASSWORD = "gewu-demo-2026"  # noqa: S105 -- shown on the sign-in page of the demo, which is what it is for
#: How many times each written report is raised, at different places.
ROUNDS = 5


@click.command()
@click.option("--reset", is_flag=True, help="Start over with an empty database. 清空后重新装载。")
@click.option("--serve/--no-serve", "serves", default=True, help="Serve when loaded. 装载后启动服务。")
def demo(reset: bool, serves: bool) -> None:
    """Load the demo world when there is none, and serve it. 演示：装载浦口区示例并启动。"""
    home = Path(settings.HOME)
    if reset:
        clear(home)
    call_command("migrate", verbosity=0, interactive=False)
    if not accounts.any_account():
        build(timezone.now())
    show_accounts(home)
    if serves:
        sys.stdout.flush()
        os.execv(sys.executable, [sys.executable, "-m", "gewu.cli.main", "serve"])  # noqa: S606 -- this very program


def clear(home: Path) -> None:
    """Remove the demo's database, files and mails; the keys stay."""
    for name in ("gewu.sqlite3", "gewu.sqlite3-wal", "gewu.sqlite3-shm", "demo-accounts.json"):
        (home / name).unlink(missing_ok=True)
    for name in ("files", "mails"):
        shutil.rmtree(home / name, ignore_errors=True)


def build(now: datetime) -> None:
    """Places, units, people, and some three hundred matters at every stage of their way."""
    with click.progressbar(_stages(now), length=ROUNDS + 2, label="装载演示数据 Loading the demo") as stages:
        for _ in stages:
            pass


def _stages(now: datetime) -> Iterator[None]:
    founded = now - timedelta(days=30)
    founding.lay_ground(COUNTY, now=founded)
    founding.set_up_units(COUNTY, now=founded)
    yield
    _take_up_posts(founded)
    yield
    scene = Scene(now)
    for turn in range(ROUNDS):
        scene.play(turn)
        yield
    while worker.work(timezone.now(), limit=200) or mails.send_waiting(timezone.now()):
        pass


def _take_up_posts(now: datetime) -> None:
    people = [*STAFF]
    for department, name in HANDLERS:
        unit = units.unit_for(department, COUNTY)
        if unit:
            does = f"{unit.name_zh}：签收、办结上报", f"{unit.name_en}: sign for, report done"
            people.append(Person(department, name, "handler", unit.code, *does))
    shown = []
    for one in people:
        account = security.open_account(one.name, one.display_name, PASSWORD, actor=operator(COUNTY), now=now)
        seat = one.seat or _a_grid()
        organisation.appoint(one.post, seat, account, actor=operator(COUNTY), now=now)
        kind = units.post_kind(one.post)
        shown.append(_shown(one, f"{kind.name_zh} {one.display_name}", f"{kind.name_en} {one.display_name}"))
    for name, street in STREET_OFFICES:
        account = security.open_account(name, "街道承办人", PASSWORD, actor=operator(COUNTY), now=now)
        organisation.appoint("handler", f"{street}-street_office", account, actor=operator(COUNTY), now=now)
    shown.append(_administrator(now))
    (Path(settings.HOME) / "demo-accounts.json").write_text(json.dumps(shown, ensure_ascii=False, indent=1))


def _administrator(now: datetime) -> dict[str, str]:
    account = security.open_account("guanli", "钱磊", PASSWORD, actor=operator(COUNTY), now=now)
    security.give_role(account, "administrator", actor=operator(COUNTY), now=now, place=COUNTY)
    does = "系统管理（看不到任何工单）", "manages the platform (sees no case at all)"
    one = Person("guanli", "钱磊", "", "", *does)
    return _shown(one, "系统管理员 钱磊", "Platform administrator 钱磊")


def _shown(one: Person, post_zh: str, post_en: str) -> dict[str, str]:
    return {
        "name": one.name,
        "password": PASSWORD,
        "post_zh": post_zh,
        "post_en": post_en,
        "does_zh": one.does_zh,
        "does_en": one.does_en,
    }


def _a_grid() -> str:
    community = territory.children_of(STREET)[0].code
    return territory.children_of(community)[0].code


def show_accounts(home: Path) -> None:
    """Print the accounts of the demo."""
    kept = home / "demo-accounts.json"
    if not kept.exists():
        return
    click.echo("\n演示账号 Demo accounts")
    for one in json.loads(kept.read_text()):
        click.echo(f"  {one['name']:<22}{one['password']:<18}{one['post_zh']}  {one['does_zh']}")
