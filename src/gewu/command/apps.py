"""Registers the subject with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Command(AppConfig):
    name = "gewu.command"
    label = "command"
