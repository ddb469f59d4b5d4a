"""`gewu demo`: a living district to look at, built through the same actions as a real one."""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import datetime
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from gewu.cli import certificates, serving
from gewu.cli.scenes import staging
from gewu.cli.scenes.registry import SCENES, USUAL, SceneSpec, scene_named
from gewu.cli.scenes.staging import Shown
from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security import queries as accounts

#: Where the home of a demo says which scene it holds.
KEPT = "demo-scene"


@click.command()
@click.option("--reset", is_flag=True, help="Start over with an empty database. 清空后重新装载。")
@click.option(
    "--https", is_flag=True, help="Serve phones in the same network. 用 HTTPS 供同一网络里的手机打开。"
)
@click.option("--serve/--no-serve", "serves", default=True, help="Serve when loaded. 装载后启动服务。")
@click.option(
    "--scene", "named", default="", help="、".join(SCENES) + "。哪个地方的示例 · which place to show."
)
def demo(reset: bool, https: bool, serves: bool, named: str) -> None:
    """Load the demo world when there is none, and serve it. 演示：装载示例并启动。"""
    home = Path(settings.HOME)
    scene = scene_named(named or ("" if reset else kept(home)) or USUAL)
    if scene.home != settings.COUNTY:
        _begin_again_for(scene)
    if reset:
        clear(home)
    call_command("migrate", verbosity=0, interactive=False)
    fresh = not accounts.any_account()
    if fresh:
        build(scene, home, timezone.now())
    elif scene.name != (kept(home) or USUAL):
        raise Refusal(
            say("数据目录里已装有另一个示例“{name}”", name=kept(home) or USUAL),
            Kind.CONFLICT,
            advice=say("加 --reset 清空后重新装载，或用 GEWU_HOME 指定另一个目录"),
        )
    show_accounts(home)
    if https:
        _open_to_phones(home)
    if serves:
        _serve(fresh or https)


def _serve(anew: bool) -> None:
    """Serve; after a load in a program begun anew that holds nothing of it, else at once in this one."""
    sys.stdout.flush()
    if anew:
        os.execv(sys.executable, [sys.executable, "-m", "gewu.cli.main", "serve"])  # noqa: S606 -- this very program
    connections.close_all()  # no connection may be shared with the web processes that are forked
    serving.run()


def _open_to_phones(home: Path) -> None:
    """Have the server, which begins anew, listen in the own network with a certificate made for it."""
    names, folder = certificates.addresses(), home / "keys" / "tls"
    certificates.make(folder, names, timezone.now())
    os.environ["GEWU_TLS"] = str(folder)
    os.environ["GEWU_HOST"] = "0.0.0.0"  # noqa: S104 -- asked for on the command line
    os.environ["GEWU_ALLOWED_HOSTS"] = ",".join(names)
    address = f"https://{names[-1]}:{settings.PORT}"
    click.echo(
        f"\n手机（同一网络）：先打开 {address}/field/authority.crt 安装并信任证书，再打开 {address}/field"
    )
    click.echo(f"A phone in the same network: trust {address}/field/authority.crt, then open {address}/field")


def kept(home: Path) -> str:
    """The name of the scene that this home holds; empty when it holds none."""
    path = home / KEPT
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def _begin_again_for(scene: SceneSpec) -> None:
    """Settings are read once, so a scene of another place starts this program anew as that place's."""
    os.environ["GEWU_COUNTY"] = scene.home
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "gewu.cli.main", *sys.argv[1:]])  # noqa: S606 -- this very program


def clear(home: Path) -> None:
    """Remove the demo's database, files and mails; the keys stay."""
    for name in ("gewu.sqlite3", "gewu.sqlite3-wal", "gewu.sqlite3-shm", "demo-accounts.json", KEPT):
        (home / name).unlink(missing_ok=True)
    for name in ("files", "mails", "made"):
        shutil.rmtree(home / name, ignore_errors=True)


def build(scene: SceneSpec, home: Path, now: datetime) -> None:
    """A scene with its places, units, people and matters, stage by stage."""
    _without_waiting_for_the_disk()
    shown: list[Shown] = []
    stages = scene.build(now, shown)
    label = "装载演示数据 Loading the demo"
    with click.progressbar(stages, length=scene.stages, label=label) as bar:
        for _ in bar:
            pass
    staging.settle(timezone.now())
    (home / "demo-accounts.json").write_text(json.dumps(shown, ensure_ascii=False, indent=1))
    (home / KEPT).write_text(scene.name, encoding="utf-8")


def _without_waiting_for_the_disk() -> None:
    """A load that a power cut ends is begun anew with --reset; the server is as careful as ever."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")


def show_accounts(home: Path) -> None:
    """Print the accounts of the demo."""
    kept = home / "demo-accounts.json"
    if not kept.exists():
        return
    click.echo("\n演示账号 Demo accounts")
    for one in json.loads(kept.read_text()):
        click.echo(f"  {one['name']:<22}{one['password']:<18}{one['post_zh']}  {one['does_zh']}")
