"""Registers the subject with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Insight(AppConfig):
    name = "gewu.insight"
    label = "insight"
