"""The command line: one word for each thing that an operator does."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from gewu.config import environment
from gewu.kernel.refusals import Refusal

#: Each command and what carries it out, loaded when it is used.
COMMANDS = {
    "serve": "gewu.cli.serving:serve",
    "settings": "gewu.cli.settings:settings",
    "demo": "gewu.cli.demo:demo",
    "found": "gewu.cli.founding:found",
    "appoint": "gewu.cli.founding:appoint",
    "import": "gewu.cli.importing:import_",
    "learn": "gewu.cli.learning:learn",
    "train": "gewu.cli.assistants:train",
    "score": "gewu.cli.assistants:score",
    "assistants": "gewu.cli.assistants:listed",
    "load-divisions": "gewu.cli.importing:load_divisions",
    "migrate": "gewu.cli.checking:migrate",
    "keys": "gewu.cli.keys:keys",
    "devices": "gewu.cli.devices:devices",
    "device-password": "gewu.cli.devices:device_password",
    "verify": "gewu.cli.checking:verify",
    "explain": "gewu.cli.checking:explain",
    "recount": "gewu.cli.checking:recount",
    "reindex": "gewu.cli.checking:reindex",
    "retry": "gewu.cli.checking:retry",
    "lifecycles": "gewu.cli.checking:lifecycles",
}
#: Settings that a command takes for granted unless the environment says otherwise.
TAKEN_FOR_GRANTED = {
    "demo": {"GEWU_DEMO": "yes", "GEWU_SECOND_FACTOR": "no", "GEWU_MQTT": "builtin://127.0.0.1"}
}
#: Modules that do their work before Django starts, or without it.
WITHOUT_DJANGO = ("gewu.cli.serving", "gewu.cli.settings")


class Commands(click.Group):
    """Finds commands in the table, and turns a refusal into plain words and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        for name, value in TAKEN_FOR_GRANTED.get(cmd_name, {}).items():
            os.environ.setdefault(name, value)
        environment.read(os.environ)
        module, _, name = COMMANDS[cmd_name].partition(":")
        if module not in WITHOUT_DJANGO:
            _start_django()
        found: click.Command = getattr(import_module(module), name)
        return found

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            return super().main(*args, **extra)
        except environment.SettingRefused as refused:
            click.echo(str(refused), err=True)
            sys.exit(2)
        except Refusal as refused:
            click.echo(_said(refused), err=True)
            sys.exit(1)


@click.group(cls=Commands)
@click.version_option(package_name="gewu", prog_name="gewu")
def main() -> None:
    """格物 Gewu: grid-based community governance."""


def _start_django() -> None:
    import django  # noqa: PLC0415 -- `gewu settings` answers without it, even when it cannot start
    from django.utils import translation  # noqa: PLC0415 -- as above

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gewu.config.settings")
    django.setup()
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or "zh"
    translation.activate("en" if spoken.lower().startswith("en") else "zh-hans")


def _said(refused: Refusal) -> str:
    from gewu.infra.wording import translated  # noqa: PLC0415 -- only a command that started Django refuses so

    advice = f"\n{translated(refused.advice)}" if refused.advice else ""
    return translated(refused.text) + advice


if __name__ == "__main__":
    main()
