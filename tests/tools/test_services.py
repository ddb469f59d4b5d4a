"""A test that uses a service may be skipped where the service is not, and nowhere else in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import services

ROOT = Path(__file__).resolve().parents[2]
LAZY = """
import pytest
from tests import services

services.answers = {answers}

def test_plain():
    pass

@pytest.mark.needs_service("postgresql")
def test_lazy():
    pytest.skip("not today")
"""


def outcome(folder: Path, *, answers: bool, required: str) -> tuple[int, str]:
    """Run a suite with one test that skips itself, in a process of its own."""
    (folder / "conftest.py").write_text('pytest_plugins = ["tests.services"]\n')
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p no:django -p no:cacheprovider -rs\n")
    (folder / "test_lazy.py").write_text(LAZY.format(answers=f"lambda service: {answers}"))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(folder), "-c", str(folder / "pytest.ini")],
        cwd=ROOT,
        env={**os.environ, "GEWU_SERVICES_REQUIRED": required, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("answers", "required", "code"), [(True, "1", 1), (True, "", 0), (False, "1", 0), (False, "", 0)]
)
def test_a_service_that_answers_may_not_be_skipped_in_ci(
    tmp_path: Path, answers: bool, required: str, code: int
) -> None:
    returned, said = outcome(tmp_path, answers=answers, required=required)
    assert returned == code, said
    assert ("was skipped although postgresql answers here" in said) == answers


@pytest.mark.needs_service("postgresql")
def test_the_port_of_a_running_service_is_seen() -> None:
    assert services.answers("postgresql")


def test_an_unknown_service_is_a_mistake(request: pytest.FixtureRequest) -> None:
    request.node.add_marker(pytest.mark.needs_service("telegraph"))
    with pytest.raises(pytest.UsageError, match="unknown service 'telegraph'"):
        services.needs(request.node)
