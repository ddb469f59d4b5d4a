"""The source tree as the architecture tests see it; packages are discovered, never listed."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "gewu"

#: What is no subject: the kernel and the machinery below the subjects, the shells and the wiring above them.
FOUNDATIONS = ("kernel", "infra")
SHELLS = ("web", "api", "channels", "cli")
WIRING = ("config",)
NOT_CODE = ("locale",)

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file of the product."""

    path: Path

    @property
    def name(self) -> str:
        parts = self.path.relative_to(PACKAGE.parent).with_suffix("").parts
        return ".".join(part for part in parts if part != "__init__")

    @property
    def package(self) -> str:
        """The subject, foundation or shell it belongs to; empty for `gewu` itself."""
        parts = self.path.relative_to(PACKAGE).parts
        return parts[0] if len(parts) > 1 else ""

    @property
    def part(self) -> str:
        """The part of the anatomy it belongs to: `actions` for actions.py and for actions/close.py."""
        parts = self.path.relative_to(PACKAGE).with_suffix("").parts
        return parts[1] if len(parts) > 1 else ""

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def tree(self) -> ast.Module:
        return _tree(self.path)

    def functions(self) -> Iterator[AnyFunction]:
        for node in ast.walk(self.tree):
            if isinstance(node, AnyFunction):
                yield node

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every module or object it imports, by full name, with its line."""
        package = self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
                base = ".".join([*above, *([node.module] if node.module else [])])
                yield from ((f"{base}.{alias.name}", node.lineno) for alias in node.names)

    def at(self, line: int) -> str:
        return f"{self.path.relative_to(ROOT)}:{line}"


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product but its migrations, which Django writes."""
    return tuple(Module(path) for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts)


def packages() -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))


def subjects() -> tuple[str, ...]:
    """The packages named for what they are about."""
    others = (*FOUNDATIONS, *SHELLS, *WIRING, *NOT_CODE)
    return tuple(name for name in packages() if name not in others)


@cache
def tracked(*endings: str) -> tuple[Path, ...]:
    """The files of the repository that end so, whether committed yet or not; all files without endings."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = (ROOT / name for name in sorted(done.stdout.split("\0")) if name)
    files = found if done.returncode == 0 else _without_git()
    return tuple(path for path in files if path.is_file() and (not endings or path.name.endswith(endings)))


def _without_git() -> Iterator[Path]:
    """An unpacked archive has no git: everything but what is installed or built."""
    aside = {".venv", "node_modules", "build", "var", "screenshots", "static", "__pycache__"}
    return (path for path in sorted(ROOT.rglob("*")) if not aside & set(path.relative_to(ROOT).parts))


def expect_none(found: Iterable[str]) -> None:
    """Fail with every finding on a line of its own."""
    lines = list(found)
    assert not lines, "\n" + "\n".join(lines)
