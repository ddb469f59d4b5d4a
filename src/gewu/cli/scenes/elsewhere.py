"""An identity service elsewhere as an example: switched off, for there is none beside a demo."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from gewu.security import actions as security
from gewu.security import queries as accounts
from gewu.security.actions import MappingDraft, ProviderDraft


def show_how(county: str, *, now: datetime) -> None:
    """How a city's directory would be set up, with two of its claims."""
    actor = accounts.actor_named("anquan", now=now)
    if actor is None:
        raise LookupError("anquan")
    draft = ProviderDraft(
        "gov", "市政务统一认证（示例）", "https://sso.example.gov.cn/realms/city", f"gewu-{county}",
        "City identity service (example)",
    )  # fmt: skip
    security.set_provider(draft, actor=actor, now=now)
    for value, role, place, unit in (
        ("grid-dispatcher", "dispatcher", county, ""),
        ("municipal-works", "handler", "", f"{county}-municipal_works/"),
    ):
        mapping = MappingDraft(
            "gov",
            "realm_access.roles",
            value,
            role,
            "浦网格办〔2026〕3号",
            timezone.localdate(now),
            place,
            unit,
        )
        security.map_claim(mapping, actor=actor, now=now)
