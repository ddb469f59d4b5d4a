"""Registers the subject with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Cases(AppConfig):
    name = "gewu.cases"
    label = "cases"
