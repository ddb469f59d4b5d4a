"""Set-up does what changed, once, and an interruption costs only the part it hit."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tools.prepare import Part

from tools import prepare


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    (tmp_path / "source").write_text("one")
    return []


def part(folder: Path, made: list[str], *, interrupted: bool = False) -> Part:
    def make() -> None:
        made.append((folder / "source").read_text())
        (folder / "product").touch()
        if interrupted:
            raise KeyboardInterrupt

    return Part("a part", folder / "stamp", lambda: [folder / "source"], folder / "product", make)


def test_a_part_is_made_once(tmp_path: Path, made: list[str]) -> None:
    one = part(tmp_path, made)
    assert not one.ready()
    one.do()
    assert one.ready()
    assert made == ["one"]


def test_a_changed_source_makes_it_again(tmp_path: Path, made: list[str]) -> None:
    part(tmp_path, made).do()
    (tmp_path / "source").write_text("two")
    assert not part(tmp_path, made).ready()


def test_a_lost_product_makes_it_again(tmp_path: Path, made: list[str]) -> None:
    part(tmp_path, made).do()
    (tmp_path / "product").unlink()
    assert not part(tmp_path, made).ready()


def test_an_interrupted_part_is_not_taken_for_ready(tmp_path: Path, made: list[str]) -> None:
    part(tmp_path, made).do()
    with pytest.raises(KeyboardInterrupt):
        part(tmp_path, made, interrupted=True).do()
    assert (tmp_path / "product").exists()
    assert not part(tmp_path, made).ready()


def test_a_failing_command_says_what_it_said() -> None:
    with pytest.raises(prepare.Trouble, match="no such luck"):
        prepare.run(sys.executable, "-c", "print('no such luck'); raise SystemExit(3)")


def test_a_python_without_venv_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(prepare.Trouble, match=r"apt-get install python3\.\d+-venv"):
        prepare.make_environment()


def test_make_refuses_an_old_or_missing_python_in_plain_words() -> None:
    done = subprocess.run(
        ["make", "--no-print-directory", "setup", "PYTHON=no-such-python"],
        cwd=prepare.ROOT,
        env={**os.environ, "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "Gewu needs Python 3.11 or newer" in done.stdout


def test_an_old_node_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.19.0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.defpath}")
    assert prepare.node_env()["PATH"].startswith(str(prepare.node_home()))


def test_who_once_took_the_development_tools_keeps_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "VENV", tmp_path)
    assert prepare.settled("run") == "run"
    (tmp_path / "stamps").mkdir()
    (tmp_path / "stamps" / "dev").touch()
    assert prepare.settled("run") == "dev"
