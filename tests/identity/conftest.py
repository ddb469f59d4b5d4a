"""The world, and a real provider of identities beside it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from socket import socket

import pytest

from gewu.infra import openid, rates
from gewu.security import actions as security
from gewu.security.actions import MappingDraft, ProviderDraft
from tests.identity import hostile
from tests.identity.hostile import Hostile
from tests.identity.provider import CLIENT_ID, SECRET
from tests.world import COUNTY, World

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real provider that runs for the length of the tests."""
    with socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "tests.identity.provider",
        str(port),
        str(tmp_path_factory.mktemp("idp")),
    ]
    running = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert running.stdout is not None and running.stdout.readline() == "ready\n"
    yield f"http://127.0.0.1:{port}"
    running.terminate()
    running.wait(timeout=10)
    running.stdout.close()


@pytest.fixture(autouse=True)
def _asked_anew() -> None:
    rates.forget()
    openid.forget()


@pytest.fixture
def gov(world: World, provider: str) -> World:
    """The provider set up here, with a dispatcher for one of its claims and a handler for another."""
    actor = world.actor("fang.an")
    draft = ProviderDraft("gov", "政务统一认证", f"{provider}/o", CLIENT_ID, secret=SECRET, on=True)
    security.set_provider(draft, actor=actor, now=world.now)
    for value, role, place, unit in (
        ("dispatcher", "dispatcher", COUNTY, ""),
        ("water", "handler", "", f"{COUNTY}-water_supply/"),
    ):
        mapping = MappingDraft(
            "gov", "realm_access.roles", value, role, "浦网格办〔2026〕3号", date(2020, 1, 1), place, unit
        )
        security.map_claim(mapping, actor=actor, now=world.now)
    return world


@pytest.fixture
def rogue() -> Iterator[Hostile]:
    """A provider that answers as it is told."""
    with hostile.listening() as found:
        yield found
