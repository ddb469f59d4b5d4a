"""Registers the subject with Django."""

from __future__ import annotations

from django.apps import AppConfig


class Fieldwork(AppConfig):
    name = "gewu.fieldwork"
    label = "fieldwork"
