"""Who may manage accounts, and whose they may be."""

from __future__ import annotations

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

ACCOUNTS = "accounts.manage"
RETENTION = "retention.manage"
AUDIT = "audit.read"
#: Held by whoever puts accounts on posts.
APPOINT = "organisation.manage"


def require(actor: Actor, right: str) -> None:
    """Refuse whoever does not hold this right of an administrator."""
    if not actor.holds(right):
        raise Refusal(say("您没有此权限"), Kind.FORBIDDEN, advice=say("请联系安全管理员"))


def require_other(actor: Actor, account_id: object) -> None:
    """Refuse that someone changes their own rights: they come from another hand."""
    if actor.account_id is not None and actor.account_id == account_id:
        raise Refusal(say("不能改动自己的账号和权限"), Kind.FORBIDDEN, advice=say("请由另一位安全管理员办理"))
