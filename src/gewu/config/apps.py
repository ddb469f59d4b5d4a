"""Hands the table of reactions to the stream when the platform starts."""

from __future__ import annotations

from django.apps import AppConfig


class Config(AppConfig):
    name = "gewu.config"
    label = "config"

    def ready(self) -> None:
        from gewu.config import reactions  # noqa: PLC0415 -- models must be ready first
        from gewu.infra import deliveries  # noqa: PLC0415 -- models must be ready first

        deliveries.register(reactions.REACTIONS)
