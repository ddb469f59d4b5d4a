"""`gewu settings`: every setting, what is in force and what it means. Needs no database and no Django."""

from __future__ import annotations

import os

import click

from gewu.config.environment import SETTINGS, Setting


@click.command()
def settings() -> None:
    """List every setting: value in force, default, meaning."""
    for one in SETTINGS:
        click.echo(f"{one.name:22} {_in_force(one)}")
        click.echo(f"{'':22} {one.zh}；{one.en} (default: {one.default or '–'})")


def _in_force(one: Setting) -> str:
    given = os.environ.get(one.name, "").strip()
    if one.secret and given:
        return "••••••  *"
    return f"{given}  *" if given else one.default or "–"
