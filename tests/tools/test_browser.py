"""The browser is installed where that is possible, and where it is not, a person is told how."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools import browser

#: Stands for Debian's: on `install` the programs of both packages appear beside it.
APT_GET = """#!/bin/sh
echo "$@" >> {folder}/asked
case "$*" in
*install*)
  printf '#!/bin/sh\\n' > {folder}/chromium
  printf '#!/bin/sh\\necho Noto Sans CJK SC\\n' > {folder}/fc-list
  /bin/chmod 755 {folder}/chromium {folder}/fc-list ;;
esac
exit {code}
"""


def program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    (folder / name).chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no browser and no Chinese font."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    program(tmp_path, "fc-list", "#!/bin/sh\n")
    return tmp_path


def test_as_root_on_debian_what_is_missing_is_installed(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program(bare, "apt-get", APT_GET.format(folder=bare, code=0))
    assert browser.missing() == ["chromium", "fonts-noto-cjk"]
    assert browser.ensure()
    assert browser.find() == bare / "chromium"
    assert (bare / "asked").read_text().splitlines() == [
        "-qq update",
        "-qq install -y --no-install-recommends chromium fonts-noto-cjk",
    ]


@pytest.mark.parametrize(("user", "code"), [(1000, 0), (0, 1)])
def test_otherwise_a_person_is_told_what_is_skipped_and_how_to_get_it(
    bare: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    user: int,
    code: int,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    program(bare, "apt-get", APT_GET.format(folder=bare, code=code))
    assert not browser.ensure()
    told = capsys.readouterr().out
    assert "browser tests will be skipped" in told
    assert "apt-get install chromium fonts-noto-cjk" in told


def test_a_browser_elsewhere_can_be_named(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare, "my-chrome", "#!/bin/sh\n")
    monkeypatch.setenv("CHROMIUM", str(bare / "my-chrome"))
    assert browser.find() == bare / "my-chrome"
