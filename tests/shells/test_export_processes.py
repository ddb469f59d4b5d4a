"""Long lists made by the processes that serve: killed in the middle, begun anew, whole at the end."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.infra.platform import Platform, free_ports

ROWS = 6_000
PATIENCE_S = 60

WANTED = f"""
import pickle, sys
from django.utils import timezone
from gewu.cases.models import Case
from gewu.kernel.identifiers import new_id
from gewu.security import actions as security
world = pickle.loads(open(sys.argv[1], "rb").read())
world.now = timezone.localtime()
like = world.accepted()
values = {{one.attname: getattr(like, one.attname) for one in Case._meta.concrete_fields}}
Case.objects.bulk_create(
    (Case(**{{**values, "id": new_id(), "number": f"320111-20200101-{{n:06}}"}}) for n in range({ROWS} - 1)),
    batch_size=500,
)
print(security.begin_export("tab=open", rows={ROWS}, place="320111", language="zh-hans",
                            actor=world.actor("zheng.jun"), now=world.now).hex)
"""
HOW_FAR = """
from gewu.infra.models import Errand
one = Errand.objects.get()
print(one.state, one.tries, one.made)
"""


@pytest.fixture
def here(tmp_path: Path, _kept_world: Path) -> Platform:
    """The founded world in a folder of its own."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(_kept_world / "gewu.sqlite3", home)
    return Platform(home, free_ports())


@pytest.fixture
def wanted(here: Platform, _kept_world: Path) -> Path:
    """Where the file of a long list will lie that somebody wants."""
    process = here.begin("-c", "import django; django.setup()" + WANTED, str(_kept_world / "world"))
    printed, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, printed
    return here.home / "made" / "export" / f"{printed.split()[-1]}.xlsx"


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def being_written(wanted: Path, tries: int) -> bool:
    part = wanted.with_suffix(f".{tries}")
    return part.is_dir() and any(one.stat().st_size for one in part.iterdir())


def children(process: subprocess.Popen[str]) -> list[int]:
    tasks = Path(f"/proc/{process.pid}/task").iterdir()
    return [int(one) for task in tasks for one in (task / "children").read_text().split()]


def assert_whole(here: Platform, wanted: Path, *, tries: int) -> None:
    until(lambda: wanted.exists() and here.run(HOW_FAR).startswith("done"), "the file was never made")
    rows = CalamineWorkbook.from_path(str(wanted)).get_sheet_by_index(0).to_python()[2:]
    assert len({row[0] for row in rows}) == len(rows) == ROWS
    assert here.run(HOW_FAR) == f"done {tries} {ROWS}"
    assert [one.name for one in wanted.parent.iterdir()] == [wanted.name]
    assert stat.S_IMODE(wanted.stat().st_mode) == 0o600


def test_file_is_made_anew_whoever_is_killed_while_it_is_made(here: Platform, wanted: Path) -> None:
    """First the process that makes it, then the one that began it; what they left is gone at the end."""
    with here.running("-m", "gewu.config.background") as background:
        until(lambda: being_written(wanted, 1), "nobody began the file")
        [child] = children(background)
        os.kill(child, signal.SIGKILL)
        until(lambda: being_written(wanted, 2), "nobody began it again")
        assert background.poll() is None
        [child] = children(background)
        background.kill()
        until(lambda: not Path(f"/proc/{child}").exists(), "the child outlived its parent")
    assert here.run(HOW_FAR).startswith("waiting 2")
    with here.running("-m", "gewu.config.background"):
        assert_whole(here, wanted, tries=3)
