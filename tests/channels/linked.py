"""Connectors as tests declare them: named, tried and started by the administrator of the world."""

from __future__ import annotations

from typing import Any

from gewu.infra import connectors
from gewu.infra.connectors import Declared, Outcome
from gewu.infra.models import Connector
from tests.world import COUNTY, World


def linked(
    world: World, adapter: str, code: str = "outside", *, start: bool = True, secret: str = "", **more: Any
) -> Connector:
    """A connector of an adapter in the county of the world, with a new secret or the one given."""
    admin = world.actor("qian.lei")
    given = {"name_zh": "滨江花园", "purpose_zh": "按协议使用", "place": COUNTY, **more}
    row = connectors.declare(Declared(code, adapter, **given), actor=admin, now=world.now)
    connectors.rotate_secret(row.pk, actor=admin, now=world.now, secret=secret)
    for event in ("try", "start") if start else ("try",):
        row = connectors.take_step(row.pk, event, actor=admin, now=world.now)
    return row


def take(world: World, row: Connector, *rows: Any) -> Outcome:
    """Have a connector bring rows."""
    return connectors.take(row.pk, rows, way="push", now=world.now)


def outcomes(found: Outcome) -> list[str]:
    return [one.outcome for one in found.results]
