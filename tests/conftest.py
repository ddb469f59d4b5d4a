"""What all tests share."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("GEWU_HOME", tempfile.mkdtemp(prefix="gewu-tests-"))


@pytest.fixture(autouse=True)
def _held_in_memory_is_looked_up_again() -> Iterator[None]:
    """Each test has its own database; nothing held in memory may come from another's."""
    from gewu.infra import versions  # noqa: PLC0415 -- the settings are read when Django is set up
    from gewu.territory import queries as territory  # noqa: PLC0415 -- as above

    versions.forget()
    territory.forget()
    yield
    versions.forget()
    territory.forget()


@pytest.fixture
def files_folder(tmp_path: Path, settings: object) -> Path:
    """A folder of its own for the files of a test."""
    settings.FILES = tmp_path / "files"  # type: ignore[attr-defined]  # pytest-django's settings
    return tmp_path / "files"


@pytest.fixture(autouse=True)
def _password_alone(settings: Any) -> None:
    """People of the tests sign in as in the demo; the tests of the second factor ask for it."""
    settings.SECOND_FACTOR = False
