"""Registers the subject with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Sensing(AppConfig):
    name = "gewu.sensing"
    label = "sensing"
