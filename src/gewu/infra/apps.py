"""Registers the package with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Infra(AppConfig):
    name = "gewu.infra"
    label = "infra"
