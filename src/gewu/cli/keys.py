"""`gewu keys`: new keys for the identity vault."""

from __future__ import annotations

import click
from django.utils import timezone

from gewu.infra.wording import translated
from gewu.kernel.texts import say
from gewu.security import actions as security
from gewu.security.actors import operator


@click.group()
def keys() -> None:
    """The keys of the identity vault. 身份保险库的密钥。"""


@keys.command()
@click.option("--batch", default=500, show_default=True, help="identities sealed in one transaction")
@click.option(
    "--retire", is_flag=True, help="drop the keys that seal nothing any more, instead of making a new one"
)
def rotate(batch: int, retire: bool) -> None:
    """Make a new key and seal every identity with it. May be stopped at any moment and run again.

    A minute or more after a rotation, --retire drops the old keys for good.
    """
    if not retire:
        for one in security.reseal(actor=operator(), now=timezone.now(), batch=batch):
            said = say("密钥 {key}：已重新加密 {done} / {total}", key=one.key, done=one.done, total=one.total)
            click.echo(translated(said))
        return
    dropped = security.retire_keys(actor=operator(), now=timezone.now())
    click.echo(translated(say("已停用旧密钥 {n} 个", n=len(dropped))))
