"""The accounts that the sign-in page of a demo lists."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.conf import settings

from gewu.web.presenting.names import either


@dataclass(frozen=True)
class DemoAccount:
    """An account of the demo, with its password and what one can do with it."""

    name: str
    password: str
    post: str
    does: str


def demo_accounts() -> tuple[DemoAccount, ...]:
    """What the demo command wrote down; nothing outside of a demo."""
    kept = settings.HOME / "demo-accounts.json"
    if not settings.DEMO or not kept.exists():
        return ()
    return tuple(
        DemoAccount(
            one["name"],
            one["password"],
            either(one["post_zh"], one["post_en"]),
            either(one["does_zh"], one["does_en"]),
        )
        for one in json.loads(kept.read_text("utf-8"))
    )
