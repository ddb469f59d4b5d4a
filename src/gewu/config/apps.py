"""Hands the tables of reactions and of channels over when the platform starts, and has the database count."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class Config(AppConfig):
    name = "gewu.config"
    label = "config"

    def ready(self) -> None:
        from gewu.channels.adapters import ADAPTERS  # noqa: PLC0415 -- models must be ready first
        from gewu.config import reactions, wanted  # noqa: PLC0415 -- models must be ready first
        from gewu.infra import connectors, deliveries  # noqa: PLC0415 -- models must be ready first
        from gewu.insight import queries as insight  # noqa: PLC0415 -- models must be ready first
        from gewu.web import helping  # noqa: PLC0415 -- models must be ready first

        deliveries.register(reactions.REACTIONS, wanted.SPARED, wanted.WANTED)
        connectors.register(ADAPTERS)
        insight.offer_pages(helping.pages)
        post_migrate.connect(_count, sender=apps.get_app_config("insight"))


def _count(**migrated: Any) -> None:
    """After all migrations: one of them may have built the table of cases anew, without what counts it."""
    from gewu.insight import actions  # noqa: PLC0415 -- models must be ready first

    actions.count_every_write()
