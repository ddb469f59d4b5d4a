"""The documents say what is so: settings, dependencies, links."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from gewu.config.environment import SETTINGS
from tests.architecture.sources import PACKAGE, ROOT, expect_none, tracked

DEPENDENCIES = ROOT / "docs" / "dependencies.md"
NAME = re.compile(r"^[A-Za-z0-9._-]+")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SETTING = re.compile(r"\bGEWU_[A-Z_]+\b")


def _python_dependencies() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = list(project["dependencies"])
    named += [one for extra in project.get("optional-dependencies", {}).values() for one in extra]
    for source in sorted((ROOT / "requirements").glob("*.in")):
        named += [line for line in source.read_text(encoding="utf-8").splitlines() if NAME.match(line)]
    return {found[0].lower() for one in named if (found := NAME.match(one)) and not one.startswith("-")}


def _frontend_dependencies() -> set[str]:
    package = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    return {*package.get("dependencies", {}), *package.get("devDependencies", {})}


def test_every_dependency_says_why_it_is_there() -> None:
    lines = DEPENDENCIES.read_text(encoding="utf-8").splitlines()
    documented = {found[1] for line in lines if (found := re.match(r"\| `([^`]+)` \|", line))}
    assert documented == _python_dependencies() | _frontend_dependencies()


def test_every_dependency_is_locked() -> None:
    locks = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "requirements").glob("*.txt"))
    locked = set(re.findall(r"^([a-z0-9._-]+)==", locks, flags=re.MULTILINE))
    assert sorted(_python_dependencies() - locked) == []


def test_every_setting_has_a_meaning_in_both_languages() -> None:
    assert [setting.name for setting in SETTINGS if not setting.zh or not setting.en] == []


def test_every_setting_that_is_read_is_declared() -> None:
    declared = set(SETTING.findall((PACKAGE / "config" / "environment.py").read_text(encoding="utf-8")))
    files = [*tracked(".py", ".md", ".ts", ".html"), ROOT / "Makefile", ROOT / ".ci" / "run"]
    used = [(path, name) for path in files for name in SETTING.findall(path.read_text(encoding="utf-8"))]
    expect_none(f"{path.relative_to(ROOT)}: {name}" for path, name in used if name not in declared)


def _broken_links(page: Path) -> Iterator[str]:
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target) or target.startswith("#"):
            continue
        if not (page.parent / unquote(target.partition("#")[0])).exists():
            yield f"{page.relative_to(ROOT)}: {target}"


def test_links_between_documents_lead_somewhere() -> None:
    expect_none(found for page in tracked(".md") for found in _broken_links(page))
