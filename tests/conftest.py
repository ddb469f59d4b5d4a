"""What all tests share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as platform_settings

# Each process of a run has a data folder of its own: what one counts is nothing to the others, nor to a demo
# beside it. The settings have been read by now, so the environment alone would come too late.
HOME = Path(tempfile.mkdtemp(prefix="gewu-tests-"))
os.environ["GEWU_HOME"] = str(HOME)
platform_settings.HOME = HOME
platform_settings.FILES = HOME / "files"
platform_settings.VAULT_KEYS = HOME / "keys" / "vault.json"

from tests.founded import _founded, _kept_world, django_db_setup, shared_world, world  # noqa: E402 -- after HOME
from tests.ground import GROUND  # noqa: E402 -- as above

__all__ = ["_founded", "_kept_world", "django_db_setup", "shared_world", "world"]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before anything of a test is prepared: the database that it begins in."""
    GROUND.want("founded" if "world" in getattr(item, "fixturenames", ()) else "empty")


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


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture
def files_folder(tmp_path: Path, settings: object) -> Path:
    """A folder of its own for the files of a test."""
    settings.FILES = tmp_path / "files"  # type: ignore[attr-defined]  # pytest-django's settings
    return tmp_path / "files"


@pytest.fixture(autouse=True)
def _password_alone(settings: Any) -> None:
    """People of the tests sign in as in the demo; the tests of the second factor ask for it."""
    settings.SECOND_FACTOR = False


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked ``flow`` is run twice: with the assistants as they stand, and with all of them off."""
    if metafunc.definition.get_closest_marker("flow") and "world" in metafunc.fixturenames:
        metafunc.parametrize("_assistants", ["on", "off"], indirect=True, ids=["assisted", "unassisted"])


@pytest.fixture(autouse=True)
def _assistants(request: pytest.FixtureRequest) -> Iterator[None]:
    """With all assistants off whatever is told must go its way, and nothing may have been proposed."""
    if getattr(request, "param", "on") == "on":
        yield
        return
    from gewu.infra import switches  # noqa: PLC0415 -- the settings are read when Django is set up
    from gewu.intake.models import Suggestion  # noqa: PLC0415 -- as above

    world = request.getfixturevalue("world")
    for name in switches.KNOWN:
        switches.set_switch(
            name, False, reason="各项推荐都关闭", actor=world.actor("qian.lei"), now=world.now
        )
    yield
    assert not Suggestion.objects.exists()
