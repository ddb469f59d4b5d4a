"""Who may import what: the layers by import-linter, the doors of the subjects and the pure modules here."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import FOUNDATIONS, ROOT, WIRING, Module, expect_none, modules, subjects

DOORS = ("queries", "actions", "events")
#: Modules that are open to all beside the doors, and why.
MORE_DOORS = {
    "gewu.security.actors": "who acts, as plain facts: an argument of every door",
    "gewu.security.scopes": "how every `visible_to` turns rights into a condition of the database",
    "gewu.security.vault": "seals and opens identities; no subject holds one in the clear",
}
#: What a pure module may import of the product: the kernel, and these parts of its own subject.
PURE = {"rules": ("rules", "events"), "lifecycle": ("rules", "events", "lifecycle"), "events": ("events",)}
IMPURE = ("django", "ninja", "sqlite3", "psycopg", "socket", "subprocess", "time", "random", "secrets", "os")


def test_layers_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def _past_the_doors(module: Module) -> Iterator[str]:
    for imported, line in module.imports():
        parts = imported.split(".")
        if parts[0] != "gewu" or len(parts) < 2 or parts[1] == module.package or parts[1] not in subjects():
            continue
        if len(parts) > 2 and parts[2] in DOORS or ".".join(parts[:3]) in MORE_DOORS:
            continue
        yield f"{module.at(line)} enters {parts[1]} past its doors: {imported}"


def test_subjects_are_entered_through_their_doors() -> None:
    entering = [module for module in modules() if module.package not in WIRING]
    expect_none(found for module in entering for found in _past_the_doors(module))


def test_every_other_door_exists() -> None:
    assert set(MORE_DOORS) <= {module.name for module in modules()}


def _impure(module: Module) -> Iterator[str]:
    own = tuple(f"gewu.{module.package}.{part}" for part in PURE[module.part])
    for imported, line in module.imports():
        if imported.startswith("gewu.") and not f"{imported}.".startswith(("gewu.kernel.", *own)):
            yield f"{module.at(line)} {module.part} may not import {imported}"
        elif imported.split(".")[0] in IMPURE:
            yield f"{module.at(line)} {module.part} stays pure: {imported}"


def test_rules_lifecycles_and_events_are_pure() -> None:
    pure = [module for module in modules() if module.package in subjects() and module.part in PURE]
    expect_none(found for module in pure for found in _impure(module))


def test_no_subject_listens_to_signals() -> None:
    listening = [
        f"{module.at(line)}: {imported}"
        for module in modules()
        if module.package in (*subjects(), *FOUNDATIONS)
        for imported, line in module.imports()
        if "signals" in imported.split(".")
    ]
    expect_none(listening)
