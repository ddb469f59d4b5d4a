"""Registers the subject with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Handbook(AppConfig):
    name = "gewu.handbook"
    label = "handbook"
