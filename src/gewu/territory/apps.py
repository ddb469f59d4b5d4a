"""Registers the subject with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Territory(AppConfig):
    name = "gewu.territory"
    label = "territory"
