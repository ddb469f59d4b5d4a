"""New keys for the vault: sealed anew in batches, taken up after a kill, old ones dropped at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from gewu.infra import sealing
from gewu.kernel.refusals import Refusal
from gewu.security import actions as security
from gewu.security import vault
from gewu.security.actors import operator
from gewu.security.models import Identity
from tests.infra import platform
from tests.world import World


@pytest.fixture
def ring(settings: object, tmp_path: Path) -> Path:
    settings.VAULT_KEYS = tmp_path / "vault.json"  # type: ignore[attr-defined]  # pytest-django's settings
    return tmp_path / "vault.json"


def _sealed(now: datetime, many: int) -> dict[UUID, str]:
    found = {}
    for n in range(many):
        phone = f"138{n:08}"
        found[vault.seal(vault.Contact("张三", phone), purpose="report", now=now)] = phone
    return found


def _rotate(now: datetime, *, stop_after: int = 10**9) -> None:
    for step, _ in enumerate(security.reseal(actor=operator(), now=now, batch=2)):
        if step == stop_after:
            return


def _old(ring: Path) -> None:
    """Let the ring have stood for an hour."""
    os.utime(ring, (0, 0))


def test_everything_is_under_the_new_key_and_opens(world: World, ring: Path) -> None:
    kept = _sealed(world.now, 5)
    security.begin_second_factor(world.accounts["fang.an"].pk, now=world.now)
    _rotate(world.now)

    assert set(Identity.objects.values_list("key", flat=True)) == {"k2"}
    assert {token: vault.for_delivery(token).phone for token in kept} == kept
    assert security.pending_second_factor(world.accounts["fang.an"].pk) is not None


def test_one_person_is_still_one_person_after_the_old_key_is_gone(world: World, ring: Path) -> None:
    contact = vault.Contact("张三", "13800138000")
    token = vault.seal(contact, purpose="report", now=world.now)
    _rotate(world.now)
    _old(ring)
    assert security.retire_keys(actor=operator(), now=world.now) == ("k1",)
    assert vault.same_person(contact, purpose="report") == {token}
    assert sealing.key_names() == ("k2",)
    assert vault.for_delivery(token) == contact


@pytest.mark.parametrize("stop_after", [0, 1, 2])
def test_broken_off_rotation_opens_everything_and_goes_on_with_the_same_key(
    world: World, ring: Path, stop_after: int
) -> None:
    kept = _sealed(world.now, 5)
    _rotate(world.now, stop_after=stop_after)
    assert {token: vault.for_delivery(token).phone for token in kept} == kept

    _rotate(world.now)
    assert set(Identity.objects.values_list("key", flat=True)) == {"k2"}
    assert sealing.key_names() == ("k1", "k2")


def test_old_key_is_not_dropped_while_something_needs_it_nor_at_once(world: World, ring: Path) -> None:
    _sealed(world.now, 5)
    _rotate(world.now, stop_after=1)
    _old(ring)
    with pytest.raises(Refusal, match="还有 3 条"):
        security.retire_keys(actor=operator(), now=world.now)
    _rotate(world.now)
    os.utime(ring, (world.now.timestamp(), world.now.timestamp() - 5))
    with pytest.raises(Refusal, match="刚刚更换"):
        security.retire_keys(actor=operator(), now=world.now)
    assert sealing.key_names() == ("k1", "k2")


FILL = """
from django.utils import timezone
from gewu.security import vault
for n in range(400):
    vault.seal(vault.Contact("张三", f"138{n:08}"), purpose="report", now=timezone.now())
"""
ASK = """
from gewu.security import vault
from gewu.security.models import Identity
rows = list(Identity.objects.all())
print(sorted({row.key for row in rows}), len({vault.for_delivery(row.token).phone for row in rows}))
"""


def test_kill_in_the_middle_loses_nothing(tmp_path: Path) -> None:
    here = platform.new(tmp_path / "home")
    here.run(FILL)
    command = [sys.executable, "-m", "gewu.cli.main", "keys", "rotate", "--batch", "1"]
    process = subprocess.Popen(command, env=here.environment(), stdout=subprocess.PIPE, text=True)
    assert process.stdout
    for _ in range(30):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    process.stdout.close()
    assert here.run(ASK) == "['k1', 'k2'] 400"

    subprocess.run([*command[:-1], "100"], env=here.environment(), check=True, capture_output=True)
    assert here.run(ASK) == "['k2'] 400"
