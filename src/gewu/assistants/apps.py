"""Registers the subject with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Assistants(AppConfig):
    name = "gewu.assistants"
    label = "assistants"
