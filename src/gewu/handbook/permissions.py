"""Who may change the handbook of an installation."""

from __future__ import annotations

from gewu.kernel.refusals import Kind, Refusal
from gewu.kernel.texts import say
from gewu.security.actors import Actor

KEEP = "handbook.keep"


def require(actor: Actor, place: str) -> None:
    """Refuse whoever does not keep the handbook of this place."""
    if not actor.holds_at(KEEP, place):
        raise Refusal(say("帮助由培训专员维护，您没有此权限"), Kind.FORBIDDEN)
