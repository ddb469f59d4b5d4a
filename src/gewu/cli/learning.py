"""Have the assistants learn anew."""

from __future__ import annotations

import click
from django.conf import settings
from django.utils import timezone

from gewu.infra.wording import translated
from gewu.intake import actions as intake
from gewu.kernel.texts import say
from gewu.security.actors import operator


@click.command()
def learn() -> None:
    """Learn from closed matters what to propose for new ones; takes seconds. 从已办结的事项学习推荐。"""
    made = intake.learn(actor=operator(settings.COUNTY), now=timezone.now())
    said = say("已学习 {n} 件往事，推荐模型版本 {version}", n=made.examples, version=made.version)
    click.echo(translated(said))
