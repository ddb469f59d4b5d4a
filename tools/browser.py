"""Find the browser and the Chinese fonts that the browser tests need; install them where that is possible."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
ADVICE = """\
  The browser tests will be skipped, because {missing} not found here.
  Debian, Ubuntu:  sudo apt-get install chromium fonts-noto-cjk
  Elsewhere:       install Chromium or Chrome and a Chinese font, and if it is not on the PATH
                   name it: make test CHROMIUM=/path/to/chromium"""


def find() -> Path | None:
    """The browser named by CHROMIUM, or the first one on the PATH."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        path = shutil.which(name) if name else None
        if path:
            return Path(path)
    return None


def arguments() -> list[str]:
    """What Chromium must be told: it refuses its sandbox to root, and must not call home."""
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ]
    return [*quiet, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def has_chinese_fonts() -> bool:
    """Whether a font with Chinese characters is installed; taken for granted where nobody can be asked."""
    if shutil.which("fc-list") is None:
        return find() is not None
    found = subprocess.run(["fc-list", ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


def missing() -> list[str]:
    """The Debian packages that would supply what is missing."""
    return [
        *([] if find() else ["chromium"]),
        *([] if has_chinese_fonts() else ["fonts-noto-cjk"]),
    ]


def install(packages: list[str]) -> None:
    """Install Debian packages as root, without a question being asked."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(
            ["apt-get", "-qq", *words],
            env=env,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )


def ensure() -> bool:
    """Whether browser tests can run, after trying to install what they lack."""
    lacking = missing()
    if lacking and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"  installing {' and '.join(lacking)} for the browser tests …", flush=True)
        try:
            install(lacking)
        except (subprocess.CalledProcessError, OSError) as wrong:
            print(f"  that failed: {wrong}")
        lacking = missing()
    if lacking:
        words = {"chromium": "Chromium was", "fonts-noto-cjk": "a Chinese font was"}
        print(ADVICE.format(missing=" and ".join(words[name] for name in lacking)), flush=True)
    return not lacking


if __name__ == "__main__":
    ensure()
    sys.exit(0)
